//! A closure that captures by reference and is called directly (no function pointer).

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn masked(value: u32, mask: u32) -> u32 {
    let apply = |x: u32| x & mask;
    apply(value)
}

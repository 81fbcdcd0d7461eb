//! The library's tiny `#[inline(always)]` functions are not called; those of this crate are.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
}

#[unsafe(no_mangle)]
pub fn less(left: &i32, right: &i32) -> bool {
    PartialOrd::lt(left, right)
}

#[inline(always)]
fn own(value: u32) -> u32 {
    value & 7
}

#[unsafe(no_mangle)]
pub fn calls_own(value: u32) -> u32 {
    own(value)
}

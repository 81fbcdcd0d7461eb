//! A narrow value returned through the C calling convention after arithmetic in a wider type.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub extern "C" fn mix(a: u8, b: u8) -> u8 {
    ((a as u32 ^ b as u32 ^ 300) >> 1) as u8
}

#[unsafe(no_mangle)]
pub extern "C" fn negative(value: i16) -> bool {
    (value as i32) < 0
}

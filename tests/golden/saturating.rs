//! Arithmetic with a defined overflow: wrapping, saturating, carrying the flag.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn wrap(a: u8, b: u8) -> u8 {
    a.wrapping_mul(b)
}

#[unsafe(no_mangle)]
pub fn saturate(a: i32, b: i32) -> i32 {
    a.saturating_add(b)
}

#[unsafe(no_mangle)]
pub fn carry(a: u64, b: u64) -> (u64, bool) {
    a.overflowing_sub(b)
}

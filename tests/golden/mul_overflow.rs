//! Checked multiplication of a narrow, a full and a 128-bit width.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn mul_narrow(a: i16, b: i16) -> i16 {
    a * b
}

#[unsafe(no_mangle)]
pub fn mul_full(a: u64, b: u64) -> u64 {
    a * b
}

#[unsafe(no_mangle)]
pub fn mul_wide(a: i128, b: i128) -> i128 {
    a * b
}

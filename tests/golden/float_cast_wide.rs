//! Casts between floats and 128-bit integers, which are library calls.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn to_wide(value: f64) -> u128 {
    value as u128
}

#[unsafe(no_mangle)]
pub fn from_wide(value: i128) -> f64 {
    value as f64
}

//! Casts between floats and integers: saturating towards integers, rounding towards floats.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn to_signed(value: f64) -> i32 {
    value as i32
}

#[unsafe(no_mangle)]
pub fn to_byte(value: f32) -> u8 {
    value as u8
}

#[unsafe(no_mangle)]
pub fn from_unsigned(value: u64) -> f32 {
    value as f32
}

#[unsafe(no_mangle)]
pub fn narrow(value: f64) -> f32 {
    value as f32
}

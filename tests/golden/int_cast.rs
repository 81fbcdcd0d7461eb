//! Integer casts: truncation, sign and zero extension, `bool` and `char` to integers.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn truncate(value: u64) -> u8 {
    value as u8
}

#[unsafe(no_mangle)]
pub fn extend_signed(value: i8) -> i64 {
    value as i64
}

#[unsafe(no_mangle)]
pub fn extend_wide(value: u32) -> i128 {
    value as i128
}

#[unsafe(no_mangle)]
pub fn from_bool(value: bool) -> u32 {
    value as u32
}

#[unsafe(no_mangle)]
pub fn from_char(value: char) -> u64 {
    value as u64
}

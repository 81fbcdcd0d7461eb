//! Shifts: the amount has another type than the value and is checked or masked.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn left(value: u32, amount: u8) -> u32 {
    value << amount
}

#[unsafe(no_mangle)]
pub fn right_signed(value: i8, amount: i64) -> i8 {
    value >> amount
}

#[unsafe(no_mangle)]
pub fn right_wide(value: u128, amount: u32) -> u128 {
    value >> amount
}

//! Intrinsics of integers that are one instruction: counts, rotation, byte order.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn leading(value: u32) -> u32 {
    value.leading_zeros()
}

#[unsafe(no_mangle)]
pub fn ones(value: u64) -> u32 {
    value.count_ones()
}

#[unsafe(no_mangle)]
pub fn rotate(value: u16, by: u32) -> u16 {
    value.rotate_left(by)
}

#[unsafe(no_mangle)]
pub fn swap(value: u128) -> u128 {
    value.swap_bytes()
}

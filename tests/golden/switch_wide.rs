//! A `match` on a 128-bit integer.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn wide(value: u128) -> u32 {
    match value {
        0 => 1,
        0x1_0000_0000_0000_0000 => 2,
        u128::MAX => 3,
        _ => 4,
    }
}

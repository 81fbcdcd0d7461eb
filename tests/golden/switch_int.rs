//! A `match` on an integer: dense values and sparse ones.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn dense(value: u8) -> u32 {
    match value {
        0 => 7,
        1 => 3,
        2 => 9,
        3 => 1,
        4 => 5,
        _ => 0,
    }
}

#[unsafe(no_mangle)]
pub fn sparse(value: i64) -> u32 {
    match value {
        -1 => 1,
        1_000_000 => 2,
        i64::MAX => 3,
        _ => 4,
    }
}

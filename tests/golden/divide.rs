//! Division: the checks for zero and for MIN / -1, and the unsigned remainder.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn divide(a: i32, b: i32) -> i32 {
    a / b
}

#[unsafe(no_mangle)]
pub fn remainder(a: u64, b: u64) -> u64 {
    a % b
}

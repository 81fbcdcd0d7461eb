//! 128-bit arguments: in register pairs, and on the stack when no pair is left.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub extern "C" fn pick(a: u64, b: i128, c: u64, d: i128, e: u64, f: i128) -> i128 {
    if a == c ^ e { b } else { d ^ f }
}

#[unsafe(no_mangle)]
pub fn divide_wide(a: u128, b: u128) -> u128 {
    a / b
}

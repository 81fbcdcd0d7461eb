//! Checked addition and its panic, signed and unsigned; with overflow checks off, plain additions.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn add_signed(a: i32, b: i32) -> i32 {
    a + b
}

#[unsafe(no_mangle)]
pub fn add_unsigned(a: u8, b: u8) -> u8 {
    a + b
}

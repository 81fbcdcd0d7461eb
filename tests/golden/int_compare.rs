//! Comparisons: signed, unsigned, 128 bits, pointers; the result is a `bool` value.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn less_signed(a: i16, b: i16) -> bool {
    a < b
}

#[unsafe(no_mangle)]
pub fn less_unsigned(a: u16, b: u16) -> bool {
    a < b
}

#[unsafe(no_mangle)]
pub fn equal_wide(a: i128, b: i128) -> bool {
    a == b
}

#[unsafe(no_mangle)]
pub fn same_address(a: *const u8, b: *const u8) -> bool {
    a == b
}

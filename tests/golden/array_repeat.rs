//! Arrays filled with one value: zero bytes by memset, others by a loop.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn zeroes(out: &mut [u8; 256]) {
    *out = [0; 256];
}

#[unsafe(no_mangle)]
pub fn repeated(value: u32) -> [u32; 9] {
    [value; 9]
}

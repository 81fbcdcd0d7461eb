//! Two scalars returned together: a tuple, a slice, an optional integer.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn swap(a: u32, b: u64) -> (u64, u32) {
    (b, a)
}

#[unsafe(no_mangle)]
pub fn same_slice(slice: &[u8]) -> &[u8] {
    slice
}

#[unsafe(no_mangle)]
pub fn positive(value: i64) -> Option<i64> {
    if value > 0 { Some(value) } else { None }
}

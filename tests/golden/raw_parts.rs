//! Raw pointers to places, with and without metadata; taken apart and put together.
use std::ptr;

pub struct Pair {
    first: u8,
    second: u32,
}

#[unsafe(no_mangle)]
pub unsafe fn places(pair: *mut Pair, slice: *const [u16]) -> (*const u8, *mut u32, *const u16) {
    unsafe { (&raw const (*pair).first, &raw mut (*pair).second, &raw const (*slice)[2]) }
}

#[unsafe(no_mangle)]
pub fn length(slice: *const [u16]) -> usize {
    slice.len()
}

#[unsafe(no_mangle)]
pub fn put_together(data: *const u16, length: usize) -> *const [u16] {
    ptr::slice_from_raw_parts(data, length)
}

//! Divisions by powers of two, and exact divisions, take no dividing instruction.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn by_power(value: u32) -> (u32, u32) {
    (value / 8, value % 8)
}

#[unsafe(no_mangle)]
pub unsafe fn distance(start: *const [u64; 3], end: *const [u64; 3]) -> isize {
    unsafe { end.offset_from(start) }
}

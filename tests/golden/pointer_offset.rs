//! Pointer arithmetic: offsets scaled by the element's size, the distance of two pointers.

#![crate_type = "lib"]
#![no_std]

/// # Safety
/// `start` points to more than `index` elements.
#[unsafe(no_mangle)]
pub unsafe fn element(start: *const [u16; 3], index: usize) -> *const [u16; 3] {
    unsafe { start.add(index) }
}

/// # Safety
/// Both point into one array.
#[unsafe(no_mangle)]
pub unsafe fn distance(start: *const u32, end: *const u32) -> isize {
    unsafe { end.offset_from(start) }
}

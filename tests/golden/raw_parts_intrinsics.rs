//! The intrinsics that are MIR themselves: pointers from parts, offsets, assumptions, copies, checks that may be off.
#![feature(core_intrinsics, rustc_attrs)]
#![rustc_preserve_ub_checks]
#![allow(internal_features)]

use std::intrinsics;

#[unsafe(no_mangle)]
pub fn put_together(data: *const u16, length: usize) -> *const [u16] {
    intrinsics::aggregate_raw_ptr(data, length)
}

#[unsafe(no_mangle)]
pub unsafe fn assumed(value: u32, pointer: *const u32) -> *const u32 {
    unsafe {
        intrinsics::assume(value < 100);
        intrinsics::offset(pointer, value as usize)
    }
}

#[unsafe(no_mangle)]
pub unsafe fn copied(from: *const [u64; 3], to: *mut [u64; 3], count: usize) {
    unsafe { intrinsics::copy_nonoverlapping(from, to, count) }
}

#[unsafe(no_mangle)]
pub fn checks() -> (bool, bool) {
    (intrinsics::ub_checks(), intrinsics::overflow_checks())
}

//! A call of a C variadic function with an integer, a float and a pointer.

#![crate_type = "lib"]
#![no_std]

use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn printf(format: *const c_char, ...) -> c_int;
}

/// # Safety
/// `format` is a format for an integer, a double and a pointer.
#[unsafe(no_mangle)]
pub unsafe fn print(format: *const c_char, number: i32, real: f64, pointer: *const u8) -> c_int {
    unsafe { printf(format, number, real, pointer) }
}

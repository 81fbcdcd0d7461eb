//! Calls and definitions through shims: arguments and result are in a buffer, whose address the body gets.
// machines: x86_64
#![feature(abi_unadjusted)]
#![allow(internal_features, improper_ctypes, improper_ctypes_definitions)]
#![crate_type = "lib"]

use std::arch::x86_64::__m256d;

#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub struct Aligned([u8; 64]);

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Mixed {
    small: u8,
    wide: u64,
    float: f32,
}

unsafe extern "C" {
    fn aligned(a: &u8, value: Aligned) -> u32;
}

pub unsafe fn calls_aligned(value: &Aligned) -> u32 {
    unsafe { aligned(&value.0[5], *value) }
}

#[unsafe(no_mangle)]
pub extern "C" fn takes_aligned(a: u8, value: Aligned) -> u8 {
    a + value.0[7]
}

#[unsafe(no_mangle)]
#[target_feature(enable = "avx")]
pub extern "C" fn takes_vector(a: u32, value: __m256d, pointer: unsafe extern "C" fn(__m256d) -> u32) -> __m256d {
    if unsafe { pointer(value) } == a { value } else { panic!() }
}

#[unsafe(no_mangle)]
pub extern "unadjusted" fn takes_unadjusted(value: Mixed) -> Mixed {
    value
}

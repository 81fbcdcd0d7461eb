//! Reductions.

#![feature(core_intrinsics, repr_simd, f16, f128)]
#![allow(internal_features)]

mod types;

use std::intrinsics::simd::*;
use types::*;

pub unsafe fn case_1(a: i32) -> i32 {
    unsafe { simd_reduce_add_ordered(a, 0) }
}

pub unsafe fn case_2(a: I32x4) -> u32 {
    unsafe { simd_reduce_add_ordered(a, 0u32) }
}

pub unsafe fn case_3(a: F32x4) -> f64 {
    unsafe { simd_reduce_add_ordered(a, 0.0f64) }
}

pub unsafe fn case_4(a: Pointers, p: *mut i32) -> *mut i32 {
    unsafe { simd_reduce_add_ordered(a, p) }
}

pub unsafe fn case_5(a: i32) -> i32 {
    unsafe { simd_reduce_mul_ordered(a, 0) }
}

pub unsafe fn case_6(a: I32x4) -> u32 {
    unsafe { simd_reduce_mul_ordered(a, 0u32) }
}

pub unsafe fn case_7(a: F32x4) -> f64 {
    unsafe { simd_reduce_mul_ordered(a, 0.0f64) }
}

pub unsafe fn case_8(a: Pointers, p: *mut i32) -> *mut i32 {
    unsafe { simd_reduce_mul_ordered(a, p) }
}

pub unsafe fn case_9(a: i32) -> i32 {
    unsafe { simd_reduce_add_unordered(a) }
}

pub unsafe fn case_10(a: I32x4) -> u32 {
    unsafe { simd_reduce_add_unordered(a) }
}

pub unsafe fn case_11(a: F32x4) -> f64 {
    unsafe { simd_reduce_add_unordered(a) }
}

pub unsafe fn case_12(a: Pointers) -> *mut i32 {
    unsafe { simd_reduce_add_unordered(a) }
}

pub unsafe fn case_13(a: i32) -> i32 {
    unsafe { simd_reduce_mul_unordered(a) }
}

pub unsafe fn case_14(a: I32x4) -> u32 {
    unsafe { simd_reduce_mul_unordered(a) }
}

pub unsafe fn case_15(a: F32x4) -> f64 {
    unsafe { simd_reduce_mul_unordered(a) }
}

pub unsafe fn case_16(a: Pointers) -> *mut i32 {
    unsafe { simd_reduce_mul_unordered(a) }
}

pub unsafe fn case_17(a: i32) -> i32 {
    unsafe { simd_reduce_min(a) }
}

pub unsafe fn case_18(a: I32x4) -> u32 {
    unsafe { simd_reduce_min(a) }
}

pub unsafe fn case_19(a: F32x4) -> f64 {
    unsafe { simd_reduce_min(a) }
}

pub unsafe fn case_20(a: Pointers) -> *mut i32 {
    unsafe { simd_reduce_min(a) }
}

pub unsafe fn case_21(a: i32) -> i32 {
    unsafe { simd_reduce_max(a) }
}

pub unsafe fn case_22(a: I32x4) -> u32 {
    unsafe { simd_reduce_max(a) }
}

pub unsafe fn case_23(a: F32x4) -> f64 {
    unsafe { simd_reduce_max(a) }
}

pub unsafe fn case_24(a: Pointers) -> *mut i32 {
    unsafe { simd_reduce_max(a) }
}

pub unsafe fn case_25(a: i32) -> i32 {
    unsafe { simd_reduce_and(a) }
}

pub unsafe fn case_26(a: I32x4) -> u32 {
    unsafe { simd_reduce_and(a) }
}

pub unsafe fn case_27(a: F32x4) -> f64 {
    unsafe { simd_reduce_and(a) }
}

pub unsafe fn case_28(a: Pointers) -> *mut i32 {
    unsafe { simd_reduce_and(a) }
}

pub unsafe fn case_29(a: i32) -> i32 {
    unsafe { simd_reduce_or(a) }
}

pub unsafe fn case_30(a: I32x4) -> u32 {
    unsafe { simd_reduce_or(a) }
}

pub unsafe fn case_31(a: F32x4) -> f64 {
    unsafe { simd_reduce_or(a) }
}

pub unsafe fn case_32(a: Pointers) -> *mut i32 {
    unsafe { simd_reduce_or(a) }
}

pub unsafe fn case_33(a: i32) -> i32 {
    unsafe { simd_reduce_xor(a) }
}

pub unsafe fn case_34(a: I32x4) -> u32 {
    unsafe { simd_reduce_xor(a) }
}

pub unsafe fn case_35(a: F32x4) -> f64 {
    unsafe { simd_reduce_xor(a) }
}

pub unsafe fn case_36(a: Pointers) -> *mut i32 {
    unsafe { simd_reduce_xor(a) }
}

pub unsafe fn case_37() {
    unsafe {
        simd_reduce_add_unordered::<Simd<f16, 8>, f16>(std::mem::zeroed());
    }
}

pub unsafe fn case_38() {
    unsafe {
        simd_reduce_add_unordered::<Simd<f128, 2>, f128>(std::mem::zeroed());
    }
}

pub unsafe fn case_39() {
    unsafe {
        simd_reduce_mul_unordered::<Simd<f16, 8>, f16>(std::mem::zeroed());
    }
}

pub unsafe fn case_40() {
    unsafe {
        simd_reduce_mul_unordered::<Simd<f128, 2>, f128>(std::mem::zeroed());
    }
}

pub unsafe fn case_41(a: F32x4) -> f32 {
    unsafe { simd_reduce_and(a) }
}

pub unsafe fn case_42(a: F32x4) -> f32 {
    unsafe { simd_reduce_or(a) }
}

pub unsafe fn case_43(a: F32x4) -> f32 {
    unsafe { simd_reduce_xor(a) }
}

pub unsafe fn case_44(a: i32) -> bool {
    unsafe { simd_reduce_all(a) }
}

pub unsafe fn case_45(a: F32x4) -> bool {
    unsafe { simd_reduce_all(a) }
}

pub unsafe fn case_46(a: Pointers) -> bool {
    unsafe { simd_reduce_all(a) }
}

pub unsafe fn case_47(a: i32) -> bool {
    unsafe { simd_reduce_any(a) }
}

pub unsafe fn case_48(a: F32x4) -> bool {
    unsafe { simd_reduce_any(a) }
}

pub unsafe fn case_49(a: Pointers) -> bool {
    unsafe { simd_reduce_any(a) }
}

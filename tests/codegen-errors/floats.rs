//! Float functions on vectors of other types.

#![feature(core_intrinsics, repr_simd)]
#![allow(internal_features)]

mod types;

use std::intrinsics::simd::*;
use types::*;

pub unsafe fn case_1(a: f32) -> f32 {
    unsafe { simd_fabs(a) }
}

pub unsafe fn case_2(a: I32x4) -> I32x4 {
    unsafe { simd_fabs(a) }
}

pub unsafe fn case_3(a: f32) -> f32 {
    unsafe { simd_ceil(a) }
}

pub unsafe fn case_4(a: I32x4) -> I32x4 {
    unsafe { simd_ceil(a) }
}

pub unsafe fn case_5(a: f32) -> f32 {
    unsafe { simd_floor(a) }
}

pub unsafe fn case_6(a: I32x4) -> I32x4 {
    unsafe { simd_floor(a) }
}

pub unsafe fn case_7(a: f32) -> f32 {
    unsafe { simd_round(a) }
}

pub unsafe fn case_8(a: I32x4) -> I32x4 {
    unsafe { simd_round(a) }
}

pub unsafe fn case_9(a: f32) -> f32 {
    unsafe { simd_round_ties_even(a) }
}

pub unsafe fn case_10(a: I32x4) -> I32x4 {
    unsafe { simd_round_ties_even(a) }
}

pub unsafe fn case_11(a: f32) -> f32 {
    unsafe { simd_trunc(a) }
}

pub unsafe fn case_12(a: I32x4) -> I32x4 {
    unsafe { simd_trunc(a) }
}

pub unsafe fn case_13(a: f32) -> f32 {
    unsafe { simd_fsqrt(a) }
}

pub unsafe fn case_14(a: I32x4) -> I32x4 {
    unsafe { simd_fsqrt(a) }
}

pub unsafe fn case_15(a: f32) -> f32 {
    unsafe { simd_fsin(a) }
}

pub unsafe fn case_16(a: I32x4) -> I32x4 {
    unsafe { simd_fsin(a) }
}

pub unsafe fn case_17(a: f32) -> f32 {
    unsafe { simd_fcos(a) }
}

pub unsafe fn case_18(a: I32x4) -> I32x4 {
    unsafe { simd_fcos(a) }
}

pub unsafe fn case_19(a: f32) -> f32 {
    unsafe { simd_fexp(a) }
}

pub unsafe fn case_20(a: I32x4) -> I32x4 {
    unsafe { simd_fexp(a) }
}

pub unsafe fn case_21(a: f32) -> f32 {
    unsafe { simd_fexp2(a) }
}

pub unsafe fn case_22(a: I32x4) -> I32x4 {
    unsafe { simd_fexp2(a) }
}

pub unsafe fn case_23(a: f32) -> f32 {
    unsafe { simd_flog(a) }
}

pub unsafe fn case_24(a: I32x4) -> I32x4 {
    unsafe { simd_flog(a) }
}

pub unsafe fn case_25(a: f32) -> f32 {
    unsafe { simd_flog10(a) }
}

pub unsafe fn case_26(a: I32x4) -> I32x4 {
    unsafe { simd_flog10(a) }
}

pub unsafe fn case_27(a: f32) -> f32 {
    unsafe { simd_flog2(a) }
}

pub unsafe fn case_28(a: I32x4) -> I32x4 {
    unsafe { simd_flog2(a) }
}

pub unsafe fn case_29(a: Pointers) -> Pointers {
    unsafe { simd_fsqrt(a) }
}

pub unsafe fn case_30(a: f64) -> f64 {
    unsafe { simd_fma(a, a, a) }
}

pub unsafe fn case_31(a: U32x4) -> U32x4 {
    unsafe { simd_fma(a, a, a) }
}

pub unsafe fn case_32(a: f64) -> f64 {
    unsafe { simd_relaxed_fma(a, a, a) }
}

pub unsafe fn case_33(a: U32x4) -> U32x4 {
    unsafe { simd_relaxed_fma(a, a, a) }
}

pub unsafe fn case_34(a: f64) -> f64 {
    unsafe { simd_minimum_number_nsz(a, a) }
}

pub unsafe fn case_35(a: I64x2) -> I64x2 {
    unsafe { simd_minimum_number_nsz(a, a) }
}

pub unsafe fn case_36(a: f64) -> f64 {
    unsafe { simd_maximum_number_nsz(a, a) }
}

pub unsafe fn case_37(a: I64x2) -> I64x2 {
    unsafe { simd_maximum_number_nsz(a, a) }
}

//! Extracting, inserting, repeating and shuffling lanes.

#![feature(adt_const_params, core_intrinsics, intrinsics, repr_simd, unsized_const_params)]
#![allow(incomplete_features, internal_features)]

mod types;

use std::intrinsics::simd::*;
use types::*;

#[rustc_intrinsic]
unsafe fn simd_shuffle_const_generic<T, U, const INDICES: &'static [u32]>(left: T, right: T) -> U;

pub unsafe fn case_1(a: i32) -> i32 {
    unsafe { simd_extract(a, 0) }
}

pub unsafe fn case_2(a: I32x4) -> i32 {
    unsafe { simd_extract(a, 4) }
}

pub unsafe fn case_3(a: I32x4) -> i32 {
    unsafe { simd_extract(a, u32::MAX) }
}

pub unsafe fn case_4(a: I32x4) -> f32 {
    unsafe { simd_extract(a, 0) }
}

pub unsafe fn case_5(a: I32x4) -> u32 {
    unsafe { simd_extract(a, 0) }
}

pub unsafe fn case_6(a: F32x4) -> f64 {
    unsafe { simd_extract(a, 9) }
}

pub unsafe fn case_7(a: I32x4, i: u32) -> f32 {
    unsafe { simd_extract_dyn(a, i) }
}

pub unsafe fn case_8(a: u64, i: u32) -> u64 {
    unsafe { simd_extract_dyn(a, i) }
}

pub unsafe fn case_9(a: (i32, i32)) -> (i32, i32) {
    unsafe { simd_insert(a, 0, 1) }
}

pub unsafe fn case_10(a: I32x4) -> I32x4 {
    unsafe { simd_insert(a, 4, 1i32) }
}

pub unsafe fn case_11(a: I32x4) -> I32x4 {
    unsafe { simd_insert(a, 0, 1u32) }
}

pub unsafe fn case_12(a: I32x4) -> I32x4 {
    unsafe { simd_insert(a, 0, 1.0f32) }
}

pub unsafe fn case_13(a: I32x4) -> I32x4 {
    unsafe { simd_insert(a, 7, 1.0f32) }
}

pub unsafe fn case_14(a: I32x4, i: u32) -> I32x4 {
    unsafe { simd_insert_dyn(a, i, 1u8) }
}

pub unsafe fn case_15(a: [i32; 4], i: u32) -> [i32; 4] {
    unsafe { simd_insert_dyn(a, i, 1i32) }
}

pub unsafe fn case_16() -> i32 {
    unsafe { simd_splat(1i32) }
}

pub unsafe fn case_17() -> I32x4 {
    unsafe { simd_splat(1u32) }
}

pub unsafe fn case_18() -> F32x4 {
    unsafe { simd_splat(1.0f64) }
}

pub unsafe fn case_19(a: I32x4) -> I32x4 {
    unsafe { simd_splat(a) }
}

pub unsafe fn case_20(p: *const u8) -> Pointers {
    unsafe { simd_splat(p) }
}

pub unsafe fn case_21(a: i32) -> I32x4 {
    unsafe { simd_shuffle(a, a, const { Simd([0u32, 1, 2, 3]) }) }
}

pub unsafe fn case_22(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle(a, a, const { Simd([0i32, 1, 2, 3]) }) }
}

pub unsafe fn case_23(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle(a, a, const { Simd([0u64, 1, 2, 3]) }) }
}

pub unsafe fn case_24(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle(a, a, const { Simd([0u32, 1, 2, 8]) }) }
}

pub unsafe fn case_25(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle(a, a, const { Simd([0u32, 1, 2, u32::MAX]) }) }
}

pub unsafe fn case_26(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle(a, a, const { Simd([0u32, 1]) }) }
}

pub unsafe fn case_27(a: I32x4) -> [i32; 4] {
    unsafe { simd_shuffle(a, a, const { Simd([0u32, 1, 2, 3]) }) }
}

pub unsafe fn case_28(a: I32x4) -> F32x4 {
    unsafe { simd_shuffle(a, a, const { Simd([0u32, 1, 2, 3]) }) }
}

pub unsafe fn case_29(a: I32x4) -> I32x8 {
    unsafe { simd_shuffle(a, a, const { Simd([0u32, 1, 2, 3]) }) }
}

pub unsafe fn case_30(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle_const_generic::<_, _, { &[0, 1, 2, 8] }>(a, a) }
}

pub unsafe fn case_31(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle_const_generic::<_, _, { &[0, 1] }>(a, a) }
}

pub unsafe fn case_32(a: I32x4) -> F32x4 {
    unsafe { simd_shuffle_const_generic::<_, _, { &[0, 1, 2, 3] }>(a, a) }
}

pub unsafe fn case_33(a: I32x4) -> i32 {
    unsafe { simd_shuffle_const_generic::<_, _, { &[0] }>(a, a) }
}

pub unsafe fn case_34(a: u8) -> u8 {
    unsafe { simd_shuffle_const_generic::<_, _, { &[0] }>(a, a) }
}

pub unsafe fn case_35(a: I32x4) -> I32x4 {
    unsafe { simd_shuffle_const_generic::<_, _, { &[9, 10, 11, 12] }>(a, a) }
}

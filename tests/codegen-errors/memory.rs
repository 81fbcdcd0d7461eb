//! Accesses to memory.

#![feature(core_intrinsics, repr_simd)]
#![allow(internal_features)]

mod types;

use std::intrinsics::simd::*;
use types::*;

pub unsafe fn case_1(a: i32, p: Pointers, m: I32x4) -> i32 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_2(a: I32x4, p: *mut i32, m: I32x4) -> I32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_3(a: I32x4, p: Pointers, m: i32) -> I32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_4(a: I32x8, p: Pointers, m: I32x8) -> I32x8 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_5(a: I32x4, p: Pointers, m: I32x8) -> I32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_6(a: F32x4, p: Pointers, m: I32x4) -> F32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_7(a: I32x4, p: Usizex4, m: I32x4) -> I32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_8(a: I32x4, p: Simd<*mut u32, 4>, m: I32x4) -> I32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_9(a: I32x4, p: Pointers, m: F32x4) -> I32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_10(a: I32x4, p: Pointers, m: Pointers) -> I32x4 {
    unsafe { simd_gather(a, p, m) }
}

pub unsafe fn case_11(a: i32, p: Pointers, m: I32x4) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_12(a: I32x4, p: *mut i32, m: I32x4) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_13(a: I32x4, p: Pointers, m: i32) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_14(a: I32x8, p: Pointers, m: I32x8) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_15(a: I32x4, p: Pointers, m: I32x8) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_16(a: F32x4, p: Pointers, m: I32x4) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_17(a: I32x4, p: Usizex4, m: I32x4) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_18(a: I32x4, p: Simd<*mut u32, 4>, m: I32x4) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_19(a: I32x4, p: Pointers, m: F32x4) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_20(a: I32x4, p: Pointers, m: Pointers) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_21(a: I32x4, p: ConstPointers, m: I32x4) {
    unsafe { simd_scatter(a, p, m) }
}

pub unsafe fn case_22(m: i32, p: *mut i32, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_23(m: I32x4, p: *mut i32, a: i32) -> i32 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_24(m: I32x8, p: *mut i32, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_25(m: I32x4, p: *mut u32, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_26(m: I32x4, p: usize, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_27(m: I32x4, p: &i32, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_28(m: I32x4, p: Pointers, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_29(m: F32x4, p: *mut i32, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_30(m: Pointers, p: *mut i32, a: I32x4) -> I32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_31(m: i32, p: *mut i32, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_32(m: I32x4, p: *mut i32, a: i32) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_33(m: I32x8, p: *mut i32, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_34(m: I32x4, p: *mut u32, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_35(m: I32x4, p: usize, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_36(m: I32x4, p: &i32, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_37(m: I32x4, p: Pointers, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_38(m: F32x4, p: *mut i32, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_39(m: Pointers, p: *mut i32, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Element }>(m, p, a) }
}

pub unsafe fn case_40(m: I32x4, p: *const i32, a: I32x4) {
    unsafe { simd_masked_store::<_, _, _, { SimdAlign::Vector }>(m, p, a) }
}

pub unsafe fn case_41(a: F32x4, p: *const f32) -> F32x4 {
    unsafe { simd_masked_load::<_, _, _, { SimdAlign::Unaligned }>(a, p, a) }
}

pub unsafe fn case_42(a: i32, o: isize) -> i32 {
    unsafe { simd_arith_offset(a, o) }
}

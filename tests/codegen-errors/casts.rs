//! Conversions.

#![feature(core_intrinsics, repr_simd)]
#![allow(internal_features)]

mod types;

use std::intrinsics::simd::*;
use types::*;

pub unsafe fn case_1(a: i32) -> i32 {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_2(a: I32x4) -> i32 {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_3(a: I32x4) -> I32x8 {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_4(a: I32x4) -> Pointers {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_5(a: Pointers) -> Usizex4 {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_6(a: Pointers) -> ConstPointers {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_7(a: F32x4) -> Pointers {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_8(a: F32x4) -> [f64; 4] {
    unsafe { simd_cast(a) }
}

pub unsafe fn case_9(a: i32) -> i32 {
    unsafe { simd_as(a) }
}

pub unsafe fn case_10(a: I32x4) -> i32 {
    unsafe { simd_as(a) }
}

pub unsafe fn case_11(a: I32x4) -> I32x8 {
    unsafe { simd_as(a) }
}

pub unsafe fn case_12(a: I32x4) -> Pointers {
    unsafe { simd_as(a) }
}

pub unsafe fn case_13(a: Pointers) -> Usizex4 {
    unsafe { simd_as(a) }
}

pub unsafe fn case_14(a: Pointers) -> ConstPointers {
    unsafe { simd_as(a) }
}

pub unsafe fn case_15(a: F32x4) -> Pointers {
    unsafe { simd_as(a) }
}

pub unsafe fn case_16(a: F32x4) -> [f64; 4] {
    unsafe { simd_as(a) }
}

pub unsafe fn case_17(a: *mut i32) -> *const i32 {
    unsafe { simd_cast_ptr(a) }
}

pub unsafe fn case_18(a: Pointers) -> *const i32 {
    unsafe { simd_cast_ptr(a) }
}

pub unsafe fn case_19(a: Pointers) -> Simd<*const i32, 2> {
    unsafe { simd_cast_ptr(a) }
}

pub unsafe fn case_20(a: Usizex4) -> Pointers {
    unsafe { simd_cast_ptr(a) }
}

pub unsafe fn case_21(a: Pointers) -> Usizex4 {
    unsafe { simd_cast_ptr(a) }
}

pub unsafe fn case_22(a: Pointers) -> F32x4 {
    unsafe { simd_cast_ptr(a) }
}

pub unsafe fn case_23(a: *mut i32) -> usize {
    unsafe { simd_expose_provenance(a) }
}

pub unsafe fn case_24(a: Pointers) -> usize {
    unsafe { simd_expose_provenance(a) }
}

pub unsafe fn case_25(a: Pointers) -> Simd<usize, 2> {
    unsafe { simd_expose_provenance(a) }
}

pub unsafe fn case_26(a: Usizex4) -> Usizex4 {
    unsafe { simd_expose_provenance(a) }
}

pub unsafe fn case_27(a: Pointers) -> Simd<u64, 4> {
    unsafe { simd_expose_provenance(a) }
}

pub unsafe fn case_28(a: Pointers) -> Simd<isize, 4> {
    unsafe { simd_expose_provenance(a) }
}

pub unsafe fn case_29(a: usize) -> *mut i32 {
    unsafe { simd_with_exposed_provenance(a) }
}

pub unsafe fn case_30(a: Usizex4) -> usize {
    unsafe { simd_with_exposed_provenance(a) }
}

pub unsafe fn case_31(a: Usizex4) -> Simd<*mut i32, 8> {
    unsafe { simd_with_exposed_provenance(a) }
}

pub unsafe fn case_32(a: Simd<u64, 4>) -> Pointers {
    unsafe { simd_with_exposed_provenance(a) }
}

pub unsafe fn case_33(a: I32x4) -> Pointers {
    unsafe { simd_with_exposed_provenance(a) }
}

pub unsafe fn case_34(a: Usizex4) -> Usizex4 {
    unsafe { simd_with_exposed_provenance(a) }
}

//! Comparisons and masks.

#![feature(core_intrinsics, repr_simd)]
#![allow(internal_features)]

mod types;

use std::intrinsics::simd::*;
use types::*;

pub unsafe fn case_1(a: i32) -> I32x4 {
    unsafe { simd_eq(a, a) }
}

pub unsafe fn case_2(a: I32x4) -> i32 {
    unsafe { simd_eq(a, a) }
}

pub unsafe fn case_3(a: I32x4) -> I32x8 {
    unsafe { simd_eq(a, a) }
}

pub unsafe fn case_4(a: I32x4) -> F32x4 {
    unsafe { simd_eq(a, a) }
}

pub unsafe fn case_5(a: Pointers) -> Pointers {
    unsafe { simd_eq(a, a) }
}

pub unsafe fn case_6(a: i32) -> I32x4 {
    unsafe { simd_ne(a, a) }
}

pub unsafe fn case_7(a: I32x4) -> i32 {
    unsafe { simd_ne(a, a) }
}

pub unsafe fn case_8(a: I32x4) -> I32x8 {
    unsafe { simd_ne(a, a) }
}

pub unsafe fn case_9(a: I32x4) -> F32x4 {
    unsafe { simd_ne(a, a) }
}

pub unsafe fn case_10(a: Pointers) -> Pointers {
    unsafe { simd_ne(a, a) }
}

pub unsafe fn case_11(a: i32) -> I32x4 {
    unsafe { simd_lt(a, a) }
}

pub unsafe fn case_12(a: I32x4) -> i32 {
    unsafe { simd_lt(a, a) }
}

pub unsafe fn case_13(a: I32x4) -> I32x8 {
    unsafe { simd_lt(a, a) }
}

pub unsafe fn case_14(a: I32x4) -> F32x4 {
    unsafe { simd_lt(a, a) }
}

pub unsafe fn case_15(a: Pointers) -> Pointers {
    unsafe { simd_lt(a, a) }
}

pub unsafe fn case_16(a: i32) -> I32x4 {
    unsafe { simd_le(a, a) }
}

pub unsafe fn case_17(a: I32x4) -> i32 {
    unsafe { simd_le(a, a) }
}

pub unsafe fn case_18(a: I32x4) -> I32x8 {
    unsafe { simd_le(a, a) }
}

pub unsafe fn case_19(a: I32x4) -> F32x4 {
    unsafe { simd_le(a, a) }
}

pub unsafe fn case_20(a: Pointers) -> Pointers {
    unsafe { simd_le(a, a) }
}

pub unsafe fn case_21(a: i32) -> I32x4 {
    unsafe { simd_gt(a, a) }
}

pub unsafe fn case_22(a: I32x4) -> i32 {
    unsafe { simd_gt(a, a) }
}

pub unsafe fn case_23(a: I32x4) -> I32x8 {
    unsafe { simd_gt(a, a) }
}

pub unsafe fn case_24(a: I32x4) -> F32x4 {
    unsafe { simd_gt(a, a) }
}

pub unsafe fn case_25(a: Pointers) -> Pointers {
    unsafe { simd_gt(a, a) }
}

pub unsafe fn case_26(a: i32) -> I32x4 {
    unsafe { simd_ge(a, a) }
}

pub unsafe fn case_27(a: I32x4) -> i32 {
    unsafe { simd_ge(a, a) }
}

pub unsafe fn case_28(a: I32x4) -> I32x8 {
    unsafe { simd_ge(a, a) }
}

pub unsafe fn case_29(a: I32x4) -> F32x4 {
    unsafe { simd_ge(a, a) }
}

pub unsafe fn case_30(a: Pointers) -> Pointers {
    unsafe { simd_ge(a, a) }
}

pub unsafe fn case_31(m: i32, a: I32x4) -> I32x4 {
    unsafe { simd_select(m, a, a) }
}

pub unsafe fn case_32(m: I32x4, a: i32) -> i32 {
    unsafe { simd_select(m, a, a) }
}

pub unsafe fn case_33(m: I32x8, a: I32x4) -> I32x4 {
    unsafe { simd_select(m, a, a) }
}

pub unsafe fn case_34(m: F32x4, a: I32x4) -> I32x4 {
    unsafe { simd_select(m, a, a) }
}

pub unsafe fn case_35(m: Pointers, a: F32x4) -> F32x4 {
    unsafe { simd_select(m, a, a) }
}

pub unsafe fn case_36(m: F64x2, a: F32x4) -> F32x4 {
    unsafe { simd_select(m, a, a) }
}

pub unsafe fn case_37(m: u8, a: i32) -> i32 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_38(m: u16, a: I32x4) -> I32x4 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_39(m: usize, a: I32x4) -> I32x4 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_40(m: u8, a: U8x16) -> U8x16 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_41(m: i32, a: U8x16) -> U8x16 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_42(m: [u8; 2], a: I32x4) -> I32x4 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_43(m: [u8; 1], a: U8x16) -> U8x16 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_44(m: [i8; 1], a: I32x4) -> I32x4 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_45(m: f32, a: I32x4) -> I32x4 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_46(m: I32x4, a: I32x4) -> I32x4 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_47(m: bool, a: I32x4) -> I32x4 {
    unsafe { simd_select_bitmask(m, a, a) }
}

pub unsafe fn case_48(a: i32) -> u8 {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_49(a: F32x4) -> u8 {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_50(a: Pointers) -> u8 {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_51(a: I32x4) -> u16 {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_52(a: I32x4) -> i8 {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_53(a: I32x4) -> usize {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_54(a: I32x4) -> bool {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_55(a: I32x4) -> [u8; 2] {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_56(a: I32x4) -> [u16; 1] {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_57(a: U8x16) -> u8 {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_58(a: U8x16) -> [u8; 1] {
    unsafe { simd_bitmask(a) }
}

pub unsafe fn case_59(a: U8x16) -> U8x16 {
    unsafe { simd_bitmask(a) }
}

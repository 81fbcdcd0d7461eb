//! Arithmetic on lanes that do not support it.

#![feature(core_intrinsics, repr_simd)]
#![allow(internal_features)]

mod types;

use std::intrinsics::simd::*;
use types::*;

pub unsafe fn case_1(a: i32) -> i32 {
    unsafe { simd_add(a, a) }
}

pub unsafe fn case_2(a: Pointers) -> Pointers {
    unsafe { simd_add(a, a) }
}

pub unsafe fn case_3(a: i32) -> i32 {
    unsafe { simd_sub(a, a) }
}

pub unsafe fn case_4(a: Pointers) -> Pointers {
    unsafe { simd_sub(a, a) }
}

pub unsafe fn case_5(a: i32) -> i32 {
    unsafe { simd_mul(a, a) }
}

pub unsafe fn case_6(a: Pointers) -> Pointers {
    unsafe { simd_mul(a, a) }
}

pub unsafe fn case_7(a: i32) -> i32 {
    unsafe { simd_div(a, a) }
}

pub unsafe fn case_8(a: Pointers) -> Pointers {
    unsafe { simd_div(a, a) }
}

pub unsafe fn case_9(a: i32) -> i32 {
    unsafe { simd_rem(a, a) }
}

pub unsafe fn case_10(a: Pointers) -> Pointers {
    unsafe { simd_rem(a, a) }
}

pub unsafe fn case_11(a: u64) -> u64 {
    unsafe { simd_shl(a, a) }
}

pub unsafe fn case_12(a: F32x4) -> F32x4 {
    unsafe { simd_shl(a, a) }
}

pub unsafe fn case_13(a: ConstPointers) -> ConstPointers {
    unsafe { simd_shl(a, a) }
}

pub unsafe fn case_14(a: u64) -> u64 {
    unsafe { simd_shr(a, a) }
}

pub unsafe fn case_15(a: F32x4) -> F32x4 {
    unsafe { simd_shr(a, a) }
}

pub unsafe fn case_16(a: ConstPointers) -> ConstPointers {
    unsafe { simd_shr(a, a) }
}

pub unsafe fn case_17(a: u64) -> u64 {
    unsafe { simd_and(a, a) }
}

pub unsafe fn case_18(a: F32x4) -> F32x4 {
    unsafe { simd_and(a, a) }
}

pub unsafe fn case_19(a: ConstPointers) -> ConstPointers {
    unsafe { simd_and(a, a) }
}

pub unsafe fn case_20(a: u64) -> u64 {
    unsafe { simd_or(a, a) }
}

pub unsafe fn case_21(a: F32x4) -> F32x4 {
    unsafe { simd_or(a, a) }
}

pub unsafe fn case_22(a: ConstPointers) -> ConstPointers {
    unsafe { simd_or(a, a) }
}

pub unsafe fn case_23(a: u64) -> u64 {
    unsafe { simd_xor(a, a) }
}

pub unsafe fn case_24(a: F32x4) -> F32x4 {
    unsafe { simd_xor(a, a) }
}

pub unsafe fn case_25(a: ConstPointers) -> ConstPointers {
    unsafe { simd_xor(a, a) }
}

pub unsafe fn case_26(a: f32) -> f32 {
    unsafe { simd_neg(a) }
}

pub unsafe fn case_27(a: U32x4) -> U32x4 {
    unsafe { simd_neg(a) }
}

pub unsafe fn case_28(a: Pointers) -> Pointers {
    unsafe { simd_neg(a) }
}

pub unsafe fn case_29(a: i32) -> i32 {
    unsafe { simd_bswap(a) }
}

pub unsafe fn case_30(a: F32x4) -> F32x4 {
    unsafe { simd_bswap(a) }
}

pub unsafe fn case_31(a: Pointers) -> Pointers {
    unsafe { simd_bswap(a) }
}

pub unsafe fn case_32(a: i32) -> i32 {
    unsafe { simd_bitreverse(a) }
}

pub unsafe fn case_33(a: F32x4) -> F32x4 {
    unsafe { simd_bitreverse(a) }
}

pub unsafe fn case_34(a: Pointers) -> Pointers {
    unsafe { simd_bitreverse(a) }
}

pub unsafe fn case_35(a: i32) -> i32 {
    unsafe { simd_ctlz(a) }
}

pub unsafe fn case_36(a: F32x4) -> F32x4 {
    unsafe { simd_ctlz(a) }
}

pub unsafe fn case_37(a: Pointers) -> Pointers {
    unsafe { simd_ctlz(a) }
}

pub unsafe fn case_38(a: i32) -> i32 {
    unsafe { simd_cttz(a) }
}

pub unsafe fn case_39(a: F32x4) -> F32x4 {
    unsafe { simd_cttz(a) }
}

pub unsafe fn case_40(a: Pointers) -> Pointers {
    unsafe { simd_cttz(a) }
}

pub unsafe fn case_41(a: i32) -> i32 {
    unsafe { simd_ctpop(a) }
}

pub unsafe fn case_42(a: F32x4) -> F32x4 {
    unsafe { simd_ctpop(a) }
}

pub unsafe fn case_43(a: Pointers) -> Pointers {
    unsafe { simd_ctpop(a) }
}

pub unsafe fn case_44(a: i32) -> i32 {
    unsafe { simd_funnel_shl(a, a, a) }
}

pub unsafe fn case_45(a: F64x2) -> F64x2 {
    unsafe { simd_funnel_shl(a, a, a) }
}

pub unsafe fn case_46(a: Pointers) -> Pointers {
    unsafe { simd_funnel_shl(a, a, a) }
}

pub unsafe fn case_47(a: i32) -> i32 {
    unsafe { simd_funnel_shr(a, a, a) }
}

pub unsafe fn case_48(a: F64x2) -> F64x2 {
    unsafe { simd_funnel_shr(a, a, a) }
}

pub unsafe fn case_49(a: Pointers) -> Pointers {
    unsafe { simd_funnel_shr(a, a, a) }
}

pub unsafe fn case_50(a: u8) -> u8 {
    unsafe { simd_carryless_mul(a, a) }
}

pub unsafe fn case_51(a: F64x2) -> F64x2 {
    unsafe { simd_carryless_mul(a, a) }
}

pub unsafe fn case_52(a: i32) -> i32 {
    unsafe { simd_saturating_add(a, a) }
}

pub unsafe fn case_53(a: F32x4) -> F32x4 {
    unsafe { simd_saturating_add(a, a) }
}

pub unsafe fn case_54(a: Pointers) -> Pointers {
    unsafe { simd_saturating_add(a, a) }
}

pub unsafe fn case_55(a: i32) -> i32 {
    unsafe { simd_saturating_sub(a, a) }
}

pub unsafe fn case_56(a: F32x4) -> F32x4 {
    unsafe { simd_saturating_sub(a, a) }
}

pub unsafe fn case_57(a: Pointers) -> Pointers {
    unsafe { simd_saturating_sub(a, a) }
}

//! The greater and the smaller of two values, of all integer types and vectors, written so that an optimiser sees it.
#![feature(core_intrinsics, portable_simd)]
#![allow(internal_features)]

use std::hint::{black_box, select_unpredictable};
use std::intrinsics::simd::{simd_ge, simd_gt, simd_le, simd_lt, simd_select};
use std::simd::prelude::*;

macro_rules! integers {
    ($($ty:ident)*) => {
        $({
            let values: [$ty; 5] = black_box([0, 1, $ty::MAX, $ty::MIN, $ty::MAX / 3]);
            let sums = values.map(|left| {
                values.map(|right| {
                    [
                        select_unpredictable(left > right, left, right),
                        select_unpredictable(left >= right, right, left),
                        select_unpredictable(left < right, left, right),
                        select_unpredictable(left <= right, right, left),
                        left.max(right).min(values[4]),
                        left.abs_diff(right) as $ty,
                        left.saturating_sub(right),
                        $ty::MAX.saturating_add(right),
                        $ty::MIN.saturating_sub(right),
                    ]
                })
            });
            println!("{} {sums:?}", stringify!($ty));
        })*
    };
}

macro_rules! vectors {
    ($($ty:ident $mask:ident)*) => {
        $({
            let left = black_box($ty::from_array(std::array::from_fn(|index| (index as i8).wrapping_mul(37) as _)));
            let right = black_box($ty::from_array(std::array::from_fn(|index| 90i8.wrapping_sub((index as i8).wrapping_mul(11)) as _)));
            let (greater, least): ($ty, $ty) = unsafe {
                (
                    simd_select(simd_gt::<$ty, $mask>(left, right), left, right),
                    simd_select(simd_le::<$ty, $mask>(left, right), left, right),
                )
            };
            let (same, other): ($ty, $ty) = unsafe {
                (
                    simd_select(simd_ge::<$ty, $mask>(left, right), left, right),
                    simd_select(simd_lt::<$ty, $mask>(left, right), right, left),
                )
            };
            println!("{} {greater:?} {least:?} {same:?} {other:?}", stringify!($ty));
            println!("{:?} {:?}", left.simd_max(right), left.simd_min(right));
        })*
    };
}

fn main() {
    integers!(i8 u8 i16 u16 i32 u32 i64 u64 i128 u128 isize usize);
    vectors! {
        i8x16 i8x16 i16x8 i16x8 i32x4 i32x4 i64x2 i64x2 i32x8 i32x8 i64x8 i64x8 f32x4 i32x4 f64x2 i64x2 i8x4 i8x4
        u8x16 i8x16 u16x8 i16x8 u32x4 i32x4 u64x2 i64x2
    }
}

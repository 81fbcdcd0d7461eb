//! Operators that cannot overflow or wrap, and the three-way comparison.
#![feature(core_intrinsics)]
#![allow(internal_features)]

use std::cmp::Ordering;
use std::intrinsics;

#[unsafe(no_mangle)]
pub fn bits(left: u64, right: u64) -> u64 {
    !((left & right) | (left ^ 7))
}

#[unsafe(no_mangle)]
pub fn wrapping(left: u8, right: u8) -> u8 {
    intrinsics::wrapping_add(intrinsics::wrapping_sub(left, right), intrinsics::wrapping_mul(left, right))
}

#[unsafe(no_mangle)]
pub fn negated(value: i32) -> (i32, bool) {
    (-value, !(value > 0))
}

#[unsafe(no_mangle)]
pub fn difference(left: i32, right: i32) -> i32 {
    left - right
}

#[unsafe(no_mangle)]
pub fn three_way(left: u16, right: u16) -> Ordering {
    intrinsics::three_way_compare(left, right)
}

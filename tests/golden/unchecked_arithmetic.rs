//! Arithmetic whose overflow is undefined: plain instructions, without a check.
#![feature(core_intrinsics)]
#![allow(internal_features)]

use std::intrinsics;

#[unsafe(no_mangle)]
pub unsafe fn sum_and_product(left: i32, right: i32) -> (i32, i32, i32) {
    unsafe {
        (
            intrinsics::unchecked_add(left, right),
            intrinsics::unchecked_sub(left, right),
            intrinsics::unchecked_mul(left, right),
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe fn shifted(value: i16, amount: u32) -> (i16, i16) {
    unsafe { (intrinsics::unchecked_shl(value, amount), intrinsics::unchecked_shr(value, amount)) }
}

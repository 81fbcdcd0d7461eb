//! `compiler_fence` and `black_box` are sequence points, for which no machine code is made; `black_box` stores
//! its value before. `fence` is an instruction.

#![crate_type = "lib"]
#![no_std]

use core::hint::black_box;
use core::sync::atomic::{Ordering, compiler_fence, fence};

#[unsafe(no_mangle)]
pub fn hide(value: u32) -> u32 {
    black_box(value)
}

#[unsafe(no_mangle)]
pub fn order(place: &mut u32) {
    *place = 1;
    compiler_fence(Ordering::SeqCst);
    *place = 2;
    fence(Ordering::SeqCst);
    *place = 3;
}

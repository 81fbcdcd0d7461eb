//! A mistake in two instances of a generic function.
use std::arch::asm;

fn f<const N: u32>() {
    unsafe { asm!("frobnicate {}", const N) }
}

pub fn g() {
    f::<1>();
    f::<2>();
}

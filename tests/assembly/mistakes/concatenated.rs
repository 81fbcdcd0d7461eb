//! A template that `concat!` makes.
use std::arch::asm;

pub fn f() {
    unsafe { asm!(concat!("nop\n", "frobnicate ", 5)) }
}

//! A template made by `concat!`.
use std::arch::asm;

pub fn f() {
    unsafe { asm!(concat!("nop\n", "frobnicate ", 5)) }
}

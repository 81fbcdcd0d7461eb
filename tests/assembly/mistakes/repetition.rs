//! A mistake within a repetition.
use std::arch::asm;

pub fn f() {
    unsafe { asm!(".rept 1", "frobnicate", ".endr") }
}

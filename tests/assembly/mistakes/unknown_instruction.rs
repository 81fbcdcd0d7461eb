//! An instruction that does not exist.
use std::arch::asm;

pub fn f() {
    unsafe { asm!("frobnicate") }
}

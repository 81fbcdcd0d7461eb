//! A line with letters beyond ASCII.
use std::arch::asm;

pub fn f() {
    unsafe { asm!("nop", "/* Überraschung */ .nonsense", "nop") }
}

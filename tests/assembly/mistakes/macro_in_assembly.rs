//! A mistake within a macro of the assembler.
use std::arch::asm;

pub fn f() {
    unsafe { asm!(".macro broken_macro x", "frobnicate \\x", ".endm", "broken_macro 5") }
}

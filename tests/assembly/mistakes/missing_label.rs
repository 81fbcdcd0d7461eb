//! A numbered label that is not there. LLVM does not say where in the source.
// lines: 6
use std::arch::asm;

pub fn f() {
    unsafe { asm!("jmp 7f") }
}

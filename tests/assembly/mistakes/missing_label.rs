//! A numbered label that does not exist. LLVM reports no line in the source.
// lines: 6
use std::arch::asm;

pub fn f() {
    unsafe { asm!("jmp 7f") }
}

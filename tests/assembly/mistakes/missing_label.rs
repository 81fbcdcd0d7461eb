//! A numbered label that does not exist. LLVM reports no line in the source.
// machines: x86_64
// lines: 7
use std::arch::asm;

pub fn f() {
    unsafe { asm!("jmp 7f") }
}

//! Global assembly and a static define the same symbol. LLVM reports no line.
// lines: 5
use std::arch::global_asm;

global_asm!(".data", ".globl twice_defined", "twice_defined: .quad 5", ".text");

#[unsafe(no_mangle)]
pub static twice_defined: u64 = 5;

//! Module-level assembly makes a function weak that Rust makes global. LLVM reports no line.
// lines: 8
use std::arch::global_asm;

global_asm!("nop");
global_asm!(
    ".globl contradicted_first",
    ".weak contradicted",
    "contradicted_first: ret",
);

#[unsafe(no_mangle)]
pub extern "C" fn contradicted() {}

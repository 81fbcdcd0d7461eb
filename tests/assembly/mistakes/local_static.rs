//! Module-level assembly makes two statics local that Rust makes global. LLVM reports no line.
// lines: 6 8
use std::arch::global_asm;

global_asm!(
    ".local CONTRADICTED_ONE",
    "nop",
    ".local CONTRADICTED_TWO",
);

#[unsafe(no_mangle)]
pub static CONTRADICTED_ONE: u32 = 1;

#[unsafe(no_mangle)]
pub static CONTRADICTED_TWO: u32 = 2;

//! Global assembly. LLVM reports no line in the source.
// lines: 7
use std::arch::global_asm;

global_asm!(
    "nop",
    "frobnicate",
    "nop",
);

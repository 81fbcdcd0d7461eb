//! Global assembly. LLVM does not say where in the source it is.
// lines: 7
use std::arch::global_asm;

global_asm!(
    "nop",
    "frobnicate",
    "nop",
);

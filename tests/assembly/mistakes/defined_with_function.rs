//! Global assembly and a function define the same symbol. LLVM reports no line.
// lines: 7
use std::arch::global_asm;

global_asm!(
    "nop",
    "twice_defined: ret",
);

#[unsafe(no_mangle)]
pub extern "C" fn twice_defined() {}

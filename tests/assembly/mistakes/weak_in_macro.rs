//! A macro of the assembler makes a function weak that Rust makes global.
// lines: 9
use std::arch::global_asm;

global_asm!(
    ".macro weaken name",
    ".weak macro_\\name",
    ".endm",
    "weaken function",
);

#[unsafe(no_mangle)]
pub extern "C" fn macro_function() {}

//! A mistake within a macro that another block of global assembly defines.
// lines: none 6
use std::arch::global_asm;

global_asm!(".macro broken_macro x", "frobnicate \\x", ".endm");
global_asm!("broken_macro 5");

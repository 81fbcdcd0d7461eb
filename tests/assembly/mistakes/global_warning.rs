//! A warning about global assembly.
// lines: 5
use std::arch::global_asm;

global_asm!("nop", ".warning \"careful\"");

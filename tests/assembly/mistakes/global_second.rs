//! The second of three blocks of global assembly, in AT&T syntax.
// machines: x86_64
// lines: 11
use std::arch::global_asm;

global_asm!("nop");

global_asm!(
    "nop",
    // A comment in between.
    "movq $1, %rax, %rax",
    options(att_syntax),
);

global_asm!("nop");

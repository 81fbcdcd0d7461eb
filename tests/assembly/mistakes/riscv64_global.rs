//! The second of three blocks of global assembly, and a naked function.
// machines: riscv64
// lines: 18 11
use std::arch::{global_asm, naked_asm};

global_asm!("nop");

global_asm!(
    "nop",
    // A comment in between.
    "add a0, a0",
);

global_asm!("nop");

#[unsafe(naked)]
pub extern "C" fn f() {
    naked_asm!("ret", "lw a0, (a1)5")
}

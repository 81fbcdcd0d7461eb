//! The second of three blocks of global assembly, and a naked function.
// machines: aarch64
// lines: 18 11
use std::arch::{global_asm, naked_asm};

global_asm!("nop");

global_asm!(
    "nop",
    // A comment in between.
    "add x0, x0",
);

global_asm!("nop");

#[unsafe(naked)]
pub extern "C" fn f() {
    naked_asm!("ret", "ldr w0, [x1, #3]!, x2")
}

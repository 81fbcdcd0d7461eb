//! Global assembly, a naked function and blocks, all with mistakes.
// lines: 9 4 - -
use std::arch::{asm, global_asm, naked_asm};
global_asm!("frobnicate");
#[unsafe(naked)]
pub extern "C" fn f() {
    naked_asm!(
        "ret",
        "frobnicate {}", const 5)
}

pub fn g() {
    unsafe {
        asm!("frobnicate");
        asm!("nop", "frobnicate");
    }
}

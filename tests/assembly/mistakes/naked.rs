//! A naked function.
// lines: 9
use std::arch::naked_asm;

#[unsafe(naked)]
pub extern "C" fn f() {
    naked_asm!(
        "nop",
        "frobnicate",
        "ret",
    )
}

//! A second name whose size is a distance to the item, which only the linker knows.
// lines: 6
use std::arch::global_asm;

global_asm!(
    ".set second_name, . - named",
    ".globl second_name",
);

#[unsafe(no_mangle)]
pub extern "C" fn named() {}

//! Several instructions in a line.
// machines: x86_64
use std::arch::asm;

pub fn f(a: u64) {
    unsafe { asm!("nop; frobnicate {0}; nop; frobnicate", in(reg_abcd) a) }
}

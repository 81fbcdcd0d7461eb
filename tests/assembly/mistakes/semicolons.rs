//! Several instructions in a line.
use std::arch::asm;

pub fn f(a: u64) {
    unsafe { asm!("nop; frobnicate {0}; nop; frobnicate", in(reg_abcd) a) }
}

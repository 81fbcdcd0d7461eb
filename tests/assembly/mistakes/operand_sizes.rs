//! Operands whose sizes do not fit.
// machines: x86_64
use std::arch::asm;

pub fn f(a: u64) {
    unsafe { asm!("mov {0:e}, {0:r}", in(reg_abcd) a) }
}

//! AT&T syntax.
// machines: x86_64
use std::arch::asm;

pub fn f(a: u64) {
    unsafe { asm!("nop", "frobnicate {0}", "movq $1, {0}, {0}", in(reg_abcd) a, options(att_syntax)) }
}

//! A block with labels.
// machines: x86_64
use std::arch::asm;

pub fn f(a: u64) -> u64 {
    unsafe { asm!("test {0}, {0}", "frobnicate {1}", "jz {1}", in(reg_abcd) a, label { return 1 }) }
    2
}

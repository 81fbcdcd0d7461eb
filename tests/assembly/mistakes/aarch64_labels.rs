//! A block with labels.
// machines: aarch64
use std::arch::asm;

pub fn f(a: u64) -> u64 {
    unsafe { asm!("frobnicate {1}", "cbz {0}, {1}", in(reg) a, label { return 1 }) }
    2
}

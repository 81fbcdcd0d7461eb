//! Only a warning: the object is written.
// machines: aarch64
use std::arch::asm;

pub fn f(a: u64) {
    unsafe { asm!("nop", ".warning \"look at {0}\"", in(reg) a) }
}

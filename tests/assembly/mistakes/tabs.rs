//! Tabs before and within the line.
// machines: x86_64
use std::arch::asm;

pub fn f(a: u64) {
    unsafe { asm!("nop", "\t\tfrobnicate\t{0},\t5", in(reg_abcd) a) }
}

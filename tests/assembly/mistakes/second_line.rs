//! The mistake is in the second of three templates.
// machines: x86_64
use std::arch::asm;

pub fn f(value: u64) {
    unsafe {
        asm!(
            "nop",
            "frobnicate {0}",
            "nop",
            in(reg_abcd) value,
        )
    }
}

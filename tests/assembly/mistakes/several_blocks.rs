//! Mistakes in some of several blocks, two of them the same.
// machines: x86_64
use std::arch::asm;

pub fn f(a: u64) {
    unsafe {
        asm!("nop");
        asm!("frobnicate", options(nomem));
        asm!("mov {0}, {0}", in(reg_abcd) a);
    }
}

pub fn g(a: u64) {
    unsafe {
        asm!("frobnicate");
        asm!("mov {0}, eax, {0}", in(reg_abcd) a);
    }
}

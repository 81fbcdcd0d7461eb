//! Several mistakes in one block.
// machines: x86_64
use std::arch::asm;

pub fn f(a: u64) -> u64 {
    let b;
    unsafe {
        asm!("frobnicate {0}", "mov {1}, {0}", "nop nop", "mov {1:e}, {0}", in(reg_abcd) a, out(reg_abcd) b);
    }
    b
}

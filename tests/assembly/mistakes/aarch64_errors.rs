//! Several mistakes in one block.
// machines: aarch64
use std::arch::asm;

pub fn f(a: u64) -> u64 {
    let b;
    unsafe {
        asm!("frobnicate {0}", "add {1}, {0}, {0}, {0}", "nop nop", "mov {1}, [[{0}]", in(reg) a, out(reg) b);
    }
    b
}

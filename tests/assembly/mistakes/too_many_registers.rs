//! More registers than there are.
// machines: x86_64
use std::arch::asm;

pub fn f(n: &[u64; 16]) {
    unsafe {
        asm!("/* {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} */ nop", in(reg) n[0], in(reg) n[1], in(reg) n[2],
            in(reg) n[3], in(reg) n[4], in(reg) n[5], in(reg) n[6], in(reg) n[7], in(reg) n[8], in(reg) n[9],
            in(reg) n[10], in(reg) n[11], in(reg) n[12], in(reg) n[13], in(reg) n[14], in(reg) n[15])
    }
}

//! More registers than there are.
// machines: riscv64
use std::arch::asm;

pub fn f(n: &[u64; 32]) {
    unsafe {
        asm!("/* {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} */ nop",
            in(reg) n[0], in(reg) n[1], in(reg) n[2], in(reg) n[3], in(reg) n[4], in(reg) n[5], in(reg) n[6],
            in(reg) n[7], in(reg) n[8], in(reg) n[9], in(reg) n[10], in(reg) n[11], in(reg) n[12], in(reg) n[13],
            in(reg) n[14], in(reg) n[15], in(reg) n[16], in(reg) n[17], in(reg) n[18], in(reg) n[19], in(reg) n[20],
            in(reg) n[21], in(reg) n[22], in(reg) n[23], in(reg) n[24], in(reg) n[25], in(reg) n[26], in(reg) n[27],
            in(reg) n[28], in(reg) n[29], in(reg) n[30], in(reg) n[31])
    }
}

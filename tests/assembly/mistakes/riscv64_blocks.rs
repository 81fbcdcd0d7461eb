//! Mistakes in some of several blocks, in one line and in several, with tabs and semicolons.
// machines: riscv64
use std::arch::asm;

pub fn f(a: u64) {
    unsafe {
        asm!("nop; frobnicate {0}; nop; frobnicate", in(reg) a);
        asm!("frobnicate", options(nomem));
        asm!("add {0}, {0}", in(reg) a);
    }
}

pub fn g(a: u64) {
    unsafe {
        asm!("nop", "\t\tfrobnicate {0}, 5", in(reg) a);
        asm!("nop
              frobnicate {0}
              nop", in(reg) a);
        asm!(
            "nop",
            "addi {0}, {0}, 5000",
            "nop",
            in(reg) a,
        );
    }
}

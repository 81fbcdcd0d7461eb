//! Instructions and registers that the processor does not have without a feature.
// machines: riscv64
#![feature(riscv_target_feature)]
use std::arch::asm;

pub fn without() {
    unsafe {
        asm!("sh1add a0, a1, a2", out("a0") _);
        asm!("csrr a0, nonsense", out("a0") _);
        asm!(".option nonsense", ".option arch, +nonsense", "nop");
    }
}

#[target_feature(enable = "zba")]
pub fn with() {
    unsafe {
        asm!("sh1add a0, a1, a2", out("a0") _);
        asm!("sh1add a0, a1", "cpop a0, a1", out("a0") _);
    }
}

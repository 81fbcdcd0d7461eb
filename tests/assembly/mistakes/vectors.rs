//! Vector registers and prefixes.
// machines: x86_64
use std::arch::asm;

pub fn f(a: f64, b: f32) {
    unsafe { asm!("addsd {0}, {1}, {0}", "{{vex}} nop", "{{nonsense}} addsd {0}, {1}", in(xmm_reg) a, in(xmm_reg) b) }
}

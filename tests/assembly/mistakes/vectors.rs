//! Vector registers and prefixes.
use std::arch::asm;

pub fn f(a: f64, b: f32) {
    unsafe { asm!("addsd {0}, {1}, {0}", "{{vex}} nop", "{{nonsense}} addsd {0}, {1}", in(xmm_reg) a, in(xmm_reg) b) }
}

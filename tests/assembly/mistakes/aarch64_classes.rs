//! Operands of each register class where they do not fit, with and without modifiers.
// machines: aarch64
use std::arch::asm;

pub fn general(a: u64, b: u32) {
    unsafe {
        asm!("add {0:w}, {0:x}, {1:w}", in(reg) a, in(reg) b);
        asm!("fadd {0}, {0}, {0}", in(reg) a);
    }
}

pub fn vectors(a: f64, b: f32) {
    unsafe {
        asm!("add {0:d}, {1:s}, {0:d}", in(vreg) a, in(vreg) b);
        asm!("fmla {0:v}.4s, {1:v}.4s, {0:v}.s[4]", in(vreg) a, in(vreg_low16) b);
        asm!("ldr {0:q}, [{0:d}]", in(vreg) a);
        asm!("ldr {0:b}, [x0, #4096]", "str {0:h}, [x0, #3]", in(vreg) a);
    }
}

pub fn explicit() {
    unsafe {
        asm!("mov x9, w9", out("x9") _);
        asm!("ptrue p0.b", "mov v3, v31", out("p0") _, out("v3") _, out("ffr") _);
    }
}

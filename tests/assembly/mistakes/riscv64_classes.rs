//! Operands of each register class where they do not fit.
// machines: riscv64
use std::arch::asm;

pub fn general(a: u64, b: u32) {
    unsafe {
        asm!("addw {0}, {0}", in(reg) a);
        asm!("fadd.d {0}, {0}, {1}", in(reg) a, in(reg) b);
        asm!("li {0}, 0x10000000000000000", in(reg) a);
    }
}

pub fn floats(a: f64, b: f32) {
    unsafe {
        asm!("add {0}, {1}, {0}", in(freg) a, in(freg) b);
        asm!("fld {0}, {1}", in(freg) a, in(freg) b);
        asm!("fadd.s {0}, {1}, {0}, nonsense", in(freg) a, in(freg) b);
    }
}

pub fn explicit() {
    unsafe {
        asm!("mv t3, x32", out("t3") _);
        asm!("lui a0, %nonsense(x)", "addi a0, a0, %lo(x", out("a0") _);
        asm!("vadd.vv v1, v2, v3", out("v1") _);
    }
}

//! Assembly of riscv64: every register class, labels, symbols, clobbers, naked functions.
// machines: riscv64
#![feature(f16)]

use std::arch::{asm, global_asm, naked_asm};

fn add(a: u64, b: u64) -> u64 {
    let sum: u64;
    unsafe { asm!("add {}, {}, {}", out(reg) sum, in(reg) a, in(reg) b) };
    sum
}

fn narrow_integers(a: i8, b: u16, c: i32) -> (i8, u16, i32) {
    let (x, y, z);
    unsafe {
        asm!(
            "addi {x}, {a}, 1",
            "addi {y}, {b}, 2",
            "addiw {z}, {c}, 3",
            a = in(reg) a, b = in(reg) b, c = in(reg) c,
            x = lateout(reg) x, y = out(reg) y, z = out(reg) z,
        );
    }
    (x, y, z)
}

fn floats_in_integer_registers(a: f32, b: f64) -> (f32, f64) {
    let (mut x, mut y) = (a, b);
    unsafe {
        asm!("fmv.w.x ft0, {0}", "fadd.s ft0, ft0, ft0", "fmv.x.w {0}, ft0", inout(reg) x, out("ft0") _);
        asm!("fmv.d.x ft1, {0}", "fadd.d ft1, ft1, ft1", "fmv.x.d {0}, ft1", inout(reg) y, out("f1") _);
    }
    (x, y)
}

fn floats(a: f32, b: f64) -> (f32, f64) {
    let (x, y): (f32, f64);
    unsafe {
        asm!("fmul.s {}, {}, fa3", lateout(freg) x, in(freg) a, in("fa3") a);
        asm!("fsqrt.d {}, {}", out(freg) y, in(freg) b);
    }
    (x, y)
}

/// Returns all bits of the register.
fn half(value: f16) -> (u64, f16) {
    let bits: u64;
    let mut same = value;
    unsafe {
        asm!("fmv.x.d {}, {}", out(reg) bits, in(freg) value);
        asm!("fsgnjn.s {0}, {0}, {0}", "fsgnjn.s {0}, {0}, {0}", inout(freg) same);
    }
    (bits, same)
}

fn explicit_registers(value: u64) -> [u64; 6] {
    let mut results = [0; 6];
    unsafe {
        asm!(
            "addi a0, a0, 1",
            "addi t6, a0, 1",
            "addi s11, t6, 1",
            "addi ra, s11, 1",
            "addi s2, ra, 1",
            "addi x7, s2, 1",
            inout("a0") value => results[0],
            out("t6") results[1],
            out("s11") results[2],
            out("ra") results[3],
            out("s2") results[4],
            out("t2") results[5],
        );
    }
    results
}

fn many(values: [u64; 12]) -> u64 {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = values;
    let mut total = 0;
    unsafe {
        asm!(
            "add {0}, {0}, {1}", "add {0}, {0}, {2}", "add {0}, {0}, {3}", "add {0}, {0}, {4}",
            "add {0}, {0}, {5}", "add {0}, {0}, {6}", "add {0}, {0}, {7}", "add {0}, {0}, {8}",
            "add {0}, {0}, {9}", "add {0}, {0}, {10}", "add {0}, {0}, {11}", "add {0}, {0}, {12}",
            inout(reg) total, in(reg) a, in(reg) b, in(reg) c, in(reg) d, in(reg) e, in(reg) f, in(reg) g,
            in(reg) h, in(reg) i, in(reg) j, in(reg) k, in(reg) l,
        );
    }
    total
}

extern "C" fn callee(x: u64) -> u64 {
    format!("{x}").len() as u64 * 100 + x
}

fn calls(x: u64) -> u64 {
    let result;
    unsafe {
        asm!(
            "call {callee}",
            callee = sym callee,
            inlateout("a0") x => result,
            clobber_abi("C"),
        );
    }
    result
}

fn pushes(x: u64) -> u64 {
    let result;
    unsafe {
        asm!("addi sp, sp, -16", "sd {0}, 8(sp)", "li {0}, 0", "ld {0}, 8(sp)", "addi sp, sp, 16", inout(reg) x => result);
    }
    result
}

fn jumps(x: u64) -> &'static str {
    unsafe {
        asm!(
            "beqz {x}, {zero}",
            "li t0, {limit}",
            "bgtu {x}, t0, {large}",
            x = in(reg) x,
            limit = const 100,
            zero = label { return "zero" },
            large = label { return "large" },
            out("t0") _,
        );
    }
    "small"
}

fn vector_registers_are_clobbered() -> u64 {
    let result: u64;
    unsafe { asm!("li {}, 7", out(reg) result, out("v0") _, out("v31") _, options(nomem, nostack, preserves_flags)) };
    result
}

static TABLE: [u64; 3] = [10, 20, 30];

fn of_static(index: usize) -> u64 {
    let value;
    unsafe {
        asm!(
            "lla {address}, {table}",
            "addi {value}, x0, {unused}",
            "slli {value}, {i}, 3",
            "add {address}, {address}, {value}",
            "ld {value}, 0({address})",
            address = out(reg) _,
            value = out(reg) value,
            i = in(reg) index,
            table = sym TABLE,
            unused = const -5,
            options(readonly, nostack),
        );
    }
    value
}

global_asm!(
    ".globl doubled_in_assembly",
    ".type doubled_in_assembly, @function",
    "doubled_in_assembly:",
    "slli a0, a0, {shift}",
    "tail {after}",
    shift = const 1,
    after = sym callee,
);

unsafe extern "C" {
    fn doubled_in_assembly(x: u64) -> u64;
}

#[unsafe(naked)]
extern "C" fn naked(x: u64, y: u64) -> u64 {
    naked_asm!("sub a0, a0, a1", "addi a0, a0, {}", "ret", const 1000)
}

fn status() -> u64 {
    let flags: u64;
    unsafe { asm!("fsflags x0", "fdiv.s ft0, {0}, {1}", "frflags {2}", in(freg) 1f32, in(freg) 0f32, out(reg) flags, out("ft0") _) };
    flags
}

/// Upper bits of registers with narrow integers are what LLVM's loads make of them: copies of the sign.
fn upper_bits(x: i32, y: i16, z: i8) -> [u64; 3] {
    let mut found = [0; 3];
    let [a, b, c] = &mut found;
    unsafe {
        asm!("mv {0}, {1}", out(reg) *a, in(reg) x);
        asm!("mv {0}, {1}", out(reg) *b, in(reg) y);
        asm!("mv {0}, {1}", out(reg) *c, in(reg) z);
    }
    found
}

fn main() {
    println!("{} {:?}", add(40, 2), narrow_integers(-2, 65533, i32::MAX - 3));
    println!("{:?} {:?}", floats_in_integer_registers(1.5, -0.25), floats(3.0, 2.0));
    let (bits, same) = half(1.0);
    println!("{bits:x} {}", same as f32);
    println!("{:?} {}", explicit_registers(5), many([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    println!("{} {} {:?}", calls(12345), pushes(77), [0, 5, 500].map(jumps));
    println!("{} {}", vector_registers_are_clobbered(), of_static(2));
    println!("{} {}", unsafe { doubled_in_assembly(21) }, naked(50, 8));
    println!("{}", status());
    println!("{:x?} {:x?}", upper_bits(-2, -3, -4), upper_bits(2, 3, 4));
}

//! Assembly of aarch64: all register classes, sizes, modifiers and clobbers; labels, symbols, naked functions.
// machines: aarch64
#![feature(f16, f128, asm_goto_with_outputs, asm_unwind, portable_simd)]

use std::arch::aarch64::float16x8_t;
use std::arch::{asm, global_asm, naked_asm};
use std::hint::black_box;
use std::simd::{f32x4, u8x8, u8x16, u32x2, u64x2};

fn general_registers() {
    let (byte, half, word, long): (i8, u16, i32, u64);
    let (small, real): (f32, f64);
    unsafe {
        asm!("mov {0:w}, #-5", out(reg) byte);
        asm!("add {0:w}, {1:w}, #1", out(reg) half, in(reg) black_box(0x1233u16));
        asm!("sub {:w}, wzr, {:w}", out(reg) word, in(reg) black_box(77));
        asm!("ror {:x}, {:x}, #8", lateout(reg) long, in(reg) black_box(0x1122_3344_5566_7788u64));
        asm!("mov {0:w}, {1:w}", out(reg) small, in(reg) black_box(1.5f32));
        asm!("mov {}, {}", out(reg) real, in(reg) black_box(-2.25f64));
    }
    println!("{byte} {half:#x} {word} {long:#x} {small} {real}");
    let mut value = black_box(40u64);
    let other: u64;
    unsafe { asm!("add {0}, {0}, {2}", "mul {1}, {0}, {0}", inout(reg) value, out(reg) other, const 2) };
    println!("{value} {other}");
    let signed: i64;
    unsafe { asm!("neg {0}, {0}", inout(reg) black_box(6i64) => signed) };
    println!("{signed}");
}

fn fixed_registers() {
    let (first, last, link): (u64, u32, u64);
    unsafe {
        asm!("add x0, x0, x1", "mov w28, w7", inout("x0") black_box(5u64) => first, in("x1") 6u64,
            in("w7") black_box(9u32), out("x28") last);
        asm!("mov x30, #3", "add lr, lr, #1", out("lr") link);
    }
    println!("{first} {last} {link}");
    let kept = black_box([1u64, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    let sum: u64;
    unsafe {
        asm!("mov x20, #0", "mov x21, #0", "mov x22, #0", "mov x23, #0", "mov x24, #0", "mov x25, #0",
            "mov x26, #0", "mov x27, #0", "mov x28, #0", "mov x30, #0", "movi d8, #0", "movi d15, #0",
            "add {0}, {1}, {1}",
            out(reg) sum, in(reg) kept[3], out("x20") _, out("x21") _, out("x22") _, out("x23") _, out("x24") _,
            out("x25") _, out("x26") _, out("x27") _, out("x28") _, out("x30") _, out("v8") _, out("v15") _);
    }
    println!("{sum} {kept:?}");
}

fn vector_registers() {
    let (byte, half, word, long): (u8, i16, u32, i64);
    let (tiny, small, real, wide): (f16, f32, f64, f128);
    unsafe {
        asm!("add {0:v}.8b, {1:v}.8b, {1:v}.8b", out(vreg) byte, in(vreg) black_box(21u8));
        asm!("neg {0:v}.4h, {1:v}.4h", out(vreg) half, in(vreg_low16) black_box(300i16));
        asm!("add {0:d}, {1:d}, {1:d}", out(vreg_low16) word, in(vreg) black_box(1_000_000u32));
        asm!("neg {0:d}, {1:d}", out(vreg) long, in(vreg) black_box(1i64 << 40));
        asm!("fcvt {0:s}, {1:h}", "fadd {0:s}, {0:s}, {0:s}", "fcvt {0:h}, {0:s}", out(vreg) tiny,
            in(vreg) black_box(1.5f16));
        asm!("fadd {0:s}, {1:s}, {2:s}", out(vreg) small, in(vreg) black_box(1.5f32), in(vreg_low16) 2.0f32);
        asm!("fmul {0:d}, {1:d}, {1:d}", out(vreg_low16) real, in(vreg) black_box(1.5f64));
        asm!("mov {0:v}.16b, {1:v}.16b", out(vreg) wide, in(vreg_low16) black_box(0.125f128));
    }
    println!("{byte} {half} {word} {long} {} {small} {real} {:#x}", tiny as f32, wide.to_bits());
    let (bytes, words, all, reals, halves): (u8x8, u32x2, u8x16, f32x4, float16x8_t);
    let lanes = black_box([1u64, 2]);
    unsafe {
        asm!("add {0:v}.8b, {1:v}.8b, {1:v}.8b", out(vreg) bytes, in(vreg) u8x8::splat(black_box(100)));
        asm!("add {0:v}.2s, {1:v}.2s, {1:v}.2s", out(vreg_low16) words, in(vreg_low16) u32x2::from_array(black_box([3, 4])));
        asm!("rev64 {0:v}.16b, {1:v}.16b", out(vreg) all, in(vreg) u64x2::from_array(lanes));
        asm!("fadd {0:v}.4s, {1:v}.4s, {1:v}.4s", out(vreg) reals, in(vreg) f32x4::from_array(black_box([1.0, 2.5, -3.0, 0.0])));
        asm!("mov {0:v}.16b, {1:v}.16b", out(vreg) halves, in(vreg) std::mem::transmute::<[f16; 8], float16x8_t>(black_box([0.5; 8])));
    }
    println!(
        "{bytes:?} {words:?} {all:?} {reals:?} {:?}",
        unsafe { std::mem::transmute::<float16x8_t, [f16; 8]>(halves) }.map(|half| half as f32)
    );
    let (low, high): (f64, u8x16);
    unsafe {
        asm!("fadd d31, d31, d16", "mov v0.16b, v5.16b", inout("v31") black_box(3.5f64) => low,
            in("d16") black_box(1.0f64), in("q5") u8x16::splat(black_box(9)), out("v0") high);
    }
    println!("{low} {high:?}");
    let loaded: u32;
    unsafe {
        asm!("ldr {0:q}, [{1}]", "str {0:s}, [{2}]", "ldr {3:w}, [{2}]", out(vreg) _,
            in(reg) &black_box([0x0102_0304u32, 5, 6, 7]), in(reg) &mut [0u32; 1], out(reg) loaded);
    }
    println!("{loaded:#x}");
}

extern "C" fn triple(number: u64) -> u64 {
    number * 3
}

static ANSWER: u64 = 42;

fn calls_and_clobbers() {
    let result: u64;
    unsafe {
        asm!("bl {callee}", callee = sym triple, inout("x0") black_box(14u64) => result, clobber_abi("C"));
    }
    let kept = black_box(7.5f64);
    let answer: u64;
    unsafe {
        asm!("adrp {0}, {1}", "ldr {0}, [{0}, :lo12:{1}]", out(reg) answer, sym ANSWER);
        asm!("nop", out("p0") _, out("p15") _, out("ffr") _, out("v7") _);
        asm!("str {0}, [sp, #-16]!", "mov {0}, #0", "ldr {0}, [sp], #16", inout(reg) answer => _);
    }
    println!("{result} {answer} {kept}");
    let equal: u64;
    unsafe {
        asm!("cmp {0}, #3", "cset {0}, eq", inout(reg) black_box(3u64) => equal, options(pure, nomem, nostack));
    }
    println!("{equal}");
}

fn labels(number: u64) -> &'static str {
    let value: u64;
    unsafe {
        asm!("cbz {0}, {1}", "tbnz {0}, #0, {2}", "lsr {3}, {0}, #1", in(reg) number,
            label { return "zero" }, label { return "odd" }, lateout(reg) value);
    }
    if value > 2 { "large" } else { "small" }
}

extern "C-unwind" fn throws() {
    std::panic::panic_any(5u8);
}

fn unwinding() {
    let caught = std::panic::catch_unwind(|| unsafe {
        asm!("bl {}", sym throws, clobber_abi("C"), options(may_unwind));
    });
    println!("{:?}", caught.unwrap_err().downcast_ref::<u8>());
}

#[unsafe(naked)]
extern "C" fn naked(_first: u64, _second: f64) -> f64 {
    naked_asm!("scvtf d1, x0", "fmul d0, d0, d1", "b {}", sym twice);
}

extern "C" fn twice(number: f64) -> f64 {
    number + number
}

global_asm!(
    ".globl from_global", ".type from_global, %function", "from_global:", "add x0, x0, #{}", "b {}",
    ".size from_global, . - from_global", const 100, sym triple
);

unsafe extern "C" {
    fn from_global(number: u64) -> u64;
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    general_registers();
    fixed_registers();
    vector_registers();
    calls_and_clobbers();
    println!("{} {} {} {}", labels(0), labels(3), labels(2), labels(black_box(8)));
    unwinding();
    println!("{} {}", naked(black_box(3), 1.25), unsafe { from_global(black_box(1)) });
}

//! Assembly of riscv64: system calls, all registers, the stack, symbols, data, labels with results, raw text, naked functions.
// machines: riscv64
// exit: 7
#![feature(asm_goto_with_outputs, riscv_target_feature)]

use std::arch::{asm, global_asm, naked_asm};
use std::mem::MaybeUninit;

/// Linux: `getpid`, and `close` of what is not open.
fn system_calls() {
    let call = |number: isize, argument: isize| -> isize {
        let result;
        unsafe { asm!("ecall", in("a7") number, inlateout("a0") argument => result, options(nostack, preserves_flags)) };
        result
    };
    println!("{} {}", call(172, 0) == std::process::id() as isize, call(57, -1));
}

fn unusual_values() {
    let mut number: MaybeUninit<u64> = MaybeUninit::uninit();
    let text = "pointed to";
    let (start, function): (*const u8, fn(u32) -> u32);
    unsafe {
        asm!("li {}, 12", out(reg) number);
        asm!("mv {}, {}", out(reg) start, in(reg) text.as_ptr());
        asm!("mv {}, {}", lateout(reg) function, in(reg) (|x| x + 1) as fn(u32) -> u32);
        println!("{} {} {}", number.assume_init(), *start as char, function(1));
    }
}

fn directives() {
    let (stack, stored, kept): (u64, u64, u64);
    unsafe {
        asm!("mv {0}, sp", out(reg) stack);
        asm!(".pushsection .text.details_riscv64,\"ax\"", ".p2align 3", "77: .quad 1234", ".popsection", "lla {0}, 77b", "ld {0}, ({0})", out(reg) stored);
        asm!("addi sp, sp, -16", "sd s1, (sp)", ".cfi_remember_state", "li s1, 9", "mv {0}, s1", "ld s1, (sp)", "addi sp, sp, 16", ".cfi_restore_state", out(reg) kept);
    }
    println!("{} {stored} {kept}", stack % 16);
}

/// All general registers that a block may use at once.
#[rustfmt::skip]
fn pressure() {
    let mut n: [u64; 24] = std::array::from_fn(|index| index as u64 * 11);
    unsafe {
        asm!("addi {0}, {0}, 1", "addi {1}, {1}, 2", "addi {2}, {2}, 3", "addi {3}, {3}, 4", "addi {4}, {4}, 5", "addi {5}, {5}, 6", "addi {6}, {6}, 7", "addi {7}, {7}, 8", "addi {8}, {8}, 9", "addi {9}, {9}, 10", "addi {10}, {10}, 11", "addi {11}, {11}, 12", "addi {12}, {12}, 13", "addi {13}, {13}, 14", "addi {14}, {14}, 15", "addi {15}, {15}, 16", "addi {16}, {16}, 17", "addi {17}, {17}, 18", "addi {18}, {18}, 19", "addi {19}, {19}, 20", "addi {20}, {20}, 21", "addi {21}, {21}, 22", "addi {22}, {22}, 23", "addi {23}, {23}, 24",
            inout(reg) n[0], inout(reg) n[1], inout(reg) n[2], inout(reg) n[3], inout(reg) n[4], inout(reg) n[5], inout(reg) n[6], inout(reg) n[7], inout(reg) n[8], inout(reg) n[9], inout(reg) n[10], inout(reg) n[11], inout(reg) n[12], inout(reg) n[13], inout(reg) n[14], inout(reg) n[15], inout(reg) n[16], inout(reg) n[17], inout(reg) n[18], inout(reg) n[19], inout(reg) n[20], inout(reg) n[21], inout(reg) n[22], inout(reg) n[23]);
    }
    println!("{n:?}");
}

extern "C" fn callback(a: u64, b: u64) -> u64 {
    println!("callback({a}, {b})");
    a * 100 + b
}

struct Shift<const N: u32>;
impl<const N: u32> Shift<N> {
    fn apply(value: u64) -> u64 {
        let mut result = value;
        unsafe { asm!("slli {0}, {0}, {1}", inout(reg) result, const N) };
        result
    }
}

fn generic<T: Copy + Into<u64>>(value: T) -> u64 {
    extern "C" fn inner<T>(value: u64) -> u64 {
        value + size_of::<T>() as u64
    }
    let result: u64;
    unsafe { asm!("call {f}", f = sym inner::<T>, inlateout("a0") value.into() => result, clobber_abi("C")) };
    result
}

fn calls() {
    let pointer: extern "C" fn(u64, u64) -> u64 = callback;
    let indirect: u64;
    unsafe {
        asm!("jalr {0}", in(reg) pointer, inlateout("a0") 5u64 => indirect, in("a1") 6u64, clobber_abi("C"));
    }
    println!("{indirect} {} {}", generic(7u8), generic(7u32));
}

static TABLE: [u32; 4] = [10, 20, 30, 40];
static mut COUNTER: u32 = 5;

fn symbols() {
    let (third, counter): (u32, u32);
    unsafe {
        asm!("lla {0}, {1}", "lw {0}, {2}({0})", out(reg) third, sym TABLE, const 2 * 4);
        asm!("lla {1}, {0}", "lw {2}, ({1})", "addiw {2}, {2}, 2", "sw {2}, ({1})", sym COUNTER, out(reg) _, out(reg) counter);
    }
    println!("{third} {counter} {}", Shift::<3>::apply(5) + Shift::<40>::apply(1));
}

/// Outputs have their values wherever the template leaves.
fn leaves(number: u64) -> (u64, u64, &'static str) {
    let (mut first, mut second) = (0, 0);
    let mut way = "through";
    unsafe {
        asm!("addi {0}, {2}, 1", "add {1}, {2}, {2}", "bltu {2}, {5}, {3}", "beq {2}, {5}, {4}", "neg {1}, {1}", out(reg) first, out(reg) second, in(reg) number, label { way = "below" },
            label { way = "equal" }, in(reg) 5u64);
    }
    first ^= 0;
    second ^= 0;
    (first, second, way)
}

fn counts(limit: u32) -> u32 {
    let (mut rounds, mut number) = (0, limit);
    loop {
        unsafe { asm!("addiw {0}, {0}, -3", "bgez {0}, {1}", inout(reg) number, label { rounds += 1; continue }) };
        return rounds;
    }
}

fn goto_only(value: u64) -> u64 {
    unsafe { asm!("beqz {0}, {1}", "j {2}", in(reg) value, label { return 1 }, label { return 2 }, options(noreturn)) }
    unreachable!()
}

fn texts() {
    let (raw, signs): (u64, u64);
    unsafe {
        asm!("li a1, 0x10 # a comment; not {code}", "addi a1, a1, 1 /* another */", out("a1") raw, options(raw));
        // Signs that mean something to LLVM in the text of an assembly.
        asm!("li a0, 5 # $0 {{a|b}} \"quoted\" \\ $$", "/* {{1}} | */ addi a0, a0, 0x10", out("a0") signs);
        asm!("");
        asm!("/* {} */", in(reg) &signs, options(nostack, preserves_flags));
    }
    println!("{raw} {signs}");
}

fn through<T: Copy>(value: T) -> T {
    let mut copy = value;
    let (pointer, size) = (&raw mut copy, size_of::<T>());
    unsafe { asm!("2:", "lbu {2}, ({0})", "not {2}, {2}", "sb {2}, ({0})", "addi {0}, {0}, 1", "addi {1}, {1}, -1", "bnez {1}, 2b", inout(reg) pointer => _, inout(reg) size => _, out(reg) _) };
    copy
}

#[target_feature(enable = "zba")]
fn featured() -> u64 {
    let mut number = 37u64;
    let place = &raw mut number;
    let old: u64;
    unsafe { asm!("sh3add {0}, {0}, {1}", "ld {0}, ({0})", inout(reg) 0u64 => old, in(reg) place) };
    old + number
}

global_asm!(
    ".globl details_sum", ".type details_sum, %function", "details_sum:", "    add a0, a0, a1", "    lla a2, details_bias", "    ld a2, (a2)", "    add a0, a0, a2 # a comment", "    ret",
    ".size details_sum, . - details_sum", ".data", ".p2align 3", "details_bias: .quad {bias}", ".text",
    bias = const 1000,
);
global_asm!(
    ".hidden details_twice", ".globl details_twice", "details_twice:", "    addi sp, sp, -16", "    sd s1, (sp)", "    sd ra, 8(sp)", "    mv s1, a0", "    call {rust}", "    add a0, a0, s1", "    lla a1, {number}", "    ld a1, (a1)", "    add a0, a0, a1", "    ld s1, (sp)", "    ld ra, 8(sp)", "    addi sp, sp, 16", "    ret",
    ".weak details_weak", "details_weak:", "li a0, 1", "    ret",
    rust = sym from_assembly, number = sym NUMBER,
);

static NUMBER: u64 = 5_000_000;

extern "C" fn from_assembly(value: u64) -> u64 {
    println!("from assembly: {value}");
    value * 10_000
}

unsafe extern "C" {
    fn details_sum(left: u64, right: u64) -> u64;
    safe fn details_twice(value: u64) -> u64;
    safe fn details_weak() -> u32;
}

#[unsafe(naked)]
extern "C" fn naked_difference(left: u64, right: u64) -> u64 {
    naked_asm!("sub a0, a0, a1", "ret")
}

#[unsafe(naked)]
extern "C" fn naked_generic<const N: u32>(value: u64) -> u64 {
    naked_asm!("slli a0, a0, {}", "tail {}", const N, sym done)
}

#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn done() {
    naked_asm!("addi a0, a0, 1", "ret")
}

fn main() {
    system_calls();
    unusual_values();
    directives();
    pressure();
    calls();
    symbols();
    println!("{:?} {:?} {:?} {}", leaves(3), leaves(5), leaves(9), counts(10));
    println!("{} {}", goto_only(0), goto_only(9));
    texts();
    println!("{:x} {:x}", through(1u16), through(1u64));
    if true {
        // SAFETY: the emulator has the feature.
        println!("{}", unsafe { featured() });
    }
    println!("{} {} {}", unsafe { details_sum(20, 3) }, details_twice(7), details_weak());
    println!("{} {} {}", naked_difference(50, 8), naked_generic::<4>(3), naked_generic::<1>(3));
    let pointer: extern "C" fn(u64, u64) -> u64 = naked_difference;
    println!("{}", pointer(9, 4));
    for code in [1u64, 2] {
        let keeps: (u64, String) = (code, format!("text {code}"));
        unsafe { asm!("li a1, 0", "li t3, 0", "li s2, 0", "fmv.d.x ft3, zero", "fmv.d.x fs3, zero", out("a1") _, out("t3") _, out("s2") _, out("ft3") _, out("fs3") _, out("v1") _) };
        println!("{keeps:?}");
    }
    unsafe { asm!("li a0, 7", "call {}", sym leave, options(noreturn)) }
}

extern "C" fn leave(code: i32) -> ! {
    println!("leaving with {code}");
    std::process::exit(code)
}

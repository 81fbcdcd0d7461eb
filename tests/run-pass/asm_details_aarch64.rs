//! Assembly of aarch64: system calls, all registers, the stack, symbols, data, labels with results, raw text, naked functions.
// machines: aarch64
// exit: 7
#![feature(asm_goto_with_outputs)]

use std::arch::{asm, global_asm, naked_asm};
use std::mem::MaybeUninit;

/// Linux: `getpid`, and `close` of what is not open.
fn system_calls() {
    let call = |number: isize, argument: isize| -> isize {
        let result;
        unsafe { asm!("svc #0", in("x8") number, inlateout("x0") argument => result, options(nostack, preserves_flags)) };
        result
    };
    println!("{} {}", call(172, 0) == std::process::id() as isize, call(57, -1));
}

fn unusual_values() {
    let mut number: MaybeUninit<u64> = MaybeUninit::uninit();
    let text = "pointed to";
    let (start, function): (*const u8, fn(u32) -> u32);
    unsafe {
        asm!("mov {}, #12", out(reg) number);
        asm!("mov {}, {}", out(reg) start, in(reg) text.as_ptr());
        asm!("mov {}, {}", lateout(reg) function, in(reg) (|x| x + 1) as fn(u32) -> u32);
        println!("{} {} {}", number.assume_init(), *start as char, function(1));
    }
}

fn directives() {
    let (stack, stored, kept): (u64, u64, u64);
    unsafe {
        asm!("mov {0}, sp", out(reg) stack);
        asm!(".pushsection .text.details_aarch64,\"ax\"", ".p2align 3", "77: .quad 1234", ".popsection", "adr {0}, 77b", "ldr {0}, [{0}]", out(reg) stored);
        asm!("str x19, [sp, #-16]!", ".cfi_remember_state", "mov x19, #9", "mov {0}, x19", "ldr x19, [sp], #16", ".cfi_restore_state", out(reg) kept);
    }
    println!("{} {stored} {kept}", stack % 16);
}

/// All general registers that a block may use at once.
#[rustfmt::skip]
fn pressure() {
    let mut n: [u64; 26] = std::array::from_fn(|index| index as u64 * 11);
    unsafe {
        asm!("add {0}, {0}, #1", "add {1}, {1}, #2", "add {2}, {2}, #3", "add {3}, {3}, #4", "add {4}, {4}, #5", "add {5}, {5}, #6", "add {6}, {6}, #7", "add {7}, {7}, #8", "add {8}, {8}, #9", "add {9}, {9}, #10", "add {10}, {10}, #11", "add {11}, {11}, #12", "add {12}, {12}, #13", "add {13}, {13}, #14", "add {14}, {14}, #15", "add {15}, {15}, #16", "add {16}, {16}, #17", "add {17}, {17}, #18", "add {18}, {18}, #19", "add {19}, {19}, #20", "add {20}, {20}, #21", "add {21}, {21}, #22", "add {22}, {22}, #23", "add {23}, {23}, #24", "add {24}, {24}, #25", "add {25}, {25}, #26",
            inout(reg) n[0], inout(reg) n[1], inout(reg) n[2], inout(reg) n[3], inout(reg) n[4], inout(reg) n[5], inout(reg) n[6], inout(reg) n[7], inout(reg) n[8], inout(reg) n[9], inout(reg) n[10], inout(reg) n[11], inout(reg) n[12], inout(reg) n[13], inout(reg) n[14], inout(reg) n[15], inout(reg) n[16], inout(reg) n[17], inout(reg) n[18], inout(reg) n[19], inout(reg) n[20], inout(reg) n[21], inout(reg) n[22], inout(reg) n[23], inout(reg) n[24], inout(reg) n[25]);
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
        unsafe { asm!("lsl {0}, {0}, {1}", inout(reg) result, const N) };
        result
    }
}

fn generic<T: Copy + Into<u64>>(value: T) -> u64 {
    extern "C" fn inner<T>(value: u64) -> u64 {
        value + size_of::<T>() as u64
    }
    let result: u64;
    unsafe { asm!("bl {f}", f = sym inner::<T>, inlateout("x0") value.into() => result, clobber_abi("C")) };
    result
}

fn calls() {
    let pointer: extern "C" fn(u64, u64) -> u64 = callback;
    let indirect: u64;
    unsafe {
        asm!("blr {0}", in(reg) pointer, inlateout("x0") 5u64 => indirect, in("x1") 6u64, clobber_abi("C"));
    }
    println!("{indirect} {} {}", generic(7u8), generic(7u32));
}

static TABLE: [u32; 4] = [10, 20, 30, 40];
static mut COUNTER: u32 = 5;

fn symbols() {
    let (third, counter): (u32, u32);
    unsafe {
        asm!("adrp {0}, {1}", "add {0}, {0}, :lo12:{1}", "ldr {0:w}, [{0}, {2}]", out(reg) third, sym TABLE, const 2 * 4);
        asm!("adrp {1}, {0}", "add {1}, {1}, :lo12:{0}", "ldr {2:w}, [{1}]", "add {2:w}, {2:w}, #2", "str {2:w}, [{1}]", sym COUNTER, out(reg) _, out(reg) counter);
    }
    println!("{third} {counter} {}", Shift::<3>::apply(5) + Shift::<40>::apply(1));
}

/// Outputs have their values wherever the template leaves.
fn leaves(number: u64) -> (u64, u64, &'static str) {
    let (mut first, mut second) = (0, 0);
    let mut way = "through";
    unsafe {
        asm!("add {0}, {2}, #1", "add {1}, {2}, {2}", "cmp {2}, #5", "b.lo {3}", "b.eq {4}", "neg {1}, {1}", out(reg) first, out(reg) second, in(reg) number, label { way = "below" },
            label { way = "equal" });
    }
    first ^= 0;
    second ^= 0;
    (first, second, way)
}

fn counts(limit: u32) -> u32 {
    let (mut rounds, mut number) = (0, limit);
    loop {
        unsafe { asm!("subs {0:w}, {0:w}, #3", "b.pl {1}", inout(reg) number, label { rounds += 1; continue }) };
        return rounds;
    }
}

fn goto_only(value: u64) -> u64 {
    unsafe { asm!("cbz {0}, {1}", "b {2}", in(reg) value, label { return 1 }, label { return 2 }, options(noreturn)) }
    unreachable!()
}

fn texts() {
    let (raw, signs): (u64, u64);
    unsafe {
        asm!("mov x1, #0x10 // a comment; not {code}", "add x1, x1, #1 /* another */", out("x1") raw, options(raw));
        // Signs that mean something to LLVM in the text of an assembly.
        asm!("mov x0, #5 // $0 {{a|b}} \"quoted\" \\ $$", "/* {{1}} | */ add x0, x0, #0x10", out("x0") signs);
        asm!("");
        asm!("/* {} */", in(reg) &signs, options(nostack, preserves_flags));
    }
    println!("{raw} {signs}");
}

fn through<T: Copy>(value: T) -> T {
    let mut copy = value;
    let (pointer, size) = (&raw mut copy, size_of::<T>());
    unsafe { asm!("2:", "ldrb {2:w}, [{0}]", "mvn {2:w}, {2:w}", "strb {2:w}, [{0}], #1", "subs {1}, {1}, #1", "b.ne 2b", inout(reg) pointer => _, inout(reg) size => _, out(reg) _) };
    copy
}

#[target_feature(enable = "lse")]
fn featured() -> u64 {
    let mut number = 37u64;
    let place = &raw mut number;
    let old: u64;
    unsafe { asm!("ldadd {0}, {1}, [{2}]", in(reg) 5u64, out(reg) old, in(reg) place) };
    old + number
}

global_asm!(
    ".globl details_sum", ".type details_sum, %function", "details_sum:", "    add x0, x0, x1", "    adrp x2, details_bias", "    ldr x2, [x2, :lo12:details_bias]", "    add x0, x0, x2 // a comment", "    ret",
    ".size details_sum, . - details_sum", ".data", ".p2align 3", "details_bias: .quad {bias}", ".text",
    bias = const 1000,
);
global_asm!(
    ".hidden details_twice", ".globl details_twice", "details_twice:", "    stp x19, x30, [sp, #-16]!", "    mov x19, x0", "    bl {rust}", "    add x0, x0, x19", "    adrp x1, {number}", "    ldr x1, [x1, :lo12:{number}]", "    add x0, x0, x1", "    ldp x19, x30, [sp], #16", "    ret",
    ".weak details_weak", "details_weak:", "mov w0, #1", "    ret",
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
    naked_asm!("sub x0, x0, x1", "ret")
}

#[unsafe(naked)]
extern "C" fn naked_generic<const N: u32>(value: u64) -> u64 {
    naked_asm!("lsl x0, x0, {}", "b {}", const N, sym done)
}

#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn done() {
    naked_asm!("add x0, x0, #1", "ret")
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
    if std::arch::is_aarch64_feature_detected!("lse") {
        // SAFETY: the emulator has the feature.
        println!("{}", unsafe { featured() });
    }
    println!("{} {} {}", unsafe { details_sum(20, 3) }, details_twice(7), details_weak());
    println!("{} {} {}", naked_difference(50, 8), naked_generic::<4>(3), naked_generic::<1>(3));
    let pointer: extern "C" fn(u64, u64) -> u64 = naked_difference;
    println!("{}", pointer(9, 4));
    for code in [1u64, 2] {
        let keeps: (u64, String) = (code, format!("text {code}"));
        unsafe { asm!("mov x1, #0", "mov x8, #0", "mov x20, #0", "movi v3.2d, #0", "movi v9.2d, #0", out("x1") _, out("x8") _, out("x20") _, out("v3") _, out("v9") _, out("p1") _) };
        println!("{keeps:?}");
    }
    unsafe { asm!("mov x0, #7", "bl {}", sym leave, options(noreturn)) }
}

extern "C" fn leave(code: i32) -> ! {
    println!("leaving with {code}");
    std::process::exit(code)
}

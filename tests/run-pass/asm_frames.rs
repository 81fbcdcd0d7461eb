//! Inline assembly: as many registers as there are, what templates push and call, labels with results, target features.
// machines: x86_64 (others: asm_MACHINE.rs, asm_details_MACHINE.rs)
#![feature(asm_goto_with_outputs)]
use std::arch::asm;

/// All general registers but the stack pointer: the block's function has no frame pointer then.
fn fifteen(n: [u64; 15]) -> u64 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, o, p] = n;
    let sum: u64;
    unsafe {
        asm!(
            "add {0}, {1}", "add {0}, {2}", "add {0}, {3}", "add {0}, {4}", "add {0}, {5}", "add {0}, {6}", "add {0}, {7}",
            "add {0}, {8}", "add {0}, {9}", "add {0}, {10}", "add {0}, {11}", "add {0}, {12}", "add {0}, {13}",
            "add {0}, {14}", inlateout(reg) a => sum, in(reg) b, in(reg) c, in(reg) d, in(reg) e, in(reg) f, in(reg) g,
            in(reg) h, in(reg) i, in(reg) j, in(reg) k, in(reg) l, in(reg) m, in(reg) o, in(reg) p,
        )
    };
    sum
}

fn pushes(value: u64) -> [u64; 4] {
    let (a, b, c, d): (u64, u64, u64, u64);
    unsafe {
        asm!(
            "push {4}", "push 7", "push {4}", "mov {0}, [rsp + 8]", "pop {1}", "pop {2}", "pop {3}", "inc {3}",
            out(reg) a, out(reg) b, out(reg) c, out(reg) d, in(reg) value,
        )
    };
    [a, b, c, d]
}

extern "C" fn aligned(value: u64) -> u64 {
    let stack: u64;
    unsafe { asm!("mov {}, rsp", out(reg) stack, options(nomem, nostack, preserves_flags)) };
    value + stack % 8
}

fn calls(values: &[u64]) -> u64 {
    let mut sum = 0;
    for &value in values {
        let result: u64;
        unsafe { asm!("call {}", sym aligned, in("rdi") value, lateout("rax") result, clobber_abi("C")) };
        sum += result;
    }
    sum
}

/// Outputs have their values wherever the template leaves.
fn leaves(number: u64) -> (u64, u64, &'static str) {
    let (mut first, mut second) = (0, 0);
    let mut way = "through";
    unsafe {
        asm!(
            "lea {0}, [{2} + 1]", "lea {1}, [{2} + {2}]", "cmp {2}, 5", "jb {3}", "je {4}", "neg {1}",
            out(reg) first, out(reg) second, in(reg) number,
            label { way = "below" },
            label { way = "equal" },
        )
    };
    first ^= 0;
    second ^= 0;
    (first, second, way)
}

fn counts(limit: u32) -> u32 {
    let (mut rounds, mut number) = (0, limit);
    loop {
        unsafe { asm!("sub {0:e}, 3", "jns {1}", inout(reg) number, label { rounds += 1; continue }) };
        return rounds;
    }
}

fn bytes(left: u8, right: u8) -> (u8, u8, u16) {
    let (mut sum, mut carry) = (left, 0u8);
    let wide: u16;
    unsafe {
        asm!("add {0}, {2}", "setc {1}", inout(reg_byte) sum, inout(reg_byte) carry, in(reg_byte) right);
        asm!("movzx {0:x}, {1}", "mov {0:h}, 3", out(reg_abcd) wide, in(reg_byte) sum);
    }
    (sum, carry, wide)
}

#[target_feature(enable = "avx2,bmi1,bmi2,pclmulqdq")]
fn featured(value: f64, bits: u64) -> (f64, u64) {
    let (sum, rest): (f64, u64);
    unsafe {
        asm!("vaddsd {0:x}, {1:x}, {1:x}", out(ymm_reg) sum, in(ymm_reg) value);
        asm!("blsr {0}, {1}", out(reg) rest, in(reg) bits);
    }
    (sum, rest)
}

fn signs() -> u64 {
    let value: u64;
    // Signs that mean something to LLVM in the text of an assembly.
    unsafe {
        asm!("movq $5, %rax # $0 {{a|b}} \"quoted\" \\ $$", "/* {{1}} | */ addq $0x10, %rax", out("rax") value, options(att_syntax))
    };
    value
}

fn main() {
    println!("{}", fifteen(std::array::from_fn(|index| 1 << index)));
    println!("{:?} {}", pushes(41), calls(&[1, 20, 300]));
    println!("{:?} {:?} {:?}", leaves(3), leaves(5), leaves(9));
    println!("{} {:?} {:?}", counts(10), bytes(200, 100), bytes(1, 2));
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") {
        println!("{:?}", unsafe { featured(1.25, 0b1011000) });
    }
    println!("{}", signs());
}

//! Inline assembly: operand kinds, classes, fixed registers, sizes and modifiers.
// machines: x86_64 (others: asm_MACHINE.rs, asm_details_MACHINE.rs)
use std::arch::asm;

fn sizes() {
    let (a, b, c, d): (u8, u16, u32, u64);
    unsafe {
        asm!("mov {}, {}", out(reg_byte) a, in(reg_byte) 0xa5u8);
        asm!("mov {:x}, {:x}", out(reg) b, in(reg) 0xbeefu16);
        asm!("mov {:e}, {:e}", out(reg) c, in(reg) 0xdead_beefu32);
        asm!("mov {}, {}", out(reg) d, in(reg) 0x0123_4567_89ab_cdefu64);
    }
    println!("{a:x} {b:x} {c:x} {d:x}");
    let (low, high): (u32, u32);
    unsafe {
        asm!("movzx {1:e}, {0:h}", "movzx {0:e}, {0:l}", inlateout(reg_abcd) 0x1234u32 => low, out(reg_abcd) high);
    }
    println!("{low:x} {high:x}");
    let signed: i64;
    unsafe { asm!("movsx {:r}, {:x}", out(reg) signed, in(reg) -3i16) };
    println!("{signed}");
}

fn inout() {
    let mut value = 5u64;
    unsafe {
        asm!("add {0}, {1}", inout(reg) value, in(reg) 7u64);
        asm!("lea {0}, [{0} + {0} * 2]", inlateout(reg) value);
    }
    let other: u64;
    unsafe { asm!("neg {}", inout(reg) value => other) };
    println!("{value} {}", other as i64);
    let mut left = 1u32;
    let mut right = 2u32;
    unsafe { asm!("xchg {:e}, {:e}", inout(reg) left, inout(reg) right) };
    println!("{left} {right}");
}

fn fixed() {
    let (low, high): (u64, u64);
    unsafe {
        asm!("mul rdx", inlateout("rax") u64::MAX => low, inlateout("rdx") 10u64 => high);
    }
    println!("{low:x} {high:x}");
    let (quotient, remainder): (u32, u32);
    unsafe {
        asm!("div {:e}", in(reg) 7u32, inlateout("eax") 100u32 => quotient, inlateout("edx") 0u32 => remainder);
    }
    println!("{quotient} {remainder}");
    let saved: u64;
    unsafe {
        asm!("mov r12, 3", "mov r13, r12", "add r13, rdi", "mov r15, r13", in("rdi") 4u64, out("r12") _,
            out("r13") _, out("r15") saved);
    }
    println!("{saved}");
    let shifted: u64;
    unsafe { asm!("shl {}, cl", inout(reg) 3u64 => shifted, in("cl") 5u8) };
    println!("{shifted}");
}

fn many() {
    let (mut a, mut b, mut c, mut d, mut e, mut f) = (1u64, 2u64, 3u64, 4u64, 5u64, 6u64);
    let (g, h, i, j): (u64, u64, u64, u64);
    unsafe {
        asm!(
            "add {a}, {b}", "add {b}, {c}", "add {c}, {d}", "add {d}, {e}", "add {e}, {f}", "inc {f}",
            "mov {g}, {a}", "mov {h}, {b}", "mov {i}, {c}", "mov {j}, {k}",
            a = inout(reg) a, b = inout(reg) b, c = inout(reg) c, d = inout(reg) d, e = inout(reg) e,
            f = inout(reg) f, g = out(reg) g, h = out(reg) h, i = out(reg) i, j = out(reg) j, k = in(reg) 77u64,
        );
    }
    println!("{a} {b} {c} {d} {e} {f} {g} {h} {i} {j}");
}

fn memory() {
    let mut numbers = [1u32, 2, 3, 4, 5];
    let sum: u32;
    unsafe {
        asm!(
            "xor {sum:e}, {sum:e}",
            "2:",
            "add {sum:e}, dword ptr [{pointer}]",
            "add dword ptr [{pointer}], 10",
            "add {pointer}, 4",
            "dec {count}",
            "jnz 2b",
            sum = out(reg) sum, pointer = inout(reg) numbers.as_mut_ptr() => _, count = inout(reg) numbers.len() => _,
        );
    }
    println!("{sum} {numbers:?}");
    let pushed: u64;
    unsafe { asm!("push 42", "push 43", "pop {0}", "pop {0}", out(reg) pushed) };
    println!("{pushed}");
}

fn empty() {
    let mut value = 11u64;
    unsafe {
        asm!("");
        asm!("/* {} */", in(reg) &value, options(nostack, preserves_flags));
        asm!("/* {0} */", inout(reg) value);
        asm!("# {0}", inout(reg) value);
    }
    let moved: u32;
    unsafe { asm!("", inlateout("eax") 9u32 => moved) };
    let through: u64;
    unsafe { asm!("", in("rcx") 13u64, lateout("rcx") through) };
    println!("{value} {moved} {through}");
}

fn main() {
    sizes();
    inout();
    fixed();
    many();
    memory();
    empty();
}

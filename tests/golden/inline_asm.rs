//! Inline assembly: every kind of operand; the text is assembled by itself and called.
// machines: x86_64
use std::arch::asm;

static mut TABLE: u64 = 5;
fn called() {}

#[unsafe(no_mangle)]
pub fn operands(mut value: u64, other: u64) -> u64 {
    let result: u64;
    unsafe {
        asm!(
            "add {value}, {other}",
            "mov {result}, {value}",
            "add {result}, {constant}",
            "lea rcx, [rip + {function}]",
            "mov rcx, [rip + {table}]",
            value = inout(reg) value,
            other = in(reg) other,
            result = out(reg) result,
            constant = const 7,
            function = sym called,
            table = sym TABLE,
            out("rcx") _,
        );
    }
    result + value
}

#[unsafe(no_mangle)]
pub fn jump(value: u32) -> bool {
    unsafe {
        asm!("test {0:e}, {0:e}", "jz {1}", in(reg) value, label { return false });
    }
    true
}

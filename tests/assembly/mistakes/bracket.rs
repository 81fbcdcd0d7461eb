//! An operand in brackets that makes no sense.
// machines: x86_64
use std::arch::asm;

pub fn f(a: &u64) -> u64 {
    let b;
    unsafe { asm!("mov {0}, [{1} + 5 5]", out(reg_abcd) b, in(reg_abcd) a) }
    b
}

//! An expression that no relocation can express.
use std::arch::asm;

pub fn f() {
    unsafe { asm!("lea rax, [rip + one - two]", out("rax") _) }
}

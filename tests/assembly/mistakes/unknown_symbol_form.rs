//! An expression that no relocation can express.
// machines: x86_64
use std::arch::asm;

pub fn f() {
    unsafe { asm!("lea rax, [rip + one - two]", out("rax") _) }
}

//! A block that never returns.
use std::arch::asm;

pub fn f() -> ! {
    unsafe { asm!("frobnicate", options(noreturn)) }
}

//! New lines written as escapes, one of them with a tab.
use std::arch::asm;

pub fn f() {
    unsafe { asm!("nop\n\tfrobnicate\n\tnop") }
}

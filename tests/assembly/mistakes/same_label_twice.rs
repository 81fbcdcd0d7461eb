//! Two blocks define the same label.
#![allow(named_asm_labels)]
use std::arch::asm;

pub fn f() {
    unsafe {
        asm!("twice_defined: nop");
        asm!("nop", "twice_defined: nop");
    }
}

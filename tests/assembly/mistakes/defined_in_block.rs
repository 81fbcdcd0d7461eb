//! A block and a function define the same symbol.
// lines: 7
#![allow(named_asm_labels)]
use std::arch::asm;

pub fn f() {
    unsafe { asm!("nop", "twice_defined: nop") }
}

#[unsafe(no_mangle)]
pub extern "C" fn twice_defined() {}

//! The block comes from a macro of Rust.
use std::arch::asm;

macro_rules! broken {
    ($($line:literal),*) => {
        unsafe { asm!($($line),*) }
    };
}

pub fn f() {
    broken!("nop", "frobnicate")
}

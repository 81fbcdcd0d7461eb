//! A raw string of several lines.
use std::arch::asm;

pub fn f() {
    unsafe {
        asm!(r#"
            nop
            frobnicate "x"
        "#)
    }
}

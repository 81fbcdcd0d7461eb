//! The directives `.error` and `.err`.
use std::arch::asm;

pub fn f() {
    unsafe { asm!(".error \"  two blanks: and a colon\"", ".err") }
}

//! An unfinished directive and an unknown one.
use std::arch::asm;

pub fn f() {
    unsafe { asm!(".pushsection", ".nonsense 5", ".popsection", ".popsection") }
}

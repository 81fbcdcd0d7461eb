//! A default version of a function that is defined elsewhere.
// lines: 4
use std::arch::global_asm;
global_asm!(".symver versioned, versioned@@V");

unsafe extern "C" {
    fn versioned();
}

pub fn user() {
    unsafe { versioned() }
}

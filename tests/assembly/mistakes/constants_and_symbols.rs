//! Constants and symbols in the line.
use std::arch::asm;

static TABLE: [u8; 4] = [1, 2, 3, 4];
extern "C" fn callee() {}

pub fn f() {
    unsafe { asm!("frobnicate {0}, {1}, {2}", const 5 * 7, sym TABLE, sym callee) }
}

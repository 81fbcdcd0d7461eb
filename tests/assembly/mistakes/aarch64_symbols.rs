//! Symbols and expressions that no relocation can express.
// machines: aarch64
use std::arch::asm;

static TABLE: [u8; 4] = [1, 2, 3, 4];

pub fn f() {
    unsafe {
        asm!("ldr x0, [x1, :lo12:{0}", "add x0, x0, :nonsense:{0}", sym TABLE, out("x0") _);
        asm!("frobnicate {0}, {1}", const 5 * 7, sym TABLE);
    }
}

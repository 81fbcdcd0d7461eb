//! Symbols and expressions that no relocation can express.
// machines: riscv64
use std::arch::asm;

static TABLE: [u8; 4] = [1, 2, 3, 4];

pub fn f() {
    unsafe {
        asm!("lui a0, %hi({0}", "addi a0, a0, %pcrel_lo", sym TABLE, out("a0") _);
        asm!("frobnicate {0}, {1}", const 5 * 7, sym TABLE);
    }
}

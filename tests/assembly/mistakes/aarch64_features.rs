//! Instructions and registers that the processor does not have without a feature.
// machines: aarch64
use std::arch::asm;

pub fn without() {
    unsafe {
        asm!("sm4e v0.4s, v1.4s", out("v0") _);
        asm!("ldadd x0, x1, [x2]", out("x1") _);
        asm!("mrs x0, nonsense_el9", out("x0") _);
    }
}

#[target_feature(enable = "sm4,lse")]
pub fn with() {
    unsafe {
        asm!("sm4e v0.4s, v1.4s", out("v0") _);
        asm!("ldadd x0, x1, [x2, #8]", out("x1") _);
        asm!(".arch_extension nonsense", "add x0, x1, nosuch(x2)", out("x0") _);
    }
}

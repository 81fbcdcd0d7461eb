//! Two CGUs, one of which cannot be assembled.

#![crate_type = "lib"]

pub mod right {
    pub fn add(left: u32, right: u32) -> u32 {
        left + right
    }
}

pub mod wrong {
    pub fn wrong() {
        unsafe { core::arch::asm!("no_such_instruction") }
    }
}

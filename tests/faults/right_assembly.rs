//! Two CGUs, one of which needs an assembler.

#![crate_type = "lib"]

pub mod plain {
    pub fn add(left: u32, right: u32) -> u32 {
        left + right
    }
}

pub mod assembly {
    pub fn nothing() {
        unsafe { core::arch::asm!("nop") }
    }
}

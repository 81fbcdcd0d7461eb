//! Statics defined elsewhere: the value of one and an address inside another.

#![crate_type = "lib"]
#![no_std]

unsafe extern "C" {
    static LIMIT: u32;
    static TABLE: [u8; 16];
}

/// # Safety
/// The statics are defined by what this is linked with.
#[unsafe(no_mangle)]
pub unsafe fn limit() -> u32 {
    unsafe { LIMIT }
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
pub unsafe fn entry() -> *const u8 {
    unsafe { &raw const TABLE[3] }
}

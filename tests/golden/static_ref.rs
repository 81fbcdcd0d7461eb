//! Statics: a read, a write, the address of another static inside one.

#![crate_type = "lib"]
#![no_std]

static NUMBERS: [u32; 3] = [10, 20, 30];
static MIDDLE: &u32 = &NUMBERS[1];
static mut COUNTER: u64 = 5;

#[unsafe(no_mangle)]
pub fn middle() -> u32 {
    *MIDDLE
}

/// # Safety
/// No other thread may call this.
#[unsafe(no_mangle)]
pub unsafe fn count() -> u64 {
    unsafe {
        COUNTER ^= 1;
        COUNTER
    }
}

//! A call that may unwind inside an `extern "C"` function: unwinding ends in an abort.

#![crate_type = "lib"]
#![no_std]

unsafe extern "Rust" {
    safe fn may_unwind() -> u32;
}

#[unsafe(no_mangle)]
pub extern "C" fn no_unwind() -> u32 {
    may_unwind()
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn unwinds() -> u32 {
    may_unwind()
}

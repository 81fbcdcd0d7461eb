//! Scalar pairs as arguments and results of a call, and their parts taken apart.

#![crate_type = "lib"]
#![no_std]

unsafe extern "Rust" {
    safe fn split(text: &str) -> (u32, bool);
}

#[unsafe(no_mangle)]
pub fn call(text: &str) -> u32 {
    let (number, valid) = split(text);
    if valid { number } else { 0 }
}

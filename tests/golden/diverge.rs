//! Calls that never return, and an arm that cannot be reached.

#![crate_type = "lib"]
#![no_std]

pub enum Never {}

unsafe extern "Rust" {
    safe fn stop(code: u32) -> !;
}

#[unsafe(no_mangle)]
pub fn check(code: u32) -> u32 {
    if code > 9 {
        stop(code)
    }
    code
}

#[unsafe(no_mangle)]
pub fn result(value: Result<u32, Never>) -> u32 {
    match value {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

#[unsafe(no_mangle)]
pub fn fails(code: u32) -> u32 {
    if code == 0 {
        panic!("code is zero");
    }
    code
}

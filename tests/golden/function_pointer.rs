//! Function pointers: the address of a function, and a call through one.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn twice(x: u32) -> u32 {
    x << 1
}

#[unsafe(no_mangle)]
pub fn address() -> fn(u32) -> u32 {
    twice
}

#[unsafe(no_mangle)]
pub fn call(function: fn(u32) -> u32, x: u32) -> u32 {
    function(x)
}

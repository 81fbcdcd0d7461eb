//! More arguments than registers: integers and floats go on the stack in order.

#![crate_type = "lib"]
#![no_std]
#![allow(unused_variables)] // most arguments are only there to fill registers

#[unsafe(no_mangle)]
pub extern "C" fn many(
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: i8,
    f: i16,
    g: i32,
    h: f32,
    i: f64,
    j: u64,
    k: u8,
) -> u64 {
    j ^ d ^ k as u64
}

unsafe extern "C" {
    safe fn eight(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u8) -> u64;
}

#[unsafe(no_mangle)]
pub fn call(x: u64) -> u64 {
    eight(x, 1, 2, 3, 4, 5, 6, 7)
}

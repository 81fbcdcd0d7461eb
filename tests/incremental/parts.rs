//! Functions and data.

pub fn body(x: u32) -> u32 {
    x * 2 + 1
}

pub fn with_signature(x: u32) -> u32 {
    x + 10
}

pub fn generic<T: Into<u64>>(value: T) -> u64 {
    value.into() * 100
}

#[inline(always)]
pub fn inlined(x: u32) -> u32 {
    x + 1000
}

pub static NUMBERS: [u32; 4] = [1, 2, 3, 4];

pub const CONSTANT: &str = "first";

pub fn apply(function: impl Fn(u32) -> u32) -> u32 {
    function(41)
}

pub fn wrapped(x: u8) -> u8 {
    x + std::hint::black_box(10)
}

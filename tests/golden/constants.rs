//! Constants: scalars as immediates, a string and a struct as anonymous data.

#![crate_type = "lib"]
#![no_std]

pub struct Limits {
    pub low: u16,
    pub high: Option<u32>,
    pub name: &'static str,
}

const LIMITS: Limits = Limits { low: 3, high: Some(9), name: "limits" };

#[unsafe(no_mangle)]
pub fn text() -> &'static str {
    "a string"
}

#[unsafe(no_mangle)]
pub fn limits() -> &'static Limits {
    &LIMITS
}

#[unsafe(no_mangle)]
pub fn wide() -> u128 {
    0x0123_4567_89ab_cdef_1122_3344_5566_7788
}

//! Two instances of one generic function, one per type it is used with.

#![crate_type = "lib"]
#![no_std]

pub trait Half {
    fn half(self) -> Self;
}

impl Half for u32 {
    fn half(self) -> u32 {
        self >> 1
    }
}

impl Half for f64 {
    fn half(self) -> f64 {
        self * 0.5
    }
}

fn quarter<T: Half>(value: T) -> T {
    value.half().half()
}

#[unsafe(no_mangle)]
pub fn quarter_int(value: u32) -> u32 {
    quarter(value)
}

#[unsafe(no_mangle)]
pub fn quarter_float(value: f64) -> f64 {
    quarter(value)
}

//! Explicit discriminants: a cast of the enum and the construction of each variant.

#![crate_type = "lib"]
#![no_std]

#[repr(i16)]
pub enum Level {
    Low = -100,
    Middle = 0,
    High = 3000,
}

#[unsafe(no_mangle)]
pub fn number(level: Level) -> i32 {
    level as i32
}

#[unsafe(no_mangle)]
pub fn level(high: bool) -> Level {
    if high { Level::High } else { Level::Low }
}

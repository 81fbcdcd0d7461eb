//! The float `%`, which is a call to the C library's function.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn remainder(a: f64, b: f64) -> f64 {
    a % b
}

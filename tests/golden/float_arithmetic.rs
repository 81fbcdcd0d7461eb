//! Float operators and comparisons, where NaN makes `!=` true and the others false.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn polynomial(x: f64) -> f64 {
    (x * x - 2.5) / -x
}

#[unsafe(no_mangle)]
pub fn between(x: f32, low: f32, high: f32) -> bool {
    low <= x && x < high
}

#[unsafe(no_mangle)]
pub fn is_nan(x: f64) -> bool {
    x != x
}

//! Functions with floats of each format as arguments and results, in Rust's convention and in C's.

#![no_std]
#![feature(f16, f128)]

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Two {
    pub a: f32,
    pub b: f64,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Three {
    pub a: f32,
    pub b: f32,
    pub c: f32,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Mixed {
    pub a: f32,
    pub b: u32,
    pub c: f64,
}

/// Defines the functions of a module for a convention. The digits of their results tell arguments apart.
macro_rules! functions {
    ($module:ident, $convention:literal) => {
        pub mod $module {
            use super::*;

            #[inline(never)]
            pub extern $convention fn formats(a: f32, b: f64, c: f16, d: f128) -> f64 {
                a as f64 + b * 2.0 + c as f64 * 3.0 + d as f64 * 5.0
            }

            #[inline(never)]
            pub extern $convention fn structs(x: Two, y: Three) -> Two {
                Two { a: x.a + y.a * 2.0 + y.c, b: x.b + y.b as f64 }
            }

            #[inline(never)]
            pub extern $convention fn three(x: Three, n: u8) -> Three {
                Three { a: x.a + n as f32, b: x.b, c: x.c * 2.0 }
            }

            #[inline(never)]
            pub extern $convention fn mixed(x: Mixed) -> Mixed {
                Mixed { a: x.a * 2.0, b: x.b + 1, c: x.c * 3.0 }
            }

            #[inline(never)]
            #[allow(clippy::too_many_arguments)]
            pub extern $convention fn many(
                a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f32, i: f64, j: f32,
            ) -> f32 {
                let doubles = a + b * 2.0 + c * 3.0 + d * 4.0 + e * 5.0 + f * 6.0 + g * 7.0 + i * 9.0;
                doubles as f32 + h * 8.0 + j * 10.0
            }

            #[inline(never)]
            pub extern $convention fn half(x: f16, y: f16) -> f16 {
                x * y
            }

            #[inline(never)]
            pub extern $convention fn quad(x: f128, y: f128) -> f128 {
                x / y
            }

            #[inline(never)]
            #[allow(improper_ctypes_definitions)]
            pub extern $convention fn pairs(x: Option<f64>, y: (f32, f32)) -> (f32, f32) {
                (y.1 + x.unwrap_or(1.0) as f32, y.0)
            }

            #[inline(never)]
            pub extern $convention fn late_quad(a: u64, b: u64, c: u64, d: u64, e: u64, x: f128) -> f128 {
                x * 2.0 + (a + b * 2 + c * 3 + d * 4 + e * 5) as f128
            }

            #[inline(never)]
            #[allow(clippy::too_many_arguments)]
            pub extern $convention fn late(
                a: u64, b: u64, c: u64, d: u64, e: u64, x: f64, y: Two, z: f16, last: f128,
            ) -> f64 {
                let integers = a + b * 2 + c * 3 + d * 4 + e * 5;
                x + integers as f64 + y.a as f64 * 2.0 + y.b * 3.0 + z as f64 * 4.0 + last as f64 * 5.0
            }
        }
    };
}

functions!(rust, "Rust");
functions!(c, "C");

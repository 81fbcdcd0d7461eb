//! Functions with other calling conventions than Rust's and C's, defined and called, directly and by pointer.

use std::hint::black_box;

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Small(u8, u16, u32);

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Three([u8; 3]);

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Reals(f32, f32);

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Large([u64; 4]);

#[repr(C, align(32))]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Aligned(u64, f64);

macro_rules! functions {
    ($module:ident, $abi:literal) => {
        mod $module {
            use super::*;

            pub extern $abi fn integers(a: u8, b: i16, c: u32, d: i64, e: i8, f: u64, g: bool, h: i32) -> i64 {
                println!("{a} {b} {c} {d} {e} {f} {g} {h}");
                i64::from(a) + i64::from(b) + i64::from(c) + d + i64::from(e) + f as i64 + i64::from(h)
            }

            pub extern $abi fn mixed(a: f32, b: u64, c: f64, d: &str, e: f64, f: f32, g: char) -> f64 {
                println!("{a} {b} {c} {d} {e} {f} {g}");
                f64::from(a) * c + e - f64::from(f)
            }

            pub extern $abi fn structs(
                a: Small, b: Three, c: Reals, d: Large, e: Aligned, f: (), g: Large, h: Small,
            ) -> Large {
                println!("{a:?} {b:?} {c:?} {d:?} {e:?} {f:?} {g:?} {h:?}");
                Large([g.0[0], d.0[1], a.2.into(), e.0])
            }

            pub extern $abi fn wide(a: i128, b: u8, c: u128, d: f64, e: i128) -> i128 {
                println!("{a} {b} {c} {d} {e}");
                a.wrapping_mul(e) ^ c as i128
            }

            pub extern $abi fn small_result(a: u32) -> Small {
                Small(a as u8, a as u16, a)
            }

            pub extern $abi fn reals(a: f32) -> Reals {
                Reals(a, -a)
            }

            /// Keeps values in registers that the caller or the callee has to save.
            pub extern $abi fn busy(a: f64, b: f64, c: u64) -> f64 {
                let mut sums = [a, b, a + b, a - b, a * b, a / b, b - a, b / a];
                for round in 0..c {
                    for sum in &mut sums {
                        *sum = *sum * 0.5 + reals(round as f32).0 as f64;
                    }
                }
                sums.iter().sum()
            }

            pub fn all() {
                println!("{}:", stringify!($module));
                println!("{}", integers(200, -300, 4_000_000_000, i64::MIN / 3, -5, 1 << 60, true, -7));
                println!("{}", mixed(1.5, 2, -2.25, "text", 1e10, 0.125, 'ä'));
                let large = Large([1, 2, 3, 4]);
                let small = Small(1, 2, 3);
                let functions = black_box(structs as extern $abi fn(_, _, _, _, _, _, _, _) -> _);
                let three = Three([7, 8, 9]);
                println!("{:?}", functions(small, three, Reals(0.5, -0.5), large, Aligned(9, 1.0), (), large, small));
                println!("{}", wide(-1 << 90, 3, u128::MAX / 7, 0.5, 12345678901234567890));
                println!("{:?} {:?}", small_result(0x12345678), reals(0.75));
                println!("{}", busy(1.5, 2.5, 5));
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
functions!(win64, "win64");
#[cfg(target_arch = "x86_64")]
functions!(efiapi, "efiapi");
#[cfg(target_arch = "x86_64")]
functions!(sysv64, "sysv64");
functions!(system, "system");
functions!(c, "C");

fn main() {
    #[cfg(target_arch = "x86_64")]
    {
        win64::all();
        efiapi::all();
        sysv64::all();
    }
    system::all();
    c::all();
}

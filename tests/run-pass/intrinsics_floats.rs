//! Float mathematics: every function of `f32` and `f64` that is an intrinsic, on ordinary and special values.

use std::hint::black_box;

macro_rules! functions {
    ($float:ident, $bits:ident) => {
        mod $float {
            use super::black_box;

            const VALUES: [$float; 17] = [
                0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, 3.75, -1234.5678, 8388609.0, 1e-40,
                $float::INFINITY, $float::NEG_INFINITY, $float::NAN,
            ];

            fn show(name: &str, results: &[$float]) {
                print!("{name}:");
                for result in results {
                    // The sign and payload of a NaN are nobody's promise.
                    if result.is_nan() {
                        print!(" nan");
                    } else {
                        print!(" {:x}", result.to_bits());
                    }
                }
                println!();
            }

            fn unary(name: &str, f: fn($float) -> $float) {
                let results = VALUES.map(|value| f(black_box(value)));
                show(name, &results);
            }

            fn binary(name: &str, f: fn($float, $float) -> $float) {
                for left in VALUES {
                    let results = VALUES.map(|right| f(black_box(left), black_box(right)));
                    show(&format!("{name} {left:?}"), &results);
                }
            }

            pub fn run() {
                unary("floor", $float::floor);
                unary("ceil", $float::ceil);
                unary("trunc", $float::trunc);
                unary("round", $float::round);
                unary("round_ties_even", $float::round_ties_even);
                unary("sqrt", $float::sqrt);
                unary("abs", $float::abs);
                unary("sin", $float::sin);
                unary("cos", $float::cos);
                unary("exp", $float::exp);
                unary("exp2", $float::exp2);
                unary("ln", $float::ln);
                unary("log10", $float::log10);
                unary("log2", $float::log2);
                unary("fract", $float::fract);
                unary("powi 3", |x| x.powi(3));
                unary("powi -2", |x| x.powi(-2));
                unary("fma", |x| x.mul_add(x, 1.0));
                unary("fma of a product that cancels", |x| (x + 0.1).mul_add(x - 0.1, -(x * x)));
                binary("copysign", $float::copysign);
                binary("powf", $float::powf);
                // Which zero is returned is open, so zeros lose their sign.
                binary("min", |x, y| x.min(y) + 0.0);
                binary("max", |x, y| x.max(y) + 0.0);
                binary("rem", |x, y| x % y);
                binary("rem_euclid", $float::rem_euclid);
                binary("div_euclid", $float::div_euclid);
                unary("clamp", |x| x.clamp(-2.0, 2.0));
                unary("signum", $float::signum);
                let total: Vec<std::cmp::Ordering> =
                    VALUES[..16].windows(2).map(|pair| pair[0].total_cmp(&pair[1])).collect();
                println!("{total:?}");
                println!("{:x}", black_box(1.0 as $float).to_bits() as $bits);
            }
        }
    };
}

functions!(f32, u32);
functions!(f64, u64);

fn main() {
    f32::run();
    f64::run();
}

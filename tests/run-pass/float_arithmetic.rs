//! f32 and f64 arithmetic, comparison with NaN and signed zero, rounding, min/max, classification.

use std::hint::black_box;

macro_rules! exercise {
    ($name:ident, $float:ty) => {
        fn $name() {
            let samples: [$float; 11] = [
                0.0,
                -0.0,
                1.0,
                -1.5,
                2.5,
                0.1,
                1e10,
                1e-10,
                <$float>::INFINITY,
                <$float>::NAN,
                <$float>::MIN_POSITIVE / 4.0,
            ];
            for a in samples {
                let a = black_box(a);
                println!("{a:?} {:x} {:?}", a.to_bits(), a.classify());
                print!("  {:?} {:?} {:?} {:?}", a.floor(), a.ceil(), a.round(), a.trunc());
                print!(" {:?} {:?}", a.round_ties_even(), a.fract());
                print!(" {:?} {:?} {:?}", a.abs(), -a, a.sqrt().abs());
                println!(" {} {} {}", a.is_sign_negative(), a.is_nan(), a.is_finite());
                println!("  {:?} {:?}", a.signum(), a.copysign(-3.0));
                for b in samples {
                    let b = black_box(b);
                    print!("  {b:?}:");
                    print!(" {:?} {:?} {:?}", a + b, a - b, a * b);
                    print!(" {:?} {:?}", (a / b).abs(), (a % b).abs());
                    print!(" {:?} {:?}", a.max(b).abs(), a.min(b).abs());
                    print!(" {} {} {} {}", a < b, a <= b, a > b, a >= b);
                    print!(" {} {}", a == b, a != b);
                    println!(" {:?} {:?}", a.partial_cmp(&b), a.abs().total_cmp(&b.abs()));
                }
            }
            println!("{:?}", black_box(3.0 as $float).mul_add(black_box(4.0), black_box(0.5)));
            println!("{:?}", black_box(2.0 as $float).powi(black_box(10)));
            println!("{:?}", black_box(-7.5 as $float).rem_euclid(black_box(2.0)));
            println!("{:?}", black_box(-7.5 as $float).div_euclid(black_box(2.0)));
            println!("{:?}", black_box(12.0 as $float).clamp(black_box(-1.0), black_box(8.0)));
            println!("{:?}", black_box(180.0 as $float).to_radians());
            println!("{:?}", black_box(3.0 as $float).hypot(black_box(4.0)));
        }
    };
}

exercise!(single, f32);
exercise!(double, f64);

fn main() {
    single();
    double();
    println!("{:?}", black_box(0.1_f32) as f64);
    println!("{:?}", black_box(0.1_f64) as f32);
    println!("{:?} {:?}", black_box(1e300_f64) as f32, black_box(-1e-300_f64) as f32);
    println!("{:?}", f64::from_bits(black_box(0x3ff8_0000_0000_0000)));
    let sum: f64 = (1..=1000).map(|i| 1.0 / f64::from(i)).sum();
    println!("{sum:?} {:x}", sum.to_bits());
    let product: f32 = (1..=20).map(|i| i as f32).product();
    println!("{product:?} {:x}", product.to_bits());
}

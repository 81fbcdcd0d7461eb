//! A CPU by name: `cfg` sees its features, and the code uses its instructions for counting, rounding and multiplying.
// machines: x86_64 (others: target_cpu_aarch64.rs, target_cpu_riscv64.rs)
// flags: -Ctarget-cpu=x86-64-v2 -Ctarget-feature=+lzcnt,-sse4.2

use std::hint::black_box;

macro_rules! features {
    ($($name:literal)*) => {
        $(println!("{:<10} {}", $name, cfg!(target_feature = $name));)*
    };
}

fn main() {
    features!("sse2" "sse3" "ssse3" "sse4.1" "sse4.2" "popcnt" "cmpxchg16b" "avx" "avx2" "lzcnt" "bmi1" "fma");
    for number in [0u64, 1, 0xff, 1 << 40, u64::MAX, 0x0123_4567_89ab_cdef] {
        let number = black_box(number);
        println!("{} {} {}", number.count_ones(), number.leading_zeros(), number.trailing_zeros());
        println!("{} {}", (number as u16).count_ones(), (number as u8).leading_zeros());
        println!("{}", (u128::from(number) << 13).count_ones());
    }
    for number in [0.5f64, -0.5, 1.5, 2.5, -2.51, 1e300, f64::NAN, f64::INFINITY] {
        let number = black_box(number);
        println!("{} {} {} {}", number.floor(), number.ceil(), number.trunc(), number.round_ties_even());
        println!("{} {}", (number as f32).floor(), number.mul_add(number, 1.0));
    }
    let mut numbers: Vec<i32> = (0..20).map(|n| (n * 7919) % 101 - 50).collect();
    numbers.iter_mut().for_each(|number| *number = black_box(*number).clamp(-20, 30).unsigned_abs() as i32);
    println!("{numbers:?}");
}

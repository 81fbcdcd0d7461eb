//! A CPU by name: `cfg` sees its features, and the code uses its instructions for counting, rounding and multiplying.
// machines: riscv64
// flags: -Ctarget-cpu=sifive-p450 -Ctarget-feature=+zbc,-zbs

use std::hint::black_box;

macro_rules! features {
    ($($name:literal)*) => {
        $(println!("{:<10} {}", $name, cfg!(target_feature = $name));)*
    };
}

fn main() {
    features!("m" "a" "f" "d" "c" "zba" "zbb" "zbs" "zbc" "zfh" "zicsr" "v");
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

//! Saturating casts from floats to every integer type, and rounding casts from integers to floats.

use std::hint::black_box;

macro_rules! to_ints {
    ($value:expr) => {{
        let value = black_box($value);
        print!(
            "{value:?}: {} {} {} {} {}",
            value as u8, value as u16, value as u32, value as u64, value as u128
        );
        print!(" {} {} {} {} {}", value as i8, value as i16, value as i32, value as i64, value as i128);
        println!(" {} {}", value as usize, value as isize);
    }};
}

macro_rules! to_floats {
    ($($int:ty),*) => {$(
        for value in [<$int>::MIN, <$int>::MAX, <$int>::MAX / 2 + 1, <$int>::MAX / 3, 0, 1, 99] {
            let value = black_box(value);
            let (single, double) = (value as f32, value as f64);
            println!("{} {value}: {:x} {:x}", stringify!($int), single.to_bits(), double.to_bits());
        }
    )*};
}

fn main() {
    let doubles = [
        0.0,
        -0.0,
        0.99,
        -0.99,
        1.5,
        -1.5,
        127.9,
        128.0,
        -128.9,
        -129.0,
        255.5,
        256.0,
        32_767.5,
        65_536.0,
        -32_769.0,
        2_147_483_647.5,
        2_147_483_648.0,
        -2_147_483_649.0,
        4_294_967_295.9,
        4_294_967_296.0,
        9.223_372_036_854_775e18,
        9_223_372_036_854_775_808.0,
        1.844_674_407e19,
        1.9e19,
        -9.3e18,
        1e38,
        3.5e38,
        -1.8e38,
        1e300,
        -1e300,
        f64::NAN,
        -f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::EPSILON,
    ];
    for value in doubles {
        to_ints!(value);
        to_ints!(value as f32);
    }
    to_floats!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

    // Values just beside a rounding boundary of the 53- and 24-bit significands.
    for offset in -3_i64..=3 {
        let near53 = black_box((1_i64 << 53) + offset);
        let near24 = black_box((1_i64 << 24) + offset);
        println!("{} {}", near53 as f64, near24 as f32);
        let near64 = black_box(u64::MAX).wrapping_add_signed(offset);
        println!("{:e} {:e}", near64 as f64, near64 as f32);
    }
    // SAFETY: the value is in range.
    println!("{}", unsafe { black_box(-77.75_f32).to_int_unchecked::<i16>() });
}

//! `as` casts between all integer types, `bool`, `char`, and the checked `TryFrom` conversions.

use std::hint::black_box;

macro_rules! to_all {
    ($value:expr) => {{
        let value = black_box($value);
        print!(
            "{value}: {} {} {} {} {}",
            value as u8, value as u16, value as u32, value as u64, value as u128
        );
        println!(" {} {} {} {} {}", value as i8, value as i16, value as i32, value as i64, value as i128);
    }};
}

macro_rules! from_extremes {
    ($($int:ty),*) => {$(
        println!("-- {}", stringify!($int));
        for value in [<$int>::MIN, <$int>::MAX, 0, 77, <$int>::MAX - 100, <$int>::MIN + 100] {
            to_all!(value);
        }
    )*};
}

macro_rules! try_all {
    ($value:expr => $($target:ty),*) => {
        $(print!(" {:?}", <$target>::try_from(black_box($value)).ok());)*
        println!();
    };
}

fn main() {
    from_extremes!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

    println!("{} {}", black_box(true) as u8, black_box(false) as i128);
    println!("{} {}", black_box('ß') as u8, black_box('\u{10ffff}') as u32);
    println!("{} {:?}", black_box(b'z') as char, char::from_u32(black_box(0xd800)));
    println!("{:?} {:?}", char::from_u32(0x1f980), char::from_digit(black_box(11), 16));

    for value in [-129_i64, -128, -1, 0, 127, 128, 255, 256, 65_536, i64::MAX] {
        try_all!(value => u8, i8, u16, i16, u32, i32, u64, u128, i128, usize);
    }
    try_all!(u128::MAX => u8, i64, u64, i128);
    try_all!(i128::MIN => u8, i64, u64, u128);

    println!("{}", i64::from(black_box(-3_i32)) + i64::from(black_box(3_u8)));
    println!("{}", u64::from(black_box(true)) + u64::from(u32::from(black_box('a'))));
    println!("{:?}", u8::try_from(black_box('é')));
    println!("{}", (black_box(-1_i8) as u8 as i32) + (black_box(200_u8) as i8 as i32));
}

//! Overflow checks, forced on: every operator panics with its message, and not below the limit.
// flags: -Coverflow-checks=on
// exit: 101
// stderr-contains: attempt to multiply with overflow

use std::hint::black_box;
use std::panic::{self, catch_unwind};

fn attempt<T: std::fmt::Debug>(action: impl FnOnce() -> T + panic::UnwindSafe) {
    match catch_unwind(action) {
        Ok(value) => println!("{value:?}"),
        Err(payload) => match payload.downcast::<&'static str>() {
            Ok(message) => println!("panic: {message}"),
            Err(payload) => println!("panic: {}", payload.downcast::<String>().unwrap()),
        },
    }
}

macro_rules! exercise {
    ($($int:ty),*) => {$(
        println!("-- {}", stringify!($int));
        for (a, b) in [(<$int>::MAX, 1), (<$int>::MIN, 1), (<$int>::MIN, <$int>::MIN), (3, 4), (0, 0)] {
            let (a, b) = (black_box(a), black_box(b));
            attempt(move || a + b);
            attempt(move || a - b);
            attempt(move || a * b);
            attempt(move || a / b);
            attempt(move || a % b);
        }
        let bits = black_box(<$int>::BITS);
        attempt(move || black_box(1 as $int) << (bits - 1));
        attempt(move || black_box(1 as $int) << bits);
        attempt(move || black_box(1 as $int) >> bits);
        attempt(move || black_box(3 as $int).pow(black_box(200)));
        attempt(|| [black_box(<$int>::MAX), 1].iter().sum::<$int>());
    )*};
}

macro_rules! exercise_signed {
    ($($int:ty),*) => {$(
        println!("-- signed {}", stringify!($int));
        attempt(|| -black_box(<$int>::MIN));
        attempt(|| -black_box(<$int>::MAX));
        attempt(|| black_box(<$int>::MIN) / black_box(-1));
        attempt(|| black_box(<$int>::MIN) % black_box(-1));
        attempt(|| black_box(<$int>::MIN).abs());
        attempt(|| black_box(1 as $int) << black_box(-1_i32));
    )*};
}

fn main() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    exercise!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
    exercise_signed!(i8, i16, i32, i64, i128, isize);
    attempt(|| {
        let mut value = black_box(250_u8);
        value += black_box(5);
        println!("{value}");
        value += black_box(1);
        value
    });
    panic::set_hook(hook);
    println!("{}", black_box(46_341_i32) * black_box(46_341));
}

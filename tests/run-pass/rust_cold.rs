//! Functions with the convention `rust-cold`, which leave their callers' registers alone.
#![feature(rust_cold_cc)]

use std::hint::black_box;

#[inline(never)]
extern "rust-cold" fn report(number: u64, text: &str, real: f64) {
    let numbers: Vec<f64> = (0..number).map(|index| index as f64 * real).collect();
    println!("{number} {text} {:?}", numbers.iter().sum::<f64>());
}

#[inline(never)]
extern "rust-cold" fn fails(number: u64) -> ! {
    panic!("failed with {number}")
}

#[derive(Clone, Debug)]
struct Wide([u64; 5], String);

#[inline(never)]
extern "rust-cold" fn number(x: u64, y: u32) -> u64 {
    let text = format!("{x}{y}");
    text.parse::<u64>().unwrap_or(7) + x
}

#[inline(never)]
extern "rust-cold" fn pair<'a>(text: &'a str, at: usize) -> (&'a str, usize) {
    let (_, rest) = black_box(text).split_at(at);
    println!("{rest}");
    (rest, at)
}

#[inline(never)]
extern "rust-cold" fn real(x: f64, y: f32, z: i8) -> f64 {
    (x * f64::from(y) + f64::from(z)).sqrt()
}

#[inline(never)]
extern "rust-cold" fn wide(x: u64, text: &str) -> Wide {
    if x == 9 {
        panic!("nine");
    }
    Wide([x, x + 1, x * 2, x ^ 5, !x], text.repeat(2))
}

#[inline(never)]
extern "rust-cold" fn quad(x: u128, y: i16) -> u128 {
    x / 7 * y as u128
}

/// Calls functions with results, with many values alive.
fn results() {
    let mut state = [1u64, 2, 3, 4, 5, 6, 7, 8];
    let mut reals = [0.5f64, 1.5, 2.5, 3.5];
    let small = black_box(number as extern "rust-cold" fn(u64, u32) -> u64);
    for round in 0..5u64 {
        let [a, b, c, d, e, f, g, h] = black_box(state);
        let [p, q, r, s] = black_box(reals);
        let found = small(round, 3);
        let (rest, at) = pair("some words", round as usize);
        let root = real(q, 1.5, round as i8 - 2);
        let Wide(numbers, text) = wide(round, rest);
        let big = quad(u128::MAX / (u128::from(round) + 3), 5);
        state = [b + found, c, d ^ at as u64, e, f + numbers[4] % 100, g, h, a];
        reals = [q, r + root, s, p];
        println!("{found} {at} {root:.3} {numbers:?} {text} {big}");
    }
    println!("{state:?} {reals:.3?}");
    println!("{}", std::panic::catch_unwind(|| wide(black_box(9), "")).is_err());
}

fn main() {
    results();
    let cold = black_box(report as extern "rust-cold" fn(u64, &str, f64));
    let mut state = [1u64, 2, 3, 4, 5, 6, 7, 8];
    let mut reals = [0.5f64, 1.5, 2.5, 3.5];
    for round in 0..4 {
        state.iter_mut().for_each(|number| *number = number.wrapping_mul(31) ^ round);
        reals.iter_mut().for_each(|real| *real = *real * 1.25 + round as f64);
        if round % 2 == 1 {
            cold(round, "cold", reals[1]);
        }
    }
    println!("{state:?} {reals:?}");
    std::panic::set_hook(Box::new(|information| println!("{}", information.payload_as_str().unwrap_or("?"))));
    println!("{}", std::panic::catch_unwind(|| fails(black_box(5))).is_err());
}

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

fn main() {
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

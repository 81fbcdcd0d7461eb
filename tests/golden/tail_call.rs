//! An explicit tail call: a jump to the callee, with a convention that permits it.
#![feature(explicit_tail_calls)]
#![allow(incomplete_features)]

#[unsafe(no_mangle)]
pub fn sum_up_to(number: u64, sum: u64) -> u64 {
    match number {
        0 => sum,
        _ => become sum_up_to(number - 1, sum + number),
    }
}

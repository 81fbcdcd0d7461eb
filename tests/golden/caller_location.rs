//! A `#[track_caller]` function gets the location of its call as a hidden argument.

#![crate_type = "lib"]
#![no_std]

use core::panic::Location;

#[track_caller]
#[inline(never)]
fn line() -> u32 {
    Location::caller().line()
}

#[unsafe(no_mangle)]
pub fn two_lines() -> u32 {
    let first = line();
    let second = line();
    second ^ first
}

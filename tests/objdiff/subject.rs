//! The library in which the suite `objdiff` plants faults: some of everything that an object can have.
#![crate_type = "lib"]
#![allow(dead_code)]

use std::cell::Cell;
use std::hint::black_box;

/// A type with members, and one with variants.
pub struct Planet {
    pub mass_of_planet: u64,
    pub moons_of_planet: u16,
}

pub enum Orbit {
    Circular(u32),
    Elliptic { longest_axis: u64, shortest_axis: u64 },
}

#[repr(u8)]
pub enum Colour {
    Ochre = 3,
    Violet = 200,
}

#[unsafe(no_mangle)]
pub static TABLE_OF_NUMBERS: [u32; 4] = [0x11223344, 0x55667788, 3, 4];
#[unsafe(no_mangle)]
pub static TABLE_OF_FUNCTIONS: [fn(u32) -> u32; 2] = [doubled, halved];
#[unsafe(no_mangle)]
pub static mut COUNTER_OF_CALLS: u64 = 77;
#[unsafe(no_mangle)]
pub static ZEROS_OF_MEMORY: [u8; 64] = [0; 64];
#[unsafe(no_mangle)]
#[unsafe(link_section = ".init_array.90")]
pub static FIRST_OF_ALL: extern "C" fn() = first_of_all;

thread_local! {
    static DEPTH_OF_CALLS: Cell<u32> = const { Cell::new(5) };
}

extern "C" fn first_of_all() {}

#[unsafe(no_mangle)]
#[inline(never)]
pub fn doubled(number_to_double: u32) -> u32 {
    number_to_double.wrapping_mul(2)
}

#[unsafe(no_mangle)]
#[inline(never)]
pub fn halved(number_to_halve: u32) -> u32 {
    number_to_halve / 2
}

#[unsafe(no_mangle)]
pub fn sum_of_masses(planets_to_sum: &[Planet]) -> u64 {
    let mut sum_of_all = 0_u64;
    for planet_of_sum in planets_to_sum {
        sum_of_all = sum_of_all.wrapping_add(planet_of_sum.mass_of_planet);
    }
    sum_of_all
}

struct Guard(u32);

impl Drop for Guard {
    fn drop(&mut self) {
        black_box(self.0);
    }
}

#[unsafe(no_mangle)]
pub fn cleans_up(callback_to_call: &dyn Fn(u32) -> u32) -> u32 {
    let guard_of_call = Guard(1);
    let first_result = callback_to_call(guard_of_call.0);
    let second_result = doubled(first_result);
    DEPTH_OF_CALLS.set(DEPTH_OF_CALLS.get() + second_result);
    unsafe { COUNTER_OF_CALLS += 1 };
    second_result
}

#[unsafe(no_mangle)]
pub fn catches(callback_to_catch: fn()) -> bool {
    std::panic::catch_unwind(callback_to_catch).is_err()
}

#[unsafe(no_mangle)]
pub fn describes(orbit_to_describe: Orbit, colour_to_describe: Colour) -> u64 {
    let factor_of_colour = colour_to_describe as u64;
    match orbit_to_describe {
        Orbit::Circular(radius_of_orbit) => u64::from(radius_of_orbit) * factor_of_colour,
        Orbit::Elliptic { longest_axis: longest, shortest_axis: shortest } => longest - shortest,
    }
}

#[unsafe(no_mangle)]
pub fn prints(text_to_print: &str) {
    println!("planet {text_to_print} is far");
}

//! Masks of more lanes than a register has bits: bitmasks, selection by bits, reductions.

#![feature(core_intrinsics, repr_simd)]
#![allow(internal_features)]

use std::hint::black_box;
use std::intrinsics::simd::*;

#[repr(simd)]
struct Simd<T, const LANES: usize>([T; LANES]);

impl<T: Copy, const LANES: usize> Copy for Simd<T, LANES> {}

impl<T: Copy, const LANES: usize> Clone for Simd<T, LANES> {
    fn clone(&self) -> Self {
        *self
    }
}

fn array<T: Copy, const LANES: usize>(vector: Simd<T, LANES>) -> [T; LANES] {
    unsafe { std::mem::transmute_copy(&vector) }
}

/// Every third lane is set, and those that `more` says.
fn mask<const LANES: usize>(more: impl Fn(usize) -> bool) -> Simd<i8, LANES> {
    black_box(Simd(std::array::from_fn(|lane| if lane % 3 == 0 || more(lane) { -1 } else { 0 })))
}

fn reductions<const LANES: usize>() {
    let none = black_box(Simd([0i8; LANES]));
    let (all, last) = (mask::<LANES>(|_| true), mask::<LANES>(|lane| lane != LANES - 2));
    let only_last = black_box(Simd(std::array::from_fn::<i8, LANES, _>(|lane| -i8::from(lane == LANES - 1))));
    unsafe {
        println!(
            "{LANES}: all {} {} {}, any {} {} {}",
            simd_reduce_all(all),
            simd_reduce_all(last),
            simd_reduce_all(none),
            simd_reduce_any(only_last),
            simd_reduce_any(last),
            simd_reduce_any(none),
        );
    }
}

/// The bytes of a bitmask, and which lanes it selects.
fn bytes<const LANES: usize, const BYTES: usize>() {
    let mask = mask::<LANES>(|lane| lane > 90 && lane % 2 == 0);
    let (yes, no) = (black_box(Simd([1u8; LANES])), black_box(Simd([0u8; LANES])));
    unsafe {
        let bits: [u8; BYTES] = simd_bitmask(mask);
        println!("{LANES}: {bits:02x?}");
        println!("{:?}", array(simd_select_bitmask(black_box(bits), yes, no)));
    }
}

fn main() {
    reductions::<8>();
    reductions::<64>();
    reductions::<65>();
    reductions::<96>();
    reductions::<128>();
    reductions::<200>();
    bytes::<16, 2>();
    bytes::<64, 8>();
    bytes::<72, 9>();
    bytes::<128, 16>();
    bytes::<144, 18>();
    let mask = mask::<128>(|lane| lane > 100);
    unsafe {
        let bits: u128 = simd_bitmask(mask);
        println!("{bits:#x}");
        let (yes, no) = (black_box(Simd([7u8; 128])), black_box(Simd([0u8; 128])));
        println!("{:?}", array(simd_select_bitmask(black_box(bits), yes, no)));
        let wide = black_box(Simd(std::array::from_fn::<i16, 80, _>(|lane| -i16::from(lane % 5 == 4))));
        let bits: [u8; 10] = simd_bitmask(wide);
        println!("{bits:02x?} {}", simd_reduce_any(wide));
    }
}

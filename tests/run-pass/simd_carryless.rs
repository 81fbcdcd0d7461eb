//! Multiplication without carries, of integers and vectors.
#![feature(core_intrinsics, portable_simd, uint_carryless_mul)]
#![allow(internal_features)]

use std::hint::black_box;
use std::intrinsics::simd::simd_carryless_mul;
use std::simd::{u8x16, u16x4, u32x8};
#[cfg(not(target_arch = "aarch64"))]
use std::simd::{u64x2, u64x8};

fn main() {
    println!("{} {}", black_box(0xffu8).carryless_mul(0x77), black_box(0x1234u16).carryless_mul(0x777));
    println!("{} {}", black_box(0x1234u32).carryless_mul(0x77), black_box(0x1234u64 << 40).carryless_mul(0x77));
    println!("{}", black_box(u128::MAX / 5).carryless_mul(1 << 63 | 5));
    let longs = [5, 1 << 63, u64::MAX, 0x0123_4567_89ab_cdef, 0, 1, 77, 1 << 40];
    let other = black_box(longs.map(|number| number.rotate_left(17) ^ 0x1_0000_0001));
    // LLVM 22 computes zeros there.
    #[cfg(not(target_arch = "aarch64"))]
    unsafe {
        println!("{:x?}", simd_carryless_mul(u64x8::from_array(longs), u64x8::from_array(other)));
        println!("{:x?}", simd_carryless_mul(u64x2::from_slice(&longs[2..]), u64x2::from_slice(&other)));
    }
    unsafe {
        let ints: [u32; 8] = other.map(|number| number as u32);
        println!("{:x?}", simd_carryless_mul(u32x8::from_array(ints), u32x8::splat(0x8001)));
        println!("{:x?}", simd_carryless_mul(u16x4::from_array([1, 2, 0xffff, 0x8000]), u16x4::splat(0xff)));
        let bytes: [u8; 16] = black_box(std::array::from_fn(|index| index as u8 * 17));
        println!("{:x?}", simd_carryless_mul(u8x16::from_array(bytes), u8x16::splat(0x93)));
    }
}

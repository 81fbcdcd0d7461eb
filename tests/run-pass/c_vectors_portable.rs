//! Vectors by value in C's conventions, of 128 bits and less.
#![feature(repr_simd)]
#![allow(improper_ctypes_definitions)]

use std::hint::black_box;
use std::mem::transmute;

macro_rules! vectors {
    ($($name:ident $lane:ty, $count:literal: $add:ident)*) => {$(
        #[repr(simd)]
        #[derive(Clone, Copy)]
        struct $name([$lane; $count]);

        #[inline(never)]
        extern "C" fn $add(x: $name, i: $lane, y: $name, s: f32) -> $name {
            // SAFETY: both have the same size.
            let (mut x, y): ([$lane; $count], [$lane; $count]) = unsafe { (transmute(x), transmute(y)) };
            for (x, y) in x.iter_mut().zip(y) {
                *x += y + i + s as $lane;
            }
            $name(x)
        }
    )*};
}
vectors! {
    F32x2 f32, 2: add_f32x2
    I8x4 i8, 4: add_i8x4
    U8x2 u8, 2: add_u8x2
    I16x4 i16, 4: add_i16x4
    U32x2 u32, 2: add_u32x2
    F64x1 f64, 1: add_f64x1
    I64x1 i64, 1: add_i64x1
    U128x1 u128, 1: add_u128x1
    F32x4 f32, 4: add_f32x4
}

macro_rules! print_sums {
    ($($name:ident $add:ident: $lane:ty, $count:literal;)*) => {$(
        let pointer: extern "C" fn($name, $lane, $name, f32) -> $name = black_box($add);
        let sum = pointer($name([1 as $lane; $count]), 20 as $lane, $name([3 as $lane; $count]), 4.5);
        // SAFETY: both have the same size.
        println!("{:?}", unsafe { transmute::<$name, [$lane; $count]>(sum) });
    )*};
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Pair(F32x2, F32x2);

#[inline(never)]
extern "C" fn swapped(pair: Pair, x: F32x2) -> Pair {
    // SAFETY: both have the same size.
    let x: [f32; 2] = unsafe { transmute(x) };
    Pair(pair.1, F32x2([x[1], x[0]]))
}

fn main() {
    print_sums! {
        F32x2 add_f32x2: f32, 2;
        I8x4 add_i8x4: i8, 4;
        U8x2 add_u8x2: u8, 2;
        I16x4 add_i16x4: i16, 4;
        U32x2 add_u32x2: u32, 2;
        F64x1 add_f64x1: f64, 1;
        I64x1 add_i64x1: i64, 1;
        U128x1 add_u128x1: u128, 1;
        F32x4 add_f32x4: f32, 4;
    }
    // SAFETY: both have the same size.
    println!("{:?}", unsafe {
        transmute::<Pair, [f32; 4]>(swapped(Pair(F32x2([1.0, 2.0]), F32x2([3.0, 4.0])), F32x2([5.0, 6.0])))
    });
}

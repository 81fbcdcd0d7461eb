//! Vectors by value in C's conventions: of 256 and 512 bits where the processor has them, of other sizes everywhere.
// machines: x86_64
#![feature(repr_simd)]
#![allow(improper_ctypes_definitions)]

use std::arch::x86_64::*;
use std::hint::black_box;
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[repr(C)]
#[derive(Clone, Copy)]
struct Holder(__m256);

#[repr(C)]
#[derive(Clone, Copy)]
struct Two(__m256, i32);

#[inline(never)]
#[target_feature(enable = "avx")]
extern "C" fn double(x: __m256d) -> __m256d {
    _mm256_add_pd(x, x)
}

#[inline(never)]
#[target_feature(enable = "avx")]
extern "C" fn in_structs(first: Holder, x: f32, second: Two, i: u8) -> Holder {
    let sum = _mm256_add_ps(first.0, second.0);
    Holder(_mm256_add_ps(sum, _mm256_set1_ps(x + second.1 as f32 + f32::from(i))))
}

/// The last vectors are on the stack.
#[inline(never)]
#[target_feature(enable = "avx")]
#[rustfmt::skip]
extern "C" fn many(
    a: __m256d, b: f64, c: __m256d, d: __m128d, e: __m256d, f: f32, g: __m256d, h: __m256d, i: __m256d, j: u64, k: __m256d,
) -> f64 {
    // SAFETY: both have the same size.
    let lanes = |vector: __m256d| unsafe { transmute::<__m256d, [f64; 4]>(vector) };
    let mut sum = b + f64::from(f) + j as f64;
    // SAFETY: as above.
    sum += unsafe { transmute::<__m128d, [f64; 2]>(d)[1] };
    for (index, vector) in [a, c, e, g, h, i, k].into_iter().enumerate() {
        sum += lanes(vector)[index % 4] * (index + 1) as f64;
    }
    sum
}

#[inline(never)]
#[target_feature(enable = "avx")]
extern "C-unwind" fn throws(x: __m256i, i: i32) -> __m256i {
    if i > 1 {
        // SAFETY: both have the same size.
        std::panic::panic_any(unsafe { transmute::<__m256i, [u32; 8]>(x) }[7]);
    }
    x
}

#[target_feature(enable = "avx")]
fn wide() {
    // SAFETY: both have the same size.
    let lanes = |vector: __m256d| unsafe { transmute::<__m256d, [f64; 4]>(vector) };
    let numbers = _mm256_set_pd(4.0, 3.0, 2.0, 1.0);
    println!("{:?}", lanes(double(numbers)));
    let pointer: unsafe extern "C" fn(__m256d) -> __m256d = black_box(double);
    // SAFETY: the feature is there.
    println!(
        "{:?} {}",
        lanes(unsafe { pointer(numbers) }),
        std::ptr::fn_addr_eq(pointer, double as unsafe extern "C" fn(__m256d) -> __m256d)
    );
    let first = Holder(_mm256_set1_ps(1.5));
    let both = in_structs(first, 2.0, Two(_mm256_setr_ps(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0), 5), 6);
    // SAFETY: both have the same size.
    println!("{:?}", unsafe { transmute::<__m256, [f32; 8]>(both.0) });
    let x = |n: f64| _mm256_set_pd(n + 0.75, n + 0.5, n + 0.25, n);
    println!(
        "{}",
        many(x(1.0), 2.0, x(3.0), _mm_set_pd(4.5, 4.0), x(5.0), 6.0, x(7.0), x(8.0), x(9.0), 10, x(11.0))
    );
    for i in 1..3 {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let bits = _mm256_set1_epi32(70);
            // SAFETY: both have the same size.
            unsafe { transmute::<__m256i, [u64; 4]>(throws(bits, i))[3] }
        }));
        println!("{:?}", outcome.map_err(|payload| payload.downcast_ref::<u32>().copied()));
    }
}

#[inline(never)]
#[target_feature(enable = "avx512f")]
extern "C" fn wider(x: __m512i, y: [u8; 3], z: __m512i) -> __m512i {
    _mm512_add_epi64(_mm512_add_epi64(x, z), _mm512_set1_epi64(i64::from(y[2])))
}

#[target_feature(enable = "avx512f")]
fn widest() -> [i64; 8] {
    let pointer: unsafe extern "C" fn(__m512i, [u8; 3], __m512i) -> __m512i = black_box(wider);
    // SAFETY: the feature is there, and both have the same size.
    unsafe { transmute(pointer(_mm512_set1_epi64(5), [1, 2, 3], _mm512_set1_epi64(7))) }
}

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
    std::panic::set_hook(Box::new(|_| {}));
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
    if is_x86_feature_detected!("avx") {
        // SAFETY: it was detected.
        unsafe { wide() };
    }
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: it was detected.
        println!("{:?}", unsafe { widest() });
    }
}

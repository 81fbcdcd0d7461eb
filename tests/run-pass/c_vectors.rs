//! Vectors of 256 and 512 bits by value in C's conventions, where the processor has them.
// machines: x86_64 (others have no such registers; c_vectors_portable.rs has smaller vectors)
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

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    if is_x86_feature_detected!("avx") {
        // SAFETY: it was detected.
        unsafe { wide() };
    }
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: it was detected.
        println!("{:?}", unsafe { widest() });
    }
}

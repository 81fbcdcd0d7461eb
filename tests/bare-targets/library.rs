//! A library whose floats are those of C, by which they are checked (`caller.c`).

#![no_std]
#![feature(f16, f128)]
extern crate alloc;
use alloc::string::ToString;
use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering};

struct Bump;
static USED: AtomicUsize = AtomicUsize::new(0);
static mut MEMORY: [u128; 256] = [0; 256];
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = USED.fetch_add(layout.size().div_ceil(16), Ordering::Relaxed);
        unsafe { (&raw mut MEMORY).cast::<u128>().add(start).cast() }
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
#[global_allocator]
static ALLOCATOR: Bump = Bump;
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }

/// Writes the sum of some numbers as text, and returns its length.
#[unsafe(no_mangle)]
pub extern "C" fn sum(values: &[f64; 4], text: &mut [u8; 64]) -> usize {
    let sum = values.iter().map(|value| value * 1.25).sum::<f64>().to_string();
    text[..sum.len()].copy_from_slice(sum.as_bytes());
    sum.len()
}

/// Passes floats in all conventions, and through memory.
#[inline(never)]
fn passed(first: f32, pair: (f32, f64), many: [f64; 9]) -> (f64, f32) {
    (f64::from(first) + pair.1 + many.iter().sum::<f64>(), pair.0)
}

#[inline(never)]
extern "C" fn by_c(a: f64, b: f32, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64, j: f32) -> f64 {
    a + f64::from(b) + c + d + e + f + g + h + i + f64::from(j)
}

/// Computes with two numbers. The caller computes the same with its machine's floats.
#[unsafe(no_mangle)]
pub extern "C" fn compute(a: &f64, b: &f64, results: &mut [f64; 24], counts: &mut [u64; 8]) {
    let (a, b) = (*a, *b);
    let (x, y) = (a as f32, b as f32);
    let by_pointer: extern "C" fn(f64, f32, f64, f64, f64, f64, f64, f64, f64, f32) -> f64 =
        core::hint::black_box(by_c);
    let (sum, single) = passed(x, (y, a), [b; 9]);
    *results = [
        a + b, a - b, a * b, a / b, a % b, -a, a.abs(), a.copysign(b),
        (x + y).into(), (x - y).into(), (x * y).into(), (x / y).into(), (x % y).into(), (-x).into(),
        a as i32 as f64, a as i64 as f64, a as u64 as f64, x as i16 as f64, (a as i32 as f32).into(),
        sum, single.into(), by_pointer(a, x, b, b, b, b, a, a, b, y), a as i64 as i128 as f64, a as f16 as f64,
    ];
    let order = [a < b, a <= b, a > b, a >= b, a == b, a != b, x < y, x != y];
    let bits = a.to_bits();
    *counts = [
        order.iter().fold(0, |bits, &holds| bits * 2 + u64::from(holds)),
        bits.count_ones().into(),
        (bits as u32).count_ones().into(),
        (bits as u8).count_ones().into(),
        (u128::from(bits) << 40).count_ones().into(),
        u64::from(a.is_nan()) + 2 * u64::from(a.is_infinite()),
        u64::from((bits as u16).count_ones()),
        (a as f128 > b as f128).into(),
    ];
}

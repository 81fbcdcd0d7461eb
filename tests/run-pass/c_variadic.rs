//! Definitions of C-variadic functions: all argument classes, registers and stack, `VaList` passed on, cloned, passed to C.
#![feature(c_variadic)]

use std::ffi::{CStr, VaList, c_char, c_int, c_void};
use std::panic::catch_unwind;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Large {
    numbers: [u64; 5],
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Mixed {
    whole: i32,
    real: f64,
}

unsafe extern "C" {
    fn vsnprintf(buffer: *mut c_char, size: usize, format: *const c_char, arguments: VaList<'_>) -> c_int;
}

unsafe extern "C" fn sum(count: u32, mut arguments: ...) -> i64 {
    (0..count).map(|index| (i64::from(index) + 1) * i64::from(unsafe { arguments.arg::<i32>() })).sum()
}

/// Types are named by letters.
unsafe extern "C" fn describe(kinds: *const c_char, mut arguments: ...) -> usize {
    unsafe { describe_list(CStr::from_ptr(kinds), &mut arguments) }
}

unsafe fn describe_list(kinds: &CStr, arguments: &mut VaList<'_>) -> usize {
    for &kind in kinds.to_bytes() {
        match kind {
            b'i' => print!(" {}", unsafe { arguments.arg::<i32>() }),
            b'u' => print!(" {}", unsafe { arguments.arg::<u32>() }),
            b'l' => print!(" {}", unsafe { arguments.arg::<i64>() }),
            b'z' => print!(" {}", unsafe { arguments.arg::<usize>() }),
            b'd' => print!(" {}", unsafe { arguments.arg::<f64>() }),
            b's' => print!(" {:?}", unsafe { CStr::from_ptr(arguments.arg::<*const c_char>()) }),
            b'p' => print!(" {}", unsafe { arguments.arg::<*const c_void>() }.is_null()),
            other => panic!("no kind `{}`", other as char),
        }
    }
    println!();
    kinds.count_bytes()
}

/// Named parameters of all classes, so many that some are on the stack, and a result by address.
#[allow(clippy::too_many_arguments)]
unsafe extern "C" fn named(
    a: u8, b: f32, large: Large, c: i16, mixed: Mixed, wide: i128, d: f64, e: u32, f: u64, wide_again: u128,
    truth: bool, mut arguments: ...
) -> Large {
    println!("{a} {b} {large:?} {c} {mixed:?} {wide} {d} {e} {f} {wide_again} {truth}");
    let mut numbers = [0; 5];
    for number in &mut numbers {
        *number = unsafe { arguments.arg::<u64>() } + unsafe { arguments.arg::<f64>() } as u64;
    }
    Large { numbers }
}

unsafe extern "C" fn floats(
    _: f64, _: f64, _: f64, _: f64, _: f64, _: f64, _: f64, _: f64, last: f64, count: i32, mut arguments: ...
) -> f64 {
    let mut copy = arguments.clone();
    let first: f64 = (0..count).map(|_| unsafe { arguments.arg::<f64>() }).sum();
    let second: f64 = (0..count).map(|_| unsafe { copy.arg::<f64>() }).product();
    first + second * last
}

unsafe extern "C" fn format_text(format: *const c_char, arguments: ...) -> i32 {
    let mut buffer = [0u8; 100];
    let length = unsafe { vsnprintf(buffer.as_mut_ptr().cast(), buffer.len(), format, arguments) };
    println!("{:?}", CStr::from_bytes_until_nul(&buffer).unwrap());
    length
}

unsafe extern "C-unwind" fn panics(count: i32, mut arguments: ...) {
    let guard = Large { numbers: [1; 5] };
    for _ in 0..count {
        print!("{} ", unsafe { arguments.arg::<i32>() });
    }
    assert!(guard.numbers[0] > 1, "enough");
}

struct Counter(i32);

impl Counter {
    unsafe extern "C" fn add(&mut self, mut arguments: ...) -> &mut Self {
        self.0 += unsafe { arguments.arg::<i32>() };
        self
    }
}

fn main() {
    unsafe {
        println!("{} {}", sum(0), sum(3, 10, -20, 30));
        println!("{}", sum(12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -12));
        describe(c"".as_ptr());
        let text = c"text".as_ptr();
        let null = std::ptr::null::<c_void>();
        describe(c"ddsipluzd".as_ptr(), 1.5f64, -2.5f64, text, -7i32, null, i64::MIN, u32::MAX, 5usize, 1e300f64);
        describe(
            c"idididididididididididid".as_ptr(),
            1i32, 0.5f64, 2i32, 1.5f64, 3i32, 2.5f64, 4i32, 3.5f64, 5i32, 4.5f64, 6i32, 5.5f64, 7i32, 6.5f64, 8i32,
            7.5f64, 9i32, 8.5f64, 10i32, 9.5f64, 11i32, 10.5f64, 12i32, 11.5f64,
        );
        let large = Large { numbers: [1, 2, 3, 4, 5] };
        let mixed = Mixed { whole: -3, real: 0.25 };
        let result = named(
            200, 1.25, large, -5, mixed, -1 << 100, 2.5, 77, u64::MAX, 1 << 127, true, 1u64, 2.0f64, 3u64, 4.0f64,
            5u64, 6.0f64, 7u64, 8.0f64, 9u64, 10.0f64,
        );
        println!("{result:?}");
        println!("{}", floats(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.5, 3, 2.0f64, 3.0f64, 7.0f64));
        println!("{}", format_text(c"%d %s %.3f %c %ld".as_ptr(), 42, text, 2.0f64 / 3.0, 65, i64::MAX));
        let pointers: [unsafe extern "C" fn(u32, ...) -> i64; 2] = [sum, sum];
        println!("{}", pointers.map(|pointer| pointer(2, 5, 6)).iter().sum::<i64>());
        let mut counter = Counter(1);
        counter.add(2).add(30, 4.5f64);
        println!("{}", counter.0);
    }
    std::panic::set_hook(Box::new(|information| println!("{}", information.payload_as_str().unwrap_or("?"))));
    println!("{}", catch_unwind(|| unsafe { panics(2, 1, 2) }).is_err());
}

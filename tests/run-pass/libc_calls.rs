//! Calls to C functions: strings, callbacks (qsort), and variadic ones with integers and floats.

use std::ffi::{CStr, CString, c_char, c_double, c_int, c_long, c_void};

unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_long;
    fn abs(value: c_int) -> c_int;
    fn fabs(value: c_double) -> c_double;
    fn ldexp(value: c_double, exponent: c_int) -> c_double;
    fn div(numerator: c_int, denominator: c_int) -> Division;
    fn memchr(start: *const c_void, byte: c_int, length: usize) -> *mut c_void;
    fn snprintf(buffer: *mut c_char, size: usize, format: *const c_char, ...) -> c_int;
    fn sscanf(text: *const c_char, format: *const c_char, ...) -> c_int;
    fn qsort(
        start: *mut c_void,
        count: usize,
        size: usize,
        compare: extern "C" fn(*const c_void, *const c_void) -> c_int,
    );
    fn bsearch(
        key: *const c_void,
        start: *const c_void,
        count: usize,
        size: usize,
        compare: extern "C" fn(*const c_void, *const c_void) -> c_int,
    ) -> *mut c_void;
}

/// C's `div_t`.
#[repr(C)]
struct Division {
    quotient: c_int,
    remainder: c_int,
}

extern "C" fn compare(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: qsort and bsearch pass pointers to elements.
    let (a, b) = unsafe { (*a.cast::<i16>(), *b.cast::<i16>()) };
    (b > a) as c_int - (b < a) as c_int
}

fn formatted(write: impl Fn(*mut c_char, usize) -> c_int) -> (c_int, String) {
    let mut buffer = [0_u8; 200];
    let length = write(buffer.as_mut_ptr().cast(), buffer.len());
    (length, CStr::from_bytes_until_nul(&buffer).unwrap().to_str().unwrap().to_string())
}

fn main() {
    let text = CString::new("123abc").unwrap();
    // SAFETY: all arguments are what the C functions ask for.
    unsafe {
        let mut end = std::ptr::null_mut();
        let number = strtol(text.as_ptr(), &mut end, 10);
        println!("{} {number} {:?}", strlen(text.as_ptr()), CStr::from_ptr(end));
        println!("{} {} {}", abs(-17), fabs(-2.5), ldexp(0.75, 10));
        let division = div(-17, 5);
        println!("{} {}", division.quotient, division.remainder);
        let found = memchr(text.as_ptr().cast(), c_int::from(b'b'), 6);
        println!("{}", found.byte_offset_from(text.as_ptr()));

        let mut values = [5_i16, -3, 99, 0, 12, -77, 5];
        qsort(values.as_mut_ptr().cast(), values.len(), 2, compare);
        println!("{values:?}");
        let hit = bsearch((&raw const values[2]).cast(), values.as_ptr().cast(), 7, 2, compare);
        println!("{} {}", *hit.cast::<i16>(), hit.byte_offset_from(values.as_ptr()) % 2);
    }

    // SAFETY: the variadic arguments have the types their formats name.
    unsafe {
        println!(
            "{:?}",
            formatted(|b, n| snprintf(b, n, c"%d %s %c".as_ptr(), 42_i32, text.as_ptr(), 65_i32))
        );
        println!("{:?}", formatted(|b, n| snprintf(b, n, c"%.3f %e %g".as_ptr(), 3.14159, 12345.678, 0.5)));
        println!(
            "{:?}",
            formatted(|b, n| {
                let format = c"%d %.1f %ld %.2f %u %.1f %x %.1f %lld %.0f %d %.1f %.1f %.1f %.1f %.1f";
                snprintf(
                    b,
                    n,
                    format.as_ptr(),
                    1_i32,
                    1.5,
                    2_i64,
                    2.25,
                    3_u32,
                    3.5,
                    255_u32,
                    4.5,
                    -5_i64,
                    6.0,
                    7_i32,
                    7.5,
                    8.5,
                    9.5,
                    10.5,
                    11.5,
                )
            })
        );
        println!("{:?}", formatted(|b, _| snprintf(b, 5, c"%s".as_ptr(), c"truncated".as_ptr())));
        let (mut int, mut float, mut word) = (0_i32, 0.0_f32, [0_u8; 8]);
        let count = sscanf(
            c"17 2.5 word".as_ptr(),
            c"%d %f %7s".as_ptr(),
            &raw mut int,
            &raw mut float,
            word.as_mut_ptr(),
        );
        println!("{count} {int} {float} {:?}", CStr::from_bytes_until_nul(&word).unwrap());
    }
}

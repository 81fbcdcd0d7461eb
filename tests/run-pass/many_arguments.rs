//! Functions with more arguments than registers: integers, floats, mixed, pairs, wide integers.

use std::hint::black_box;

#[inline(never)]
fn ints(a: u8, b: i16, c: u32, d: i64, e: u8, f: i8, g: u16, h: i32, i: u64, j: i8, k: u64) -> i64 {
    let mut total = i64::from(a);
    for (factor, term) in [
        (3, i64::from(b)),
        (5, i64::from(c)),
        (7, d),
        (11, i64::from(e)),
        (13, i64::from(f)),
        (17, i64::from(g)),
        (19, i64::from(h)),
        (23, i as i64),
        (29, i64::from(j)),
        (31, k as i64),
    ] {
        total = total.wrapping_mul(37).wrapping_add(term * factor);
    }
    total
}

#[inline(never)]
#[rustfmt::skip]
fn floats(
    a: f64, b: f32, c: f64, d: f32, e: f64, f: f32, g: f64, h: f32, i: f64, j: f32, k: f64, l: f32,
) -> (f64, f32) {
    (a - c * 2.0 + e / 4.0 - g * i + k, b * d - f + h / j - l)
}

#[inline(never)]
#[rustfmt::skip]
fn mixed(
    a: u64, x: f64, b: &str, y: f32, c: &[u16], z: f64, d: u128, e: (u8, u32), f: Option<u64>,
    g: bool, h: char, w: f32, i: i128, j: &mut String, k: Box<i32>, l: [u8; 3],
) -> String {
    j.push_str(b);
    format!("{a} {x} {b} {y} {c:?} {z} {d} {e:?} {f:?} {g} {h} {w} {i} {k} {l:?}")
}

#[inline(never)]
extern "C" fn c_ints(a: i32, b: u64, c: i32, d: u64, e: i32, f: u64, g: i32, h: u64, i: i32) -> u64 {
    (a + c * 2 + e * 3 + g * 5 + i * 7) as u64 + (b ^ d << 1 ^ f << 2 ^ h << 3)
}

#[inline(never)]
#[rustfmt::skip]
extern "C" fn c_mixed(
    a: i32, p: f64, b: i64, q: f32, c: u8, r: f64, d: i16, s: f64, e: u32, t: f64, f: u64, u: f64,
    g: i8, v: f64, h: u16, w: f64, x: f64, y: f32, i: i128,
) -> f64 {
    let ints = a as f64 + b as f64 + c as f64 + d as f64 + e as f64 + f as f64 + g as f64 + h as f64;
    ints + p + q as f64 + r + s + t + u + v + w + x + y as f64 + i as f64
}

#[inline(never)]
fn pairs(a: &str, b: &str, c: &str, d: &str, e: &[i32], f: &dyn Fn(i32) -> i32) -> i32 {
    let text = [a, b, c, d].iter().map(|part| part.len() as i32).fold(0, |n, m| n * 10 + m);
    e.iter().fold(text, |n, &m| f(n) + m)
}

fn main() {
    let function = black_box(ints);
    println!("{}", function(1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11));
    println!("{}", function(255, i16::MIN, u32::MAX, -1 << 40, 0, -128, 65_535, i32::MIN, 1 << 40, 127, 0));
    let function = black_box(floats);
    println!("{:?}", function(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0));
    let mut text = String::from("<");
    let shown = mixed(
        1,
        2.5,
        "three",
        4.5,
        &[5, 6],
        7.5,
        u128::MAX,
        (8, 9),
        Some(10),
        true,
        'e',
        12.5,
        -13,
        &mut text,
        Box::new(14),
        [15, 16, 17],
    );
    println!("{shown} {text}");
    println!("{}", black_box(c_ints)(1, 2, 3, 4, 5, 6, 7, 8, 9));
    println!(
        "{}",
        c_mixed(1, 2.0, 3, 4.0, 5, 6.0, 7, 8.0, 9, 10.0, 11, 12.0, 13, 14.0, 15, 16.0, 17.0, 18.0, 19,)
    );
    println!("{}", pairs("a", "bb", "ccc", "dddd", &[5, 6, 7], &|n| n * 2));
    let narrow: fn(u8, i8, bool) -> (i32, i32, i32) = |a, b, c| (a as i32, b as i32, c as i32);
    println!("{:?}", black_box(narrow)(black_box(200), black_box(-56), black_box(true)));
}

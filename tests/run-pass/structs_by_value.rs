//! Structs of every size from 1 to 40 bytes, passed and returned by value through Rust functions.

#![allow(dead_code)] // some fields are read by the derived `Debug` only

use std::hint::black_box;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bytes<const N: usize>([u8; N]);

#[inline(never)]
fn shuffle<const N: usize>(a: Bytes<N>, k: u8, b: Bytes<N>) -> Bytes<N> {
    let mut out = a;
    for i in 0..N {
        out.0[i] = a.0[N - 1 - i].wrapping_mul(k) ^ b.0[i];
    }
    out
}

fn through_pointer<const N: usize>() {
    let function: fn(Bytes<N>, u8, Bytes<N>) -> Bytes<N> = black_box(shuffle::<N>);
    let a = Bytes(std::array::from_fn(|i| i as u8 + 1));
    let b = Bytes(std::array::from_fn(|i| 200 - i as u8));
    let c = function(a, 3, b);
    println!("{N} {:?} {:?}", c.0, function(c, 5, a).0);
}

#[derive(Debug, Clone, Copy)]
struct U8U16(u8, u16);
#[derive(Debug, Clone, Copy)]
struct U16U32U8(u16, u32, u8);
#[derive(Debug, Clone, Copy)]
struct FloatInt(f32, i32);
#[derive(Debug, Clone, Copy)]
struct Doubles(f64, f64);
#[derive(Debug, Clone, Copy)]
struct Mixed(f64, u8, f32, i64);
#[derive(Debug, Clone, Copy)]
struct Nested(U8U16, (bool, char), FloatInt);
#[derive(Debug, Clone, Copy)]
struct Wide(u128, u8);

#[inline(never)]
fn combine(a: U8U16, b: U16U32U8, c: FloatInt, d: Doubles, e: Mixed, f: Nested, g: Wide) -> Mixed {
    println!("{a:?} {b:?} {c:?} {d:?} {e:?} {f:?} {g:?}");
    Mixed(
        d.0 * d.1 + e.0,
        a.0 + b.2 + g.1,
        c.0 + e.2 + f.2.0,
        i64::from(b.1) + i64::from(c.1) + e.3 + (g.0 >> 64) as i64 + f.1.1 as i64,
    )
}

#[inline(never)]
fn swap_pair((a, b): (u64, f32)) -> (f32, u64) {
    (b + 1.0, a - 1)
}

#[inline(never)]
fn tuples(a: (u8, u64), b: (bool, i16), c: (&str, usize), d: ()) -> ((i16, bool), (u64, u8), usize) {
    let () = d;
    ((b.1, !b.0), (a.1, a.0), c.0.len() + c.1)
}

fn main() {
    macro_rules! all {
        ($($n:literal)*) => { $(through_pointer::<$n>();)* };
    }
    all!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 23 24 25 31 32 33 39 40);
    let mixed = combine(
        U8U16(1, 2),
        U16U32U8(3, 4, 5),
        FloatInt(0.5, -6),
        Doubles(1.5, 2.25),
        Mixed(100.0, 7, 0.125, -8),
        Nested(U8U16(9, 10), (true, 'x'), FloatInt(2.0, 11)),
        Wide(12 << 64, 13),
    );
    println!("{mixed:?}");
    println!("{:?} {:?}", swap_pair(black_box((5, 0.25))), swap_pair((u64::MAX, -1.0)));
    println!("{:?}", tuples((1, 1 << 50), (false, -3), ("abc", 4), ()));
    println!("{}", size_of::<U16U32U8>() + size_of::<Mixed>() + size_of::<Nested>());
}

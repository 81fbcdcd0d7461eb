//! One large function: many locals that live across calls, a long match, nested loops, many blocks.

use std::hint::black_box;

#[inline(never)]
fn observe(log: &mut Vec<u64>, value: u64) -> u64 {
    log.push(value);
    value.rotate_left(9) ^ log.len() as u64
}

macro_rules! locals {
    ($log:ident, $seed:expr; $($name:ident)*) => {
        let mut seed: u64 = $seed;
        $(
            seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let $name = observe(&mut $log, seed >> 13);
        )*
        _ = observe(&mut $log, 0);
        let mut sum = 0_u64;
        $( sum = sum.rotate_left(3).wrapping_add($name); )*
        _ = observe(&mut $log, sum);
        $( sum ^= $name.wrapping_mul(sum | 1); )*
        _ = observe(&mut $log, sum);
    };
}

#[inline(never)]
fn many_locals(seed: u64) -> Vec<u64> {
    let mut log = Vec::new();
    locals!(log, seed; a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5
        c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5);
    log
}

#[inline(never)]
fn many_floats(x: f64) -> f64 {
    let values: [f64; 8] = std::array::from_fn(|i| x + i as f64);
    let [a, b, c, d, e, f, g, h] = values;
    let (i, j, k, l) = (a * b, c * d, e * f, g * h);
    let (m, n, o, p) = (a + h, b - g, c / f, d - e);
    let (q, r, s, t) = (i.sqrt(), j.sqrt(), black_box(k).floor(), black_box(l).ceil());
    let first = a + b * c - d / e + f * g - h + i - j * k + l / m - n * o + p - q * r + s - t;
    let second = t - s + r * q - p + o * n - m / l + k * j - i + h - g * f + e / d - c * b + a;
    first * 2.0 + second + values.iter().rev().fold(0.0, |v, x| v * 0.5 + x)
}

macro_rules! arms {
    ($value:expr, $state:expr; $($n:literal)*) => {
        match $value {
            $( $n => $state.rotate_left($n % 31).wrapping_add($n * 7919) ^ ($n as u32).count_ones(), )*
            _ => $state,
        }
    };
}

#[inline(never)]
fn long_match(start: u32) -> u32 {
    let mut state = start;
    for round in 0..400_u32 {
        state = arms!((state ^ round) & 127, state;
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34
            35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66
            70 71 72 73 74 75 76 77 78 79 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 110 120);
        state = state.wrapping_mul(2_654_435_761).wrapping_add(round);
    }
    state
}

#[inline(never)]
fn nested_loops() -> (u32, u32) {
    let (mut found, mut skipped) = (0, 0);
    'a: for a in 1..12_u32 {
        'b: for b in a..20 {
            for c in b..30 {
                let (left, right) = (a * a + b * b, c * c);
                match left.cmp(&right) {
                    std::cmp::Ordering::Less if c - b > 8 => continue 'a,
                    std::cmp::Ordering::Less => {
                        skipped += 1;
                        continue 'b;
                    }
                    std::cmp::Ordering::Equal => found += a * b * c,
                    std::cmp::Ordering::Greater if (a + b + c) % 11 == 0 => break,
                    std::cmp::Ordering::Greater => {}
                }
            }
        }
    }
    (found, skipped)
}

fn main() {
    let log = many_locals(black_box(1));
    println!("{} {:x?} {:x?}", log.len(), &log[..4], &log[log.len() - 3..]);
    println!("{:x}", many_locals(7).iter().fold(0_u64, |h, v| h.rotate_left(5) ^ v));
    println!("{:016x} {:016x}", many_floats(black_box(1.5)).to_bits(), many_floats(3.0).to_bits());
    println!("{} {} {}", long_match(1), long_match(2), long_match(u32::MAX));
    println!("{:?}", nested_loops());
}

//! Other types than `u64`: narrow integers, floats, slices, references, structs, closures. Every variable whose name ends in
//! a number holds values that are that number modulo 32 (slices: their lengths); `walk.py` looks at them.

use std::hint::black_box;
#[inline(never)]
fn make(seed: u64, tag: u64) -> u64 {
    (seed.wrapping_mul(0x9e3779b97f4a7c15) & !31) | tag
}
#[inline(never)]
fn ff(seed: f64, tag: f64) -> f64 {
    (seed as u64 as u32 & !31) as f64 + tag
}
#[inline(never)]
fn use1<T>(a: T) -> T {
    black_box(a)
}
#[derive(Clone, Copy)]
struct P {
    x1: u64,
    y2: u32,
}
struct Big {
    a: [u64; 10],
    x1: u64,
}
#[inline(never)]
fn narrow(t1: u8, t2: u16, t3: i32, t4: f32, t5: f64, t6: u128) -> f64 {
    let t7 = ((t1 & !31) ^ (t2 & !31) as u8) | 7;
    let t8 = use1((t7 as u16) << 3 & !31 | 8);
    let t9 = ((t8 & !31) as i32).wrapping_mul(t3) & !31 | 9;
    let f10 = (t9 & !31) as f64 + 10.0;
    let f11 = ff(f10, 11.0);
    let f12 = ff(f11, 12.0);
    let f13 = ((f12 as u32 & !31) + 13) as f32;
    use1(f12);
    let t14 = (t6 & !31) * 3 & !31 | 14;
    use1(t14);
    let mut total = 0.0;
    for t15 in (15..600u32).step_by(32) {
        let t16 = (t15 as u8) & !31 | 16;
        let f17 = (t16 & !31) as f32 + 17.0;
        total += f17 as f64 * use1(f13) as f64;
        if use1(t16) == 48 {
            continue;
        }
        let f18 = ff(total, 18.0);
        total -= use1(f18) / 3.0;
    }
    f10 + f11 * f12 + f13 as f64 + t4 as f64 + t5 + total + (t7 as f64) + (t9 as f64) + t14 as f64
}
#[inline(never)]
fn slices(s5: &[u64], s3: &str, b: Box<u64>, big: Big, p: P) -> u64 {
    let mut sum = 0;
    for (i, r6) in s5.iter().enumerate() {
        let t6 = *r6 & !31 | 6;
        sum += use1(t6 * i as u64);
        let s4 = use1(&s5[..4]);
        sum += s4[0] + s3.len() as u64;
    }
    let t8 = big.x1 & !31 | 8;
    let P { x1, y2 } = use1(p);
    sum ^= use1(x1) ^ y2 as u64 ^ big.a[3] ^ t8;
    let o9 = use1(Some(make(sum, 9)));
    if let Some(t9) = o9 {
        sum += use1(t9 >> 5);
        sum ^= t9;
    }
    let c10 = |t10: u64| {
        let t11 = (t10 ^ sum) & !31 | 11;
        use1(t11) ^ t10
    };
    let t12 = use1(c10(make(sum, 10))) & !31 | 12;
    (match t12 & 96 {
        0 => use1(1),
        32 => {
            let t13 = make(t12, 13);
            use1(t13)
        }
        _ => *b,
    }) ^ t12
}
#[inline(never)]
fn later(n: u64) -> u64 {
    let mut sum = 0;
    let t1;
    let mut i = 0;
    loop {
        let t2 = make(i, 2);
        if t2 & 256 != 0 || i > n {
            t1 = (t2 & !31) | 1;
            break;
        }
        sum ^= use1(t2);
        i += 1;
    }
    let mut t3;
    for k in 0..n {
        let v = make(k, 3);
        if v & 64 == 0 {
            t3 = v;
            sum ^= use1(t3) ^ t3.rotate_left(2);
        }
        sum += use1(v);
    }
    sum ^ use1(t1) ^ t1
}
fn main() {
    let a = black_box(3u64);
    black_box(narrow(
        make(a, 1) as u8,
        make(a, 2) as u16,
        make(a, 3) as i32,
        36.0,
        69.0,
        make(a, 6) as u128 * 4294967296 | 6,
    ));
    let v: Vec<u64> = (0..5).map(|x| make(x, 6)).collect();
    black_box(slices(&v, "abc", Box::new(7), Big { a: [5; 10], x1: 33 }, P { x1: 65, y2: 34 }));
    black_box(later(6));
}

//! 128-bit integers: arithmetic, division, casts, comparison, formatting and parsing.

use std::hint::black_box;

const SIGNED: [i128; 10] = [
    i128::MIN,
    i128::MAX,
    0,
    1,
    -1,
    -170,
    1 << 64,
    -(1 << 64) - 3,
    0x0123_4567_89ab_cdef_0011_2233_4455_6677,
    -10_000_000_000_000_000_000_000,
];

const UNSIGNED: [u128; 8] = [
    0,
    1,
    10,
    u64::MAX as u128,
    1 << 64,
    u128::MAX,
    u128::MAX / 7,
    0xfeed_face_cafe_beef_dead_beef_0bad_f00d,
];

fn signed(a: i128, b: i128) {
    println!("{a} {b}");
    println!("  {} {} {}", a.wrapping_add(b), a.wrapping_sub(b), a.wrapping_mul(b));
    println!("  {:?} {:?} {:?}", a.checked_add(b), a.checked_sub(b), a.checked_mul(b));
    println!("  {:?} {:?}", a.checked_div(b), a.checked_rem(b));
    println!("  {:?} {:?}", a.checked_div_euclid(b), a.checked_rem_euclid(b));
    println!("  {} {} {}", a.saturating_add(b), a.saturating_mul(b), a.overflowing_mul(b).1);
    println!("  {:?} {} {} {}", a.cmp(&b), a < b, a >= b, a == b);
}

fn unsigned(a: u128, b: u128) {
    println!("{a} {b}");
    println!("  {} {} {}", a.wrapping_add(b), a.wrapping_sub(b), a.wrapping_mul(b));
    println!("  {:?} {:?} {:?}", a.checked_add(b), a.checked_sub(b), a.checked_mul(b));
    println!("  {:?} {:?}", a.checked_div(b), a.checked_rem(b));
    println!("  {:?} {} {} {}", a.cmp(&b), a < b, a >= b, a == b);
    println!("  {} {}", a.abs_diff(b), a.is_power_of_two());
}

fn formats(value: i128) {
    println!("{value:x} {value:#X} {value:o} {value:#b} {value:+} {value:e}");
    println!("[{value:>45}] [{value:<45}] [{value:^045}]");
    let text = value.to_string();
    assert_eq!(text.parse::<i128>().unwrap(), value);
    let hex = format!("{:x}", value as u128);
    assert_eq!(u128::from_str_radix(&hex, 16).unwrap() as i128, value);
}

fn main() {
    for a in SIGNED {
        for b in SIGNED {
            signed(black_box(a), black_box(b));
        }
        formats(black_box(a));
    }
    for a in UNSIGNED {
        for b in UNSIGNED {
            unsigned(black_box(a), black_box(b));
        }
        println!("{} {} {}", a as f64, a as f32, (a as f64) as u128);
        println!("{} {} {}", a as u8, a as i64, a as u32);
    }
    for text in ["340282366920938463463374607431768211456", "-1", "", "+5", "1_0", "0x10"] {
        println!("{:?} {:?}", text.parse::<u128>(), text.parse::<i128>());
    }
    println!("{} {}", black_box(1e30_f64) as i128, black_box(-1e40_f64) as i128);
    println!("{} {}", black_box(f64::NAN) as u128, black_box(f32::INFINITY) as u128);
    println!("{}", black_box(u128::MAX).isqrt());
    println!("{:?}", black_box(3_u128).checked_pow(81));
    println!("{:?} {:?}", black_box(10_u128).checked_ilog10(), u128::MAX.ilog2());
}

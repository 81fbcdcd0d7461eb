//! Plain, wrapping, checked, saturating and overflowing arithmetic for every integer width.

use std::fmt::Write;
use std::hint::black_box;

macro_rules! exercise {
    ($name:ident, $int:ty) => {
        fn $name(out: &mut String) {
            const MIN: $int = <$int>::MIN;
            const MAX: $int = <$int>::MAX;
            for a in [MIN, MAX, 0, 1, 7, MAX / 3, MIN / 2 + 5] {
                for b in [MIN, MAX, 0, 1, 3, MAX / 2, MAX - 6] {
                    let (a, b) = (black_box(a), black_box(b));
                    _ = write!(out, "{a} {b}: ");
                    _ = write!(out, "{} {} ", a.wrapping_add(b), a.wrapping_sub(b));
                    _ = write!(out, "{} ", a.wrapping_mul(b));
                    _ = write!(out, "{:?} {:?} ", a.checked_add(b), a.checked_sub(b));
                    _ = write!(out, "{:?} {:?} ", a.checked_mul(b), a.checked_div(b));
                    _ = write!(out, "{:?} ", a.checked_rem(b));
                    _ = write!(out, "{} {} ", a.saturating_add(b), a.saturating_sub(b));
                    _ = write!(out, "{} ", a.saturating_mul(b));
                    _ = write!(out, "{:?} {:?} ", a.overflowing_add(b), a.overflowing_sub(b));
                    _ = write!(out, "{:?} ", a.overflowing_mul(b));
                    _ = writeln!(out, "{} {} {}", a & b, a | b, a ^ b);
                }
                _ = writeln!(out, "{:?} {} {}", a.checked_neg(), !a, a.wrapping_neg());
                _ = writeln!(out, "{:?} {}", a.checked_pow(3), a.wrapping_pow(5));
            }
        }
    };
}

exercise!(with_u8, u8);
exercise!(with_u16, u16);
exercise!(with_u32, u32);
exercise!(with_u64, u64);
exercise!(with_usize, usize);
exercise!(with_i8, i8);
exercise!(with_i16, i16);
exercise!(with_i32, i32);
exercise!(with_i64, i64);
exercise!(with_isize, isize);

fn fnv(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash
}

fn main() {
    let exercises: [(&str, fn(&mut String)); 10] = [
        ("u8", with_u8),
        ("u16", with_u16),
        ("u32", with_u32),
        ("u64", with_u64),
        ("usize", with_usize),
        ("i8", with_i8),
        ("i16", with_i16),
        ("i32", with_i32),
        ("i64", with_i64),
        ("isize", with_isize),
    ];
    for (name, exercise) in exercises {
        let mut text = String::new();
        exercise(&mut text);
        println!("{name}: {} bytes, {:016x}", text.len(), fnv(text.as_bytes()));
        for line in text.lines().step_by(9) {
            println!("  {line}");
        }
    }
}

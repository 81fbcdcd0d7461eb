//! Integer arithmetic and branches seen only through the exit code (no formatting involved).
// exit: 97

#[inline(never)]
fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        let rest = a % b;
        a = b;
        b = rest;
    }
    a
}

#[inline(never)]
fn classify(value: i32) -> i32 {
    match value {
        i32::MIN..=-1 => -1,
        0 => 0,
        1..=9 => 1,
        10 | 20 | 30 => 2,
        _ => 3,
    }
}

#[inline(never)]
fn sum_of_squares(limit: u64) -> u64 {
    let mut total = 0;
    let mut i = 1;
    while i <= limit {
        total += i * i;
        i += 1;
    }
    total
}

fn main() {
    let mut failed = 0;
    if gcd(1071, 462) != 21 {
        failed |= 1;
    }
    if classify(-5) != -1 || classify(0) != 0 || classify(7) != 1 {
        failed |= 2;
    }
    if classify(20) != 2 || classify(21) != 3 {
        failed |= 4;
    }
    if sum_of_squares(24) != 4900 {
        failed |= 8;
    }
    std::process::exit(if failed == 0 { 97 } else { failed });
}

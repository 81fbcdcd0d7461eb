//! `match` on many values: dense, sparse, ranges, all widths, signed, chars, strings, 128 bits.

#[inline(never)]
fn dense(value: u8) -> u32 {
    match value {
        0 => 10,
        1 => 21,
        2 => 32,
        3 => 43,
        4 => 54,
        5 => 65,
        6 => 76,
        7 => 87,
        8 => 98,
        9 => 109,
        250 => 1,
        251 => 2,
        252 => 3,
        253 => 4,
        254 => 5,
        255 => 6,
        _ => 0,
    }
}

#[inline(never)]
fn signed16(value: i16) -> &'static str {
    match value {
        i16::MIN => "min",
        -300..=-200 => "low",
        -1 => "minus one",
        0 => "zero",
        1 | 3 | 5 | 7 => "odd",
        2 | 4 | 6 | 8 => "even",
        i16::MAX => "max",
        ..0 => "negative",
        _ => "positive",
    }
}

#[inline(never)]
fn sparse(value: u64) -> i32 {
    match value {
        0 => -1,
        0xffff_ffff => 1,
        0x1_0000_0000 => 2,
        0x8000_0000_0000_0000 => 3,
        u64::MAX => 4,
        1_000..2_000 => 5,
        _ => 6,
    }
}

#[inline(never)]
fn wide(value: u128) -> i32 {
    match value {
        0 => 0,
        1 => 1,
        0x1_0000_0000_0000_0000 => 2,
        0x1_0000_0000_0000_0001 => 3,
        u128::MAX => 4,
        0x10..=0x2_0000_0000_0000_0000 => 5,
        _ => 6,
    }
}

#[inline(never)]
fn wide_signed(value: i128) -> i32 {
    match value {
        i128::MIN => 0,
        -1 => 1,
        0 => 2,
        i128::MAX => 3,
        -0x1_0000_0000_0000_0000..=-2 => 4,
        _ => 5,
    }
}

#[inline(never)]
fn letter(value: char) -> u8 {
    match value {
        'a'..='f' => 1,
        'g' | 'q' | 'z' => 2,
        '\u{1f300}'..='\u{1faff}' => 3,
        'é' => 4,
        '\0' => 5,
        _ => 6,
    }
}

#[inline(never)]
fn word(value: &str) -> usize {
    match value {
        "" => 0,
        "alpha" => 1,
        "beta" => 2,
        "alphabet" => 3,
        other if other.starts_with("al") => 4,
        other => other.len(),
    }
}

fn main() {
    println!("{:?}", (0..=255).map(dense).collect::<Vec<_>>());
    for value in [i16::MIN, -301, -300, -200, -199, -1, 0, 1, 2, 7, 8, 9, i16::MAX - 1, i16::MAX] {
        println!("{value} {}", signed16(value));
    }
    for value in [0, 1, 999, 1000, 1999, 2000, 0xffff_ffff, 1 << 32, 1 << 63, u64::MAX] {
        print!("{} ", sparse(value));
    }
    println!();
    for value in [0, 1, 2, 15, 16, 1 << 64, (1 << 64) + 1, 2 << 64, (2 << 64) + 1, u128::MAX] {
        print!("{} ", wide(value));
    }
    println!();
    for value in [i128::MIN, i128::MIN + 1, -(1 << 64) - 1, -(1 << 64), -2, -1, 0, 1, i128::MAX] {
        print!("{} ", wide_signed(value));
    }
    println!();
    println!("{:?}", "afgqz🦀é\0x".chars().map(letter).collect::<Vec<_>>());
    println!("{:?}", ["", "alpha", "beta", "alphabet", "alp", "gamma"].map(word));
}

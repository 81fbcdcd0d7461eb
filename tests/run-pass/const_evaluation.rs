//! Constants computed at compile time: const fns, tables, nested consts, const generics, promotion.

use std::num::NonZeroU32;

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut value = i as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xedb8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[i] = value;
        i += 1;
    }
    table
}

const TABLE: [u32; 256] = crc_table();
static FIBONACCI: [u64; 50] = {
    let mut values = [1; 50];
    let mut i = 2;
    while i < 50 {
        values[i] = values[i - 1] + values[i - 2];
        i += 1;
    }
    values
};

const fn length(text: &str) -> usize {
    text.len()
}
const GREETING: &str = "hello const";
const UPPER: [u8; length(GREETING)] = {
    let mut bytes = [0; length(GREETING)];
    let mut i = 0;
    while i < bytes.len() {
        bytes[i] = GREETING.as_bytes()[i].to_ascii_uppercase();
        i += 1;
    }
    bytes
};

struct Config {
    name: &'static str,
    limits: [Option<u16>; 3],
    parent: Option<&'static Config>,
}

const ROOT: Config = Config { name: "root", limits: [Some(1), None, Some(65_535)], parent: None };
const CHILD: Config = Config { name: "child", parent: Some(&ROOT), ..ROOT };

impl Config {
    const DEPTH: u8 = 3;
    const fn limit(&self, i: usize) -> u16 {
        match self.limits[i] {
            Some(limit) => limit,
            None => match self.parent {
                Some(parent) => parent.limit(2),
                None => 0,
            },
        }
    }
}

trait Shape {
    const SIDES: usize;
    const DOUBLE: usize = Self::SIDES * 2;
    const NAMES: &'static [&'static str] = &["default"];
}
struct Triangle;
struct Hexagon;
impl Shape for Triangle {
    const SIDES: usize = 3;
}
impl Shape for Hexagon {
    const SIDES: usize = 6;
    const DOUBLE: usize = 13;
    const NAMES: &'static [&'static str] = &["hex", "six"];
}

fn total<S: Shape, const N: usize>(values: [i32; N]) -> usize {
    const { assert!(N > 0) };
    S::DOUBLE * N + values.len() + S::NAMES[0].len()
}

fn promoted(which: bool) -> &'static [u8; 3] {
    if which { &[1, 2, 3] } else { &[b'a' + 1, 0xff, !0] }
}

const WIDE: i128 = i128::MIN / 3 + 7;
const FLOAT: f64 = 0.1 + 0.2 * 3.0 - 1.0 / 3.0;
const CAST: (u8, i8, u32, f32) = (300_i32 as u8, 200_u8 as i8, -1.5_f32 as u32, 16_777_217_i32 as f32);
const NON_ZERO: Option<NonZeroU32> = NonZeroU32::new(9);
const LIMIT: u8 = const_max(&[3, 9, 250, 17]);

const fn const_max(values: &[u8]) -> u8 {
    let [first, rest @ ..] = values else { return 0 };
    let best = const_max(rest);
    if *first > best { *first } else { best }
}

fn main() {
    println!("{:x} {:x} {:x}", TABLE[1], TABLE[128], TABLE.iter().fold(0_u32, |a, v| a.rotate_left(1) ^ v));
    println!("{} {}", FIBONACCI[49], FIBONACCI.iter().filter(|n| **n % 2 == 0).count());
    println!("{}", str::from_utf8(&UPPER).unwrap());
    println!("{} {} {} {}", CHILD.name, CHILD.limit(0), CHILD.limit(1), ROOT.limit(1));
    println!("{} {}", Config::DEPTH, CHILD.parent.map_or("", |p| p.name));
    println!("{} {} {:?}", total::<Triangle, 2>([1, 2]), total::<Hexagon, 1>([5]), Hexagon::NAMES);
    println!("{:?} {:?}", promoted(true), promoted(false));
    println!("{WIDE} {FLOAT:?} {CAST:?} {NON_ZERO:?} {LIMIT}");
    println!("{}", const { u64::pow(7, 20) } + const { "abc".len() as u64 });
    println!("{:?}", [const { String::new() }; 2]);
    println!("{} {}", i64::MAX.wrapping_add(const { 1 << 3 }), u16::from_str_radix("7a", 16).unwrap());
}

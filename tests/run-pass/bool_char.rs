//! `bool` and `char` operations: logic, short-circuiting, classification, case mapping, encoding.

use std::hint::black_box;

#[inline(never)]
fn noisy(name: &str, value: bool) -> bool {
    print!("{name} ");
    value
}

fn bools() {
    for a in [false, true] {
        for b in [false, true] {
            let (a, b) = (black_box(a), black_box(b));
            println!("{a} {b}: {} {} {} {} {}", a & b, a | b, a ^ b, !a, a == b);
            println!("{} {} {} {:?}", a < b, a <= b, a > b, a.cmp(&b));
            println!("{}", noisy("l", a) && noisy("r", b));
            println!("{}", noisy("l", a) || noisy("r", b));
            println!("{:?} {:?}", a.then(|| 3), b.then_some("four"));
            let mut c = a;
            c &= b;
            c |= !b;
            c ^= true;
            println!("{c} {}", c as i32);
        }
    }
}

fn chars() {
    for c in ['a', 'Z', '7', ' ', '\n', 'ß', 'É', '漢', '🦀', '\u{301}', '\'', '\\', '\0', 'İ'] {
        let c = black_box(c);
        print!("{c:?} {:x} {} {}", c as u32, c.len_utf8(), c.len_utf16());
        print!(" {} {} {}", c.is_alphabetic(), c.is_numeric(), c.is_alphanumeric());
        print!(" {} {} {}", c.is_whitespace(), c.is_uppercase(), c.is_control());
        print!(" {} {}", c.to_uppercase(), c.to_lowercase());
        print!(" {} {}", c.escape_unicode(), c.escape_default());
        print!(" {:?} {:?}", c.to_digit(10), c.to_digit(36));
        print!(" {} {}", c.is_ascii_punctuation(), c.to_ascii_uppercase());
        let mut buffer = [0; 4];
        println!(" {:?}", c.encode_utf8(&mut buffer).as_bytes());
    }
    let letters: String = ('a'..='m').rev().step_by(2).collect();
    println!("{letters} {}", ('\u{d7f0}'..'\u{e010}').count());
    println!("{:?}", ('x'..='z').map(|c| c.max('y')).collect::<Vec<_>>());
}

fn main() {
    bools();
    chars();
}

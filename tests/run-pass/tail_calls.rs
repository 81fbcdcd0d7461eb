//! Explicit tail calls: themselves, each other, by pointer, with results of all kinds, with no stack used up.
// machines: x86_64 aarch64 (LLVM cannot compile it for riscv64)
#![feature(explicit_tail_calls)]
#![allow(incomplete_features)]

use std::hint::black_box;

const COUNT: u64 = 3_000_000;

fn sum(count: u64, total: u64) -> u64 {
    if count == 0 {
        return total;
    }
    become sum(count - 1, total + count)
}

fn even(number: u64) -> bool {
    if number == 0 {
        return true;
    }
    become odd(number - 1)
}

fn odd(number: u64) -> bool {
    if number == 0 {
        return false;
    }
    become even(number - 1)
}

fn pair(count: u64, text: &'static str) -> (u64, &'static str) {
    if count == 0 {
        return (7, text);
    }
    become pair(count - 1, &text[..text.len() - usize::from(count % 1_000_000 == 0)])
}

fn text(count: u64, text: &str) -> &str {
    if count == 0 {
        return text;
    }
    become self::text(count - 1, text)
}

fn wide(count: u64, total: i128) -> i128 {
    if count == 0 {
        return total;
    }
    become wide(count - 1, total * 3 + 1)
}

fn floats(count: u64, real: f32, total: f64) -> (f64, f64) {
    if count == 0 {
        return (total, f64::from(real));
    }
    become floats(count - 1, real + 1.0, total + 0.5)
}

fn mixed(count: u64, total: f64) -> (u64, f64) {
    if count == 0 {
        return (count + 5, total);
    }
    become mixed(count - 1, total + 0.25)
}

fn large(count: u64, first: u64) -> [u64; 6] {
    if count == 0 {
        return [first, 1, 2, 3, 4, count];
    }
    become large(count - 1, first + 2)
}

type Step = fn(&[u8], usize, i64) -> i64;

/// An interpreter: one function for each operation, chosen by a table.
fn dispatch(code: &[u8], position: usize, value: i64) -> i64 {
    const TABLE: [Step; 4] = [increment, double, repeat, stop];
    become TABLE[code[position] as usize](code, position, value)
}

fn increment(code: &[u8], position: usize, value: i64) -> i64 {
    become dispatch(code, position + 1, value + 1)
}

fn double(code: &[u8], position: usize, value: i64) -> i64 {
    let boxed = Box::new(value);
    let doubled = 2 * *boxed % 1_000_003;
    drop(boxed);
    become dispatch(code, position + 1, doubled)
}

fn repeat(code: &[u8], position: usize, value: i64) -> i64 {
    if value % 777_777 == 0 {
        become dispatch(code, position + 1, value);
    }
    become dispatch(code, 0, value)
}

fn stop(_: &[u8], position: usize, value: i64) -> i64 {
    value * 100 + position as i64
}

fn panics(count: u64, guard: &str) -> u64 {
    if count == 0 {
        panic!("at the end, with {guard}");
    }
    become panics(count - 1, guard)
}

fn main() {
    println!("{} {} {}", sum(COUNT, 0), even(COUNT), odd(COUNT));
    println!("{:?} {:?}", pair(COUNT, "many letters"), text(COUNT, "the text"));
    println!("{} {:?}", wide(70, 1), floats(COUNT, 0.5, 0.0));
    println!("{:?} {:?}", mixed(COUNT, 0.0), large(COUNT, 1));
    println!("{}", dispatch(black_box(&[0, 1, 0, 0, 2, 1, 3]), 0, 1));
    std::panic::set_hook(Box::new(|information| println!("{}", information.payload_as_str().unwrap_or("?"))));
    println!("{}", std::panic::catch_unwind(|| panics(black_box(1000), "a guard")).is_err());
}

//! Enums that store their discriminant in a niche: NonZero, references, bool, char, nested enums.

use std::cell::Cell;
use std::num::{NonZeroI16, NonZeroU8, NonZeroU32, NonZeroU128};
use std::rc::Rc;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Light {
    Red,
    Amber,
    Green,
}

/// All variants but one hold nothing: they live in the unused values of `Light`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Signal {
    On(Light),
    Off,
    Broken,
    Unknown,
}

/// Several variants hold data beside the niche.
#[derive(Debug, Clone, PartialEq)]
enum Multi<'a> {
    Text(&'a str, u32),
    Small(u32),
    Nothing,
    Pair(u16, u16),
}

#[derive(Debug)]
#[allow(dead_code)] // read by the derived `Debug` only
enum Shape {
    Text(String),
    Flag(bool),
    Number(u64),
    Unit,
}

#[inline(never)]
fn signal_code(signal: Option<Signal>) -> u8 {
    match signal {
        None => 0,
        Some(Signal::Off) => 1,
        Some(Signal::Broken) => 2,
        Some(Signal::Unknown) => 3,
        Some(Signal::On(light)) => 10 + light as u8,
    }
}

#[inline(never)]
fn depth(value: Option<Option<Option<Option<bool>>>>) -> i32 {
    match value {
        None => 0,
        Some(None) => 1,
        Some(Some(None)) => 2,
        Some(Some(Some(None))) => 3,
        Some(Some(Some(Some(inner)))) => 4 + inner as i32,
    }
}

#[inline(never)]
fn multi_size(multi: &Multi<'_>) -> u32 {
    match multi {
        Multi::Text(text, extra) => text.len() as u32 + extra,
        Multi::Small(number) => *number,
        Multi::Nothing => 0,
        Multi::Pair(a, b) => u32::from(*a) * u32::from(*b),
    }
}

macro_rules! sizes {
    ($($name:ty),* $(,)?) => {
        $(println!("{:2} {}", size_of::<$name>(), stringify!($name));)*
    };
}

fn main() {
    sizes!(
        Option<NonZeroU8>, Option<NonZeroU128>, Option<&u8>, Option<Box<[u8]>>, Option<Rc<u8>>,
        Option<bool>, Option<Option<Option<bool>>>, Option<char>, Option<Option<char>>, Signal,
        Option<Signal>, Option<Vec<u8>>, Option<Option<String>>, Option<fn()>, Option<u8>,
        Option<Cell<bool>>, Result<(), Box<u8>>, Result<u32, ()>, Option<std::cmp::Ordering>,
    );
    for light in [Light::Red, Light::Amber, Light::Green] {
        print!("{} ", signal_code(Some(Signal::On(light))));
    }
    for signal in [Signal::Off, Signal::Broken, Signal::Unknown] {
        print!("{} {signal:?} ", signal_code(Some(signal)));
    }
    println!("{}", signal_code(None));
    for value in [None, Some(None), Some(Some(None)), Some(Some(Some(None)))] {
        print!("{} {value:?} ", depth(value));
    }
    println!("{} {}", depth(Some(Some(Some(Some(false))))), depth(Some(Some(Some(Some(true))))));

    for multi in [Multi::Text("four", 3), Multi::Small(9), Multi::Nothing, Multi::Pair(300, 300)] {
        println!("{multi:?} {} {}", multi_size(&multi), multi == Multi::Nothing);
    }
    for shape in [Shape::Text("t".repeat(3)), Shape::Flag(true), Shape::Number(1 << 60), Shape::Unit] {
        println!("{shape:?} {}", matches!(shape, Shape::Flag(_) | Shape::Unit));
    }
    let numbers: Vec<Option<NonZeroU32>> = (0..4).map(NonZeroU32::new).collect();
    println!("{numbers:?} {:?}", numbers.iter().flatten().map(|n| n.get()).sum::<u32>());
    println!("{:?}", [-1, 0, 1].map(NonZeroI16::new).map(|n| n.map_or(99, NonZeroI16::get)));
    let mut slot: Option<Box<i32>> = None;
    println!("{:?} {}", slot.take(), slot.get_or_insert_with(|| Box::new(5)));
    println!(
        "{:?} {:?}",
        slot.replace(Box::new(6)),
        slot.as_deref_mut().map(|v| {
            *v += 1;
            *v
        })
    );
}

//! Statics: mutable, with relocations to other statics, functions, strings; interior mutability.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};

static NUMBERS: [i32; 5] = [3, 1, 4, 1, 5];
static SLICE: &[i32] = &NUMBERS;
static MIDDLE: &i32 = &NUMBERS[2];
static TAIL: &[i32] = NUMBERS.split_at(3).1;
static TEXT: &str = "static text";
static TEXTS: [&str; 3] = ["one", TEXT, ""];
static NESTED: &[(&str, &[&str], Option<&'static i32>)] =
    &[("a", &["x", "y"], None), ("b", &TEXTS, Some(MIDDLE)), ("c", &[], Some(&NUMBERS[0]))];
static ZEROED: [u64; 1000] = [0; 1000];
static mut COUNTER: u32 = 10;
static mut TABLE: [[u8; 3]; 2] = [[1, 2, 3], [4, 5, 6]];
static ATOMIC: AtomicI32 = AtomicI32::new(-5);
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LAZY: OnceLock<String> = OnceLock::new();
static FLOATS: (f32, f64, u128) = (1.5, -2.5, u128::MAX - 1);
static CHOICE: Choice = Choice::Both { left: &CHOICES[1], right: 'r' };
static CHOICES: [Choice; 2] = [Choice::Nothing, Choice::Text("text")];

#[derive(Debug)]
#[allow(dead_code)] // read by the derived `Debug` only
enum Choice {
    Nothing,
    Text(&'static str),
    Both { left: &'static Choice, right: char },
}

/// Two statics that point at each other.
struct Ring {
    name: char,
    next: &'static Ring,
}
static RING_A: Ring = Ring { name: 'A', next: &RING_B };
static RING_B: Ring = Ring { name: 'B', next: &RING_A };

trait Op: Sync {
    fn apply(&self, value: i32) -> i32;
}
struct Add(i32);
struct Negate;
impl Op for Add {
    fn apply(&self, value: i32) -> i32 {
        value + self.0
    }
}
impl Op for Negate {
    fn apply(&self, value: i32) -> i32 {
        -value
    }
}
static OPS: [&dyn Op; 3] = [&Add(5), &Negate, &Add(-1)];

fn double(x: i32) -> i32 {
    x * 2
}
fn square(x: i32) -> i32 {
    x * x
}
static FUNCTIONS: &[(&str, fn(i32) -> i32)] =
    &[("double", double), ("square", square), ("abs", i32::abs), ("closure", |x| x - 100)];

struct Shared(UnsafeCell<[u16; 4]>);
// SAFETY: this program has one thread.
unsafe impl Sync for Shared {}
static SHARED: Shared = Shared(UnsafeCell::new([1, 2, 3, 4]));

fn next_id() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(100);
    NEXT.fetch_add(1, Relaxed)
}

fn main() {
    println!("{SLICE:?} {MIDDLE} {TAIL:?} {NESTED:?} {FLOATS:?}");
    println!("{:?} {CHOICES:?}", CHOICE);
    println!("{}{}{}{}", RING_A.name, RING_A.next.name, RING_B.next.next.name, RING_B.next.name);
    println!("{}", OPS.iter().fold(7, |value, op| op.apply(value)));
    println!("{:?}", FUNCTIONS.iter().map(|(name, f)| (*name, f(-6))).collect::<Vec<_>>());
    println!("{} {}", ZEROED.iter().sum::<u64>(), std::ptr::eq(MIDDLE, &SLICE[2]));
    // SAFETY: this program has one thread, and no reference outlives its line.
    unsafe {
        COUNTER += 5;
        TABLE[1][2] = COUNTER as u8;
        let table = &mut *(&raw mut TABLE);
        table.swap(0, 1);
        println!("{} {:?}", { COUNTER }, *table);
        (*SHARED.0.get())[3] += 40;
        println!("{:?}", *SHARED.0.get());
    }
    println!("{} {}", ATOMIC.fetch_sub(10, Relaxed), ATOMIC.load(Relaxed));
    NAMES.lock().unwrap().extend(["n1".to_string(), format!("n{}", next_id())]);
    println!("{:?} {} {}", NAMES.lock().unwrap(), next_id(), next_id());
    println!(
        "{:?} {} {:?}",
        LAZY.get(),
        LAZY.get_or_init(|| "made once".into()),
        LAZY.get().map(String::len)
    );
}

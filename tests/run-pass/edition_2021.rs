//! Rules of the 2021 edition that differ from 2024: where temporaries of a tail expression and `if let` are dropped.
// edition: 2021

use std::cell::RefCell;

thread_local! {
    static LOG: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn log(text: &'static str) {
    LOG.with(|log| log.borrow_mut().push(text));
}

struct Noisy(&'static str);

impl Noisy {
    fn value(&self) -> Option<u32> {
        (self.0.len() > 4).then_some(7)
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        log(self.0);
    }
}

/// The temporary of the tail expression outlives the local (in 2024 it does not).
fn tail() -> u32 {
    let _local = Noisy("local");
    Noisy("temporary").value().unwrap_or(0)
}

/// The scrutinee's temporary lives to the end of the `else` (in 2024 it does not).
fn if_let(name: &'static str) -> u32 {
    if let Some(value) = Noisy(name).value() {
        log("then");
        value
    } else {
        log("else");
        0
    }
}

fn disjoint() -> String {
    let pair = (String::from("left"), String::from("right"));
    let take_left = || pair.0;
    let right = &pair.1;
    format!("{right} {}", take_left())
}

mod old_names {
    pub fn generate(seed: u32) -> u32 {
        seed.wrapping_mul(1_103_515_245).wrapping_add(12_345)
    }

    extern "C" {
        pub fn labs(value: i64) -> i64;
    }

    #[no_mangle]
    pub extern "C" fn exported_without_unsafe(value: u8) -> u8 {
        value / 3
    }
}

fn main() {
    println!("{} {:?}", tail(), LOG.with(|log| log.take()));
    for name in ["abc", "a long name"] {
        println!("{} {:?}", if_let(name), LOG.with(|log| log.take()));
    }
    println!("{}", disjoint());
    println!("{} {}", old_names::generate(1), old_names::exported_without_unsafe(200));
    // SAFETY: `labs` takes every value but the least.
    println!("{}", unsafe { old_names::labs(-5) });
    let array = [1, 2, 3];
    let by_value: Vec<i32> = array.into_iter().collect();
    println!("{by_value:?}");
    let boxed: Box<[i32]> = vec![4, 5].into();
    #[allow(boxed_slice_into_iter)] // by reference in 2021, by value in 2024
    let doubled: i32 = boxed.into_iter().map(|value| value * 2).sum();
    println!("{doubled}");
    match 5 {
        0..=4 => println!("low"),
        5.. => println!("high"),
        _ => println!("negative"),
    }
}

//! Hundreds of calls unwind to the same cleanup: each of them runs it once.
use std::panic::{AssertUnwindSafe, catch_unwind};

struct Guard<'a>(&'a mut Vec<u32>, u32);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.push(self.1);
    }
}

#[inline(never)]
fn step(number: &mut u32, failing: u32) -> u32 {
    *number += 1;
    if *number == failing {
        std::panic::resume_unwind(Box::new(*number));
    }
    *number
}

macro_rules! seven_times {
    ($statement:stmt) => {
        $statement $statement $statement $statement $statement $statement $statement
    };
}

/// 343 calls, which two guards outlive.
fn all(drops: &mut Vec<u32>, failing: u32) -> u32 {
    let mut number = 0;
    let mut total = 0u32;
    let mut inner = Vec::new();
    let outer_guard = Guard(drops, 1000);
    {
        let inner_guard = Guard(&mut inner, 2000);
        seven_times! { seven_times! { seven_times! { total = total.rotate_left(3) ^ step(&mut number, failing) } } }
        inner_guard.0.push(number);
    }
    outer_guard.0.extend(inner);
    total
}

fn main() {
    let mut checksum = 0u64;
    for failing in 1..=344 {
        let mut drops = Vec::new();
        let result = catch_unwind(AssertUnwindSafe(|| all(&mut drops, failing)));
        let thrown = result.as_ref().err().and_then(|payload| payload.downcast_ref::<u32>()).copied();
        if failing % 60 == 4 {
            println!("{failing}: {thrown:?} {:?} {drops:?}", result.as_ref().ok());
        }
        assert_eq!(thrown, (failing < 344).then_some(failing));
        checksum = drops.iter().fold(checksum, |sum, &drop| sum.wrapping_mul(31).wrapping_add(drop.into()));
    }
    println!("{checksum}");
}

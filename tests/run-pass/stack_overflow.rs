//! An endless recursion with frames of several pages, in a named thread: the report and the signal.
// exit: signal 6
// stderr-contains: thread 'deep'
// stderr-contains: has overflowed its stack
// stderr-contains: fatal runtime error: stack overflow

use std::hint::black_box;

#[inline(never)]
fn recurse(depth: u64) -> u64 {
    let numbers = [depth as u8; 100_000];
    if black_box(depth) == u64::MAX { 0 } else { recurse(depth + 1) + u64::from(black_box(&numbers)[7]) }
}

fn main() {
    println!("it begins");
    std::thread::Builder::new().name("deep".to_owned()).spawn(|| println!("{}", recurse(0))).unwrap().join().unwrap();
}

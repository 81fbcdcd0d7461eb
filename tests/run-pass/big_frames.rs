//! Frames of megabytes.

use std::hint::black_box;

#[inline(never)]
fn big(step: usize) -> u64 {
    let mut numbers = [0u64; 500_000];
    for (index, number) in numbers.iter_mut().enumerate() {
        *number = (index * step) as u64;
    }
    black_box(&mut numbers)[step] + numbers[499_999]
}

fn main() {
    println!("{}", big(77));
    let thread = std::thread::Builder::new().stack_size(96 << 20);
    let sum = thread.spawn(|| black_box([1u8; 20_000_000]).iter().map(|&byte| u64::from(byte)).sum::<u64>());
    println!("{}", sum.unwrap().join().unwrap());
}

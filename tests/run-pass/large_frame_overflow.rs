//! A frame that is larger than the stack and its guard pages together is a stack overflow, and nothing else.
// machines: x86_64 aarch64 (LLVM has no stack probes for riscv64)
// exit: signal 6
// stderr-contains: has overflowed its stack

use std::hint::black_box;
use std::mem::MaybeUninit;

#[inline(never)]
fn larger_than_the_stack(depth: u32) -> u8 {
    let mut bytes = [MaybeUninit::<u8>::uninit(); 100 << 20];
    // Only the lowest byte of the frame is used: far below the guard pages.
    black_box(&mut bytes)[0].write(depth as u8);
    // SAFETY: it was written.
    unsafe { bytes[0].assume_init() }
}

fn main() {
    println!("starts");
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let _ = thread.spawn(|| println!("{}", larger_than_the_stack(3))).unwrap().join();
}

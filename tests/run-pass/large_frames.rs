//! Frames of a hundred megabytes, whose pages are touched in order, and arguments of several megabytes by value.

use std::hint::black_box;
use std::mem::MaybeUninit;

#[inline(never)]
fn touches_both_ends() -> usize {
    let mut bytes = [MaybeUninit::<u8>::uninit(); 100 << 20];
    black_box(&mut bytes)[0].write(7);
    let last = bytes.len() - 1;
    bytes[last].write(8);
    // SAFETY: both were written.
    unsafe { usize::from(bytes[0].assume_init()) + usize::from(bytes[black_box(last)].assume_init()) }
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Large([u32; 700_000]);

#[repr(C, align(4096))]
#[derive(Clone, Copy)]
struct LargePages([u8; 3 << 20]);

#[inline(never)]
extern "C" fn by_value(x: u8, large: Large, y: f64, pages: LargePages, z: u64) -> u64 {
    let place = black_box(&raw const pages).addr() % 4096;
    let sum = u64::from(large.0[black_box(699_999)]) + u64::from(pages.0[black_box(3 << 19)]);
    sum + u64::from(x) + y as u64 + z + place as u64
}

#[inline(never)]
extern "C-unwind" fn throws(large: Large) -> u32 {
    let last = large.0[699_999];
    if last > 5 { std::panic::panic_any(last) } else { last }
}

fn work() -> String {
    let large = Large([6; 700_000]);
    let sum = by_value(1, large, 2.0, LargePages([3; 3 << 20]), 4);
    let pointer: extern "C" fn(u8, Large, f64, LargePages, u64) -> u64 = black_box(by_value);
    let again = pointer(9, large, 2.0, LargePages([5; 3 << 20]), 4);
    let thrown = std::panic::catch_unwind(|| throws(large)).unwrap_err();
    format!("{} {sum} {again} {:?}", touches_both_ends(), thrown.downcast_ref::<u32>())
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work);
    println!("{}", thread.unwrap().join().unwrap());
}

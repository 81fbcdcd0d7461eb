//! Microsoft's convention: variable arguments, and panics that leave its functions.
// machines: x86_64 (a convention that others do not have)

use std::arch::global_asm;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

// Adds all of its arguments' bits: floats are in the integer registers as well.
global_asm!(
    ".globl win64_sum",
    "win64_sum:",
    "lea rax, [rcx + rdx]",
    "add rax, r8",
    "add rax, r9",
    "add rax, qword ptr [rsp + 40]",
    "add rax, qword ptr [rsp + 48]",
    "ret",
);

unsafe extern "win64" {
    fn win64_sum(first: u64, ...) -> u64;
}

struct Loud(u32);

impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped {}", self.0);
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Large([u64; 5]);

#[inline(never)]
extern "win64-unwind" fn throws(a: u8, b: f64, c: Large, d: u128, e: f32, f: i16) -> Large {
    let _loud = Loud(1);
    if f < 0 {
        std::panic::panic_any(i32::from(f) + i32::from(a));
    }
    Large([c.0[4], d as u64, (d >> 64) as u64, b as u64, e as u64])
}

#[inline(never)]
extern "win64-unwind" fn passes_on(depth: i32, saved: &mut [f64; 3]) -> i64 {
    let _loud = Loud(2);
    saved[0] += 1.5;
    if depth == 0 {
        std::panic::panic_any("out of the innermost");
    }
    passes_on(depth - 1, saved) + 1
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    // SAFETY: it reads six arguments.
    let sum = unsafe { win64_sum(1, 2u64, 3.5f64, 4u32 as u64, 5.25f64, 6i64) };
    println!("{}", sum.wrapping_sub(3.5f64.to_bits()).wrapping_sub(5.25f64.to_bits()));
    let pointer: extern "win64-unwind" fn(u8, f64, Large, u128, f32, i16) -> Large = black_box(throws);
    for f in [3, -3] {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let _loud = Loud(3);
            pointer(100, 2.5, Large([1, 2, 3, 4, 5]), 6 << 64 | 7, 8.5, f)
        }));
        println!("{:?}", outcome.map_err(|payload| payload.downcast_ref::<i32>().copied()));
    }
    let mut saved = [0.0; 3];
    let outcome = catch_unwind(AssertUnwindSafe(|| passes_on(2, &mut saved)));
    println!("{:?} {saved:?}", outcome.map_err(|payload| payload.downcast_ref::<&str>().copied()));
}

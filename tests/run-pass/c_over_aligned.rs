//! Over-aligned aggregates by value in C's conventions: at an aligned address, in every kind of call.
#![feature(c_variadic)]
#![allow(improper_ctypes_definitions)]

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

macro_rules! aligned {
    ($($name:ident $align:literal $size:literal)*) => {$(
        #[repr(C, align($align))]
        #[derive(Clone, Copy)]
        struct $name([u8; $size]);

        impl $name {
            fn new(seed: u8) -> $name {
                let mut bytes = [seed; $size];
                bytes[$size - 1] = seed.wrapping_add(1);
                $name(bytes)
            }

            /// 0 if it is where it has to be, and as it was made.
            fn faults(&self, seed: u8) -> usize {
                let address = black_box(&raw const *self).addr() % $align;
                let wrong = self.0.iter().filter(|&&byte| byte != seed).count() != 1;
                address + usize::from(wrong) + usize::from(self.0[$size - 1] != seed.wrapping_add(1))
            }
        }
    )*};
}
aligned!(A16 16 16 A32 32 40 A64 64 64 A128 128 128 A512 512 8 A4096 4096 5000 A8192 8192 3 A65536 65536 70000);

#[derive(Clone, Copy)]
#[repr(C)]
struct Small(u32, f64);

#[inline(never)]
extern "C" fn one<const N: usize>(a: A128) -> usize {
    a.faults(1) + N
}

#[inline(never)]
extern "C" fn mixed(a: A32, i: u8, b: A4096, f: f64, small: Small, c: A16, wide: u128, d: A64) -> [usize; 3] {
    let faults = a.faults(1) + b.faults(2) + c.faults(3) + d.faults(4);
    [faults, usize::from(i) + small.0 as usize, wide as usize + f as usize + small.1 as usize]
}

#[inline(never)]
extern "C" fn many(a: A512, b: A32, c: A8192, d: A65536, e: A128, f: A32) -> usize {
    a.faults(1) + b.faults(2) + c.faults(3) + d.faults(4) + e.faults(5) + f.faults(6)
}

#[inline(never)]
#[cfg(target_arch = "x86_64")]
extern "sysv64" fn sysv(a: A64, x: u16, b: A128) -> usize {
    a.faults(7) + b.faults(8) + usize::from(x)
}

#[inline(never)]
#[cfg(target_arch = "x86_64")]
extern "win64" fn windows(a: A64, x: u16, b: A4096, c: A128) -> usize {
    a.faults(7) + b.faults(8) + c.faults(9) + usize::from(x)
}

#[inline(never)]
extern "efiapi" fn firmware(a: A32, b: A32) -> usize {
    a.faults(7) + b.faults(8)
}

#[inline(never)]
extern "C" fn result(a: A64, seed: u8) -> A128 {
    if a.faults(seed) == 0 { A128::new(seed) } else { A128::new(0) }
}

// LLVM 22 reads floats after such parameters from the wrong place.
#[inline(never)]
unsafe extern "C" fn variadic(a: A64, b: A4096, mut rest: ...) -> usize {
    // SAFETY: the caller passes what is read.
    a.faults(1) + b.faults(2) + unsafe { rest.arg::<i32>() as usize + rest.arg::<u64>() as usize }
}

struct Loud(&'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped {}", self.0);
    }
}

#[inline(never)]
extern "C-unwind" fn throws(a: A128, i: i32) -> i64 {
    let _loud = Loud("in the callee");
    if i == 3 {
        std::panic::panic_any(a.faults(9));
    }
    i64::from(i)
}

fn unwinding(function: extern "C-unwind" fn(A128, i32) -> i64) {
    for i in 2..4 {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let _loud = Loud("in the caller");
            function(A128::new(9), i) + 1
        }));
        println!("{:?}", outcome.map_err(|payload| payload.downcast_ref::<usize>().copied()));
    }
}

/// Calls from frames of different sizes: the stack pointer is at every multiple of 16.
#[inline(never)]
fn deeper(depth: usize, bytes: &[u8]) -> usize {
    let local = black_box([depth as u64; 3]);
    let below = if depth == 0 { 0 } else { deeper(depth - 1, bytes) };
    below + one::<0>(A128::new(1)) + local[2] as usize + bytes.len()
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    println!("{} {}", one::<0>(A128::new(1)), deeper(9, &[0]));
    let small = Small(10, 20.0);
    let arguments = (A32::new(1), A4096::new(2), A16::new(3), A64::new(4));
    println!("{:?}", mixed(arguments.0, 5, arguments.1, 6.5, small, arguments.2, 1 << 33, arguments.3));
    let seeds = (A512::new(1), A32::new(2), A8192::new(3), A65536::new(4));
    println!("{}", many(seeds.0, seeds.1, seeds.2, seeds.3, A128::new(5), A32::new(6)));
    let pointer: extern "C" fn(A128) -> usize = black_box(one::<4>);
    println!("{} {}", pointer(A128::new(1)), pointer as usize == one::<4> as *const () as usize);
    #[cfg(target_arch = "x86_64")]
    {
        println!("{}", sysv(A64::new(7), 300, A128::new(8)));
        println!("{}", windows(A64::new(7), 300, A4096::new(8), A128::new(9)));
    }
    println!("{}", firmware(A32::new(7), A32::new(8)));
    println!("{}", result(A64::new(40), 40).faults(40));
    // SAFETY: the arguments are those that the function reads.
    println!("{}", unsafe { variadic(A64::new(1), A4096::new(2), 30, 4u64) });
    unwinding(black_box(throws));
    unwinding(throws);
}

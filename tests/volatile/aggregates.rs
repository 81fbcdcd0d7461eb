//! Accesses of aggregates. Compilers may split them into any accesses. `runs` means that, between a read and
//! a write, the same bytes are accessed equally often as in LLVM's program. `bytes` means the same for the
//! whole case, since copies mix reads and writes.

use std::hint::black_box;
use std::intrinsics::{unaligned_volatile_load, unaligned_volatile_store};
use std::simd::{i64x2, i64x4};

use super::counter::machine::COPIES_TWICE;
use super::counter::{HALF, case};

macro_rules! cases {
    (unaligned $($ty:ty;)*) => {
        $(cases! { rule "runs", $ty;
            "unaligned" => |p, value| {
                let p = p.byte_add(1);
                unaligned_volatile_store(p, *value);
                unaligned_volatile_store(p, *value);
                black_box(unaligned_volatile_load(p));
                unaligned_volatile_load(p);
            },
        })*
    };
    (aligned $($ty:ty;)*) => {
        $(cases!(one $ty);)*
    };
    (one $ty:ty) => {
        cases!(typed "runs", "bytes", $ty);
    };
    (typed $rule:literal, $whole_rule:literal, $ty:ty) => {
        cases! { rule $rule, $ty;
            "two writes" => |p, value| { p.write_volatile(*value); p.write_volatile(*value); },
            "write, read" => |p, value| { p.write_volatile(*value); black_box(p.read_volatile()); },
            "two reads" => |p, value| { black_box((p.read_volatile(), p.read_volatile(), value)); },
            "unused reads" => |p, value| { p.read_volatile(); p.read_volatile(); black_box(value); },
            "in a loop" => |p, value| {
                for _ in 0..black_box(2) { p.write_volatile(*value); p.read_volatile(); }
            },
        }
        cases! { rule $whole_rule, $ty;
            "from one place to another" => |p, value| {
                p.byte_add(HALF).write_volatile(p.read_volatile());
                p.byte_add(HALF).write_volatile(p.read_volatile());
                black_box(value);
            },
        }
    };
    (rule $rule:literal, $ty:ty; $($name:literal => |$p:ident, $value:ident| $body:block,)*) => {
        $({
            unsafe fn function(base: *mut u8) {
                let zeroes = black_box([0u8; size_of::<$ty>()]);
                let $value = &unsafe { zeroes.as_ptr().cast::<$ty>().read_unaligned() };
                let $p = base.cast::<$ty>();
                unsafe { $body }
            }
            let rule = match $rule {
                "runs" if COPIES_TWICE => "copies",
                "bytes" if COPIES_TWICE => "copy",
                rule => rule,
            };
            case(rule, concat!(stringify!($ty), ", ", $name), function);
        })*
    };
}

#[derive(Clone, Copy)]
#[repr(C, packed)]
pub struct Packed {
    small: u8,
    large: u64,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Nested {
    pair: [Packed; 2],
    number: f64,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub union Either {
    bytes: [u8; 6],
    number: u32,
}

macro_rules! types {
    ($($aligned:ty;)* | $($only_aligned:ty;)*) => {
        cases! { aligned $($aligned;)* $($only_aligned;)* }
        cases! { unaligned $($aligned;)* }
    };
}

pub fn run() {
    types! {
        ();
        [u64; 0];
        [u8; 1];
        [u8; 3];
        [u16; 4];
        [u8; 7];
        [u32; 5];
        [u64; 4];
        [u8; 33];
        [u8; 64];
        [u8; 65];
        [u16; 50];
        [u64; 16];
        (u64, u64);
        (f32, f32);
        (f64, u64);
        (u32, u32, u32);
        (u8, u8);
        (*const u8, usize);
        [f64; 3];
        Packed;
        Nested;
        Either;
        [f16; 5];
        // LLVM's program assumes that these are aligned, even if the intrinsic says that they are not.
        |
        (u128, u128);
        [u128; 2];
        [f128; 2];
        i64x2;
        i64x4;
    }
    // Written by the C library's functions.
    cases!(typed "copy", "copy", [u64; 40]);
}

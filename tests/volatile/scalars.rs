//! Accesses of one value. `exact` means the same reads and writes in the same order as in LLVM's program. An
//! instruction that reads and writes (`X`) counts as both.

use std::hint::black_box;
use std::intrinsics::{unaligned_volatile_load, unaligned_volatile_store};
use std::mem::MaybeUninit;
use std::num::NonZero;

use super::counter::machine::SPLITS_UNALIGNED;
use super::counter::{case, opaque};

macro_rules! cases {
    ($rule:literal; $($ty:ty: $first:expr, $second:expr;)*) => {
        $(cases!(one $rule, $ty, $first, $second);)*
    };
    (one $rule:literal, $ty:ty, $first:expr, $second:expr) => {
        cases! { pointers $rule, $ty;
            "two writes" => |p| { p.write_volatile($first); p.write_volatile($second); },
            "the same value twice" => |p| { p.write_volatile($first); p.write_volatile($first); },
            "write, read" => |p| { p.write_volatile($first); black_box(p.read_volatile()); },
            "read, write what was read" => |p| { let value = p.read_volatile(); p.write_volatile(value); },
            "two reads" => |p| { black_box((p.read_volatile(), p.read_volatile())); },
            "unused reads" => |p| { p.read_volatile(); p.read_volatile(); },
            "unused read between writes" => |p| {
                p.write_volatile($first); p.read_volatile(); p.write_volatile($first);
            },
            "writes in a loop" => |p| { for _ in 0..black_box(3) { p.write_volatile($first); } },
            "reads in a loop" => |p| { for _ in 0..black_box(3) { p.read_volatile(); } },
            "a loop that is known" => |p| { for _ in 0..3 { p.write_volatile($first); p.read_volatile(); } },
            "reads and writes in a loop" => |p| {
                for _ in 0..black_box(2) {
                    let value = p.read_volatile();
                    p.write_volatile(value);
                    p.write_volatile($second);
                }
            },
            "one branch" => |p| { if black_box(true) { p.write_volatile($first); } p.write_volatile($second); },
            "both branches" => |p| {
                if black_box(false) { p.write_volatile($first); } else { p.write_volatile($second); }
                p.read_volatile();
            },
            "before a branch" => |p| {
                p.write_volatile($first);
                let value = p.read_volatile();
                if black_box(false) { black_box(value); }
            },
            "across calls" => |p| {
                p.write_volatile($first); opaque(); p.write_volatile($first); opaque(); p.read_volatile();
            },
            "neighbours" => |p| {
                p.add(1).write_volatile($first);
                p.write_volatile($second);
                p.add(1).write_volatile($first);
                black_box((p.read_volatile(), p.add(1).read_volatile(), p.read_volatile()));
            },
            "unaligned" => |p| {
                let p = p.byte_add(1);
                unaligned_volatile_store(p, $first);
                unaligned_volatile_store(p, $first);
                black_box((unaligned_volatile_load(p), unaligned_volatile_load(p)));
                unaligned_volatile_load(p);
            },
        }
    };
    (pointers $rule:literal, $ty:ty; $($name:literal => |$p:ident| $body:block,)*) => {
        $({
            unsafe fn function(base: *mut u8) {
                let $p = base.cast::<$ty>();
                unsafe { $body }
            }
            let rule = if $name == "unaligned" && SPLITS_UNALIGNED { "bytes" } else { $rule };
            case(rule, concat!(stringify!($ty), ", ", $name), function);
        })*
    };
}

#[derive(Clone, Copy)]
#[repr(u16)]
pub enum Colour {
    Red,
    Green = 700,
}

pub fn run() {
    cases! { "exact";
        u8: 1, 2;
        u16: 0x102, 3;
        u32: 0x1020304, 5;
        u64: 0x102030405060708, 9;
        usize: 1, 2;
        i8: -1, 2;
        i16: -1, 2;
        i32: -1, 2;
        i64: -1, 2;
        f16: 1.0, 2.0;
        f32: 1.0, 2.0;
        f64: 1.0, 2.0;
        bool: true, false;
        char: 'a', 'b';
        *const u8: std::ptr::null(), 8 as *const u8;
        Option<fn()>: Some(opaque), None;
        Option<NonZero<u32>>: NonZero::new(1), None;
        Colour: Colour::Red, Colour::Green;
        std::cmp::Ordering: std::cmp::Ordering::Less, std::cmp::Ordering::Equal;
        MaybeUninit<u32>: MaybeUninit::uninit(), MaybeUninit::new(1);
    }
    // One access, or two in any order.
    cases! { "runs";
        f128: 1.0, 2.0;
        u128: 0x102030405060708090a0b0c0d0e0f10, 1;
        i128: -1, 2;
    }
}

//! The intrinsics that copy and fill. `copy` means that the same bytes are read and written as in LLVM's
//! program, each at least once for each copy, and no byte more often than the most accessed one there:
//! `memcpy` accesses some bytes twice.

use std::hint::black_box;
use std::intrinsics::{volatile_copy_memory, volatile_copy_nonoverlapping_memory, volatile_set_memory};

use super::counter::machine::COPY_RULE;
use super::counter::{HALF, case};

macro_rules! cases {
    ($($ty:ty: $($count:literal)*;)*) => {
        $($(cases! { one $ty, $count;
            "copy" => |p| {
                volatile_copy_nonoverlapping_memory(p.byte_add(HALF), p, $count);
                volatile_copy_nonoverlapping_memory(p.byte_add(HALF), p, $count);
            },
            "copy in a loop" => |p| {
                for _ in 0..black_box(2) {
                    volatile_copy_nonoverlapping_memory(p.byte_add(HALF), p, $count);
                }
            },
            "copy into the frame" => |p| {
                let mut place = [const { std::mem::MaybeUninit::<$ty>::uninit() }; $count];
                volatile_copy_nonoverlapping_memory(place.as_mut_ptr().cast(), p, $count);
                volatile_copy_nonoverlapping_memory(place.as_mut_ptr().cast(), p, $count);
            },
            "copy of a size that is not known" => |p| {
                volatile_copy_nonoverlapping_memory(p.byte_add(HALF), p, black_box($count));
            },
            "move" => |p| {
                volatile_copy_memory(p.add(1), p, $count);
                volatile_copy_memory(p.add(1), p, $count);
            },
            "move of a size that is not known" => |p| { volatile_copy_memory(p.add(1), p, black_box($count)); },
            "fill" => |p| {
                volatile_set_memory(p, 7, $count);
                volatile_set_memory(p, 7, $count);
            },
            "fill with a byte that is not known" => |p| { volatile_set_memory(p, black_box(7), $count); },
            "fill of a size that is not known" => |p| { volatile_set_memory(p, 7, black_box($count)); },
        })*)*
    };
    (one $ty:ty, $count:literal; $($name:literal => |$p:ident| $body:block,)*) => {
        $({
            unsafe fn function(base: *mut u8) {
                let $p = base.cast::<$ty>();
                unsafe { $body }
            }
            case(COPY_RULE, concat!(stringify!($ty), " x ", $count, ", ", $name), function);
        })*
    };
}

pub fn run() {
    cases! {
        (): 5;
        u8: 0 1 2 3 5 7 8 13 16 31 32 33 64 65 100 128 129 1000;
        u16: 1 3;
        u64: 1 4 9;
        u128: 1 3;
    }
}

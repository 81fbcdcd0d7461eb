//! Plain accesses around inline assembly, which may access all memory unless its options say otherwise. A
//! block without instructions, the classical compiler barrier, is no exception.

use std::arch::asm;
use std::hint::black_box;

use super::counter::cases_within;

macro_rules! cases {
    ($($ty:ty: $width:literal;)*) => {
        $(cases_within! { "assembly", $ty, $width;
            "W W", "writes around an empty block" => |p| { *p = 1; asm!(""); *p = 2; },
            "W W", "the same value around an empty block" => |p| { *p = 1; asm!("", options(nostack)); *p = 1; },
            "W W", "writes around a comment" => |p| { *p = 1; asm!("/* nothing */"); *p = 2; },
            "W W", "writes around an instruction" => |p| { *p = 1; asm!("nop"); *p = 2; },
            "W W", "writes around a block that only reads" => |p| {
                *p = 1; asm!("", options(readonly)); *p = 2;
            },
            "R R", "reads around an empty block" => |p| { black_box((*p, { asm!(""); *p })); },
            "R R", "reads around an instruction" => |p| { black_box((*p, { asm!("nop"); *p })); },
            "W R", "a written value read after an empty block" => |p| { *p = 1; asm!(""); black_box(*p); },
            "W W R", "around a value that passes through" => |p| {
                let mut value = 3_u64;
                *p = 1; asm!("/* {} */", inout(reg) value); *p = 2; asm!("/* {} */", in(reg) value); black_box(*p);
            },
            "W W W", "in a loop" => |p| { for _ in 0..black_box(3) { *p = 1; asm!(""); } },
        })*
    };
}


pub fn run() {
    cases! {
        u8: 1;
        u16: 2;
        u32: 4;
        u64: 8;
    }
}

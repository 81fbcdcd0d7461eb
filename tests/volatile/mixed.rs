//! Volatile and plain accesses of the same location. Plain ones may be removed: `within 2 W4@0 R4@0` means
//! that these two accesses are made, in this order.

use std::hint::black_box;

use super::counter::{cases_within, opaque};

macro_rules! cases {
    ($($ty:ty: $width:literal;)*) => {
        $(cases_within! { "mixed", $ty, $width;
            "W R", "written, then read" => |p| { p.write_volatile(1); black_box(*p); black_box(p.read_volatile()); },
            "W W", "a plain write between" => |p| { p.write_volatile(1); *p = 1; p.write_volatile(1); },
            "W R W", "plain writes around" => |p| {
                *p = 1; p.write_volatile(1); *p = 1; p.read_volatile(); *p = 1; p.write_volatile(1); *p = 1;
            },
            "R R", "plain reads around" => |p| {
                let first = *p;
                let second = p.read_volatile();
                let third = *p;
                black_box((first, second, third, p.read_volatile(), *p));
            },
            "R W", "incremented" => |p| { p.write_volatile(p.read_volatile().wrapping_add(1)); },
            "R R W", "read twice for one sum" => |p| {
                *p = p.read_volatile().wrapping_add(p.read_volatile()); p.write_volatile(*p);
            },
            "W W W", "a plain write in a loop" => |p| {
                for _ in 0..black_box(3) { *p = 2; p.write_volatile(2); *p = 2; }
            },
            "R R R", "a plain read in a loop" => |p| {
                let mut sum = *p;
                for _ in 0..black_box(3) { sum = sum.wrapping_add(*p); p.read_volatile(); }
                black_box(sum);
            },
            "W W R", "in branches" => |p| {
                if black_box(true) { p.write_volatile(3); *p = 3; } else { *p = 4; p.write_volatile(4); }
                p.write_volatile(3);
                if black_box(true) { black_box(*p); p.read_volatile(); }
            },
            "W W R R", "across calls" => |p| {
                *p = 1; p.write_volatile(1); opaque(); *p = 1; p.write_volatile(1);
                p.read_volatile(); opaque(); black_box(*p); p.read_volatile();
            },
            "W R", "a copy of both" => |p| {
                p.write_volatile(1);
                p.add(1).copy_from(p, 1);
                p.read_volatile();
                p.copy_from(p.add(1), 1);
            },
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

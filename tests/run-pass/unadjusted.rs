//! `extern "unadjusted"` with aggregates by value: each member is passed separately, as with LLVM.
#![feature(abi_unadjusted)]
#![allow(internal_features, improper_ctypes_definitions)]

use std::hint::black_box;

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mixed {
    small: u8,
    wide: u64,
    float: f32,
    list: [i16; 3],
    truth: bool,
}

#[repr(C, packed)]
#[derive(Clone, Copy)]
struct Packed(u8, u32, u16);

#[repr(C)]
union Either {
    number: u64,
    bytes: [u8; 12],
}

#[inline(never)]
extern "unadjusted" fn mixed(first: Mixed, x: f64, second: Mixed) -> u64 {
    assert_eq!(first, Mixed { small: second.small, ..first });
    u64::from(first.small)
        + second.wide
        + second.float as u64
        + x as u64
        + second.list[2] as u64
        + u64::from(first.truth)
}

#[inline(never)]
extern "unadjusted" fn packed(value: Packed, either: Either) -> Packed {
    // SAFETY: both members are bytes.
    let bytes = unsafe { either.bytes };
    Packed(value.0 + bytes[0], value.1 + u32::from(bytes[11]), value.2)
}

#[inline(never)]
extern "unadjusted" fn returned(seed: u64) -> [u64; 5] {
    [seed, seed + 1, seed + 2, seed + 3, seed + 4]
}

#[inline(never)]
extern "unadjusted" fn two(pair: (u32, u64), array: [u32; 2]) -> Mixed {
    Mixed {
        small: 1,
        wide: pair.1 + u64::from(array[0]),
        float: 2.5,
        list: [1, 2, array[1] as i16],
        truth: pair.0 == 7,
    }
}

fn main() {
    let value = Mixed { small: 1, wide: 200, float: 3.5, list: [4, 5, 6], truth: true };
    println!("{}", mixed(value, 7.0, value));
    let pointer = black_box(packed as extern "unadjusted" fn(Packed, Either) -> Packed);
    let result = pointer(Packed(1, 2, 3), Either { bytes: [9; 12] });
    println!("{} {} {}", result.0, { result.1 }, { result.2 });
    // SAFETY: both members are bytes.
    println!("{}", unsafe { Either { bytes: [1; 12] }.number });
    println!("{:?}", returned(5));
    println!("{:?}", two((7, 8), [9, 10]));
}

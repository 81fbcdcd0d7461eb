//! Generic intrinsics of LLVM by name: scalars, vectors of all sizes, pairs, constants, memory, their callers' frames.
#![feature(link_llvm_intrinsics, abi_unadjusted, simd_ffi, repr_simd, f16, f128)]
#![allow(internal_features, improper_ctypes)]

use std::hint::black_box;

#[repr(simd)]
#[derive(Clone, Copy)]
struct F32x4([f32; 4]);
#[repr(simd)]
#[derive(Clone, Copy)]
struct I16x4([i16; 4]);
#[repr(simd)]
#[derive(Clone, Copy)]
struct I64x4([i64; 4]);
#[repr(simd)]
#[derive(Clone, Copy)]
struct F16x8([f16; 8]);

macro_rules! intrinsics {
    ($($llvm:literal $name:ident($($argument:ident: $ty:ty),*) $(-> $result:ty)?;)*) => {
        unsafe extern "unadjusted" {
            $(#[link_name = $llvm] fn $name($($argument: $ty),*) $(-> $result)?;)*
        }
    };
}

intrinsics! {
    "llvm.sqrt.f64" sqrt(x: f64) -> f64;
    "llvm.ctpop.i32" ctpop(x: u32) -> u32;
    "llvm.ctpop.i128" ctpop_wide(x: u128) -> u128;
    "llvm.ctlz.i32" ctlz(x: u32, zero_is_poison: bool) -> u32;
    "llvm.fshl.i32" fshl(high: u32, low: u32, distance: u32) -> u32;
    "llvm.bitreverse.i8" bitreverse(x: u8) -> u8;
    "llvm.bswap.i128" bswap(x: u128) -> u128;
    "llvm.sadd.sat.i16" sadd_sat(x: i16, y: i16) -> i16;
    "llvm.uadd.with.overflow.i32" uadd(x: u32, y: u32) -> (u32, bool);
    "llvm.smul.with.overflow.i64" smul(x: i64, y: i64) -> (i64, bool);
    "llvm.umul.with.overflow.i8" umul(x: u8, y: u8) -> (u8, bool);
    "llvm.is.fpclass.f32" is_fpclass(x: f32, classes: i32) -> bool;
    "llvm.expect.i1" expect(x: bool, expected: bool) -> bool;
    "llvm.fabs.f16" fabs_half(x: f16) -> f16;
    "llvm.copysign.f128" copysign(x: f128, sign: f128) -> f128;
    "llvm.fabs.v4f32" fabs_lanes(x: F32x4) -> F32x4;
    "llvm.fabs.v8f16" fabs_halves(x: F16x8) -> F16x8;
    "llvm.smax.v4i16" smax_lanes(x: I16x4, y: I16x4) -> I16x4;
    "llvm.abs.v4i64" abs_lanes(x: I64x4, minimum_is_poison: bool) -> I64x4;
    "llvm.vector.reduce.add.v4i64" sum(x: I64x4) -> i64;
    "llvm.memset.p0.i64" memset(to: *mut u8, byte: u8, count: i64, is_volatile: bool);
    "llvm.memmove.p0.p0.i64" memmove(to: *mut u8, from: *const u8, count: i64, is_volatile: bool);
    "llvm.prefetch.p0" prefetch(address: *const u8, write: i32, locality: i32, is_data: i32);
    "llvm.donothing" donothing();
}

fn integers() {
    let x = black_box(0x1234_5678_u32);
    let wide = black_box(u128::MAX << 7 | 5);
    unsafe {
        println!("{} {} {:x}", ctpop(x), ctpop_wide(wide), bswap(wide));
        println!("{} {} {}", ctlz(x, true), ctlz(black_box(0), false), fshl(x, black_box(0x9000_0000), 4));
        println!("{} {}", bitreverse(black_box(0b1101)), sadd_sat(black_box(30_000), black_box(20_000)));
        println!("{:?} {:?}", uadd(x, black_box(u32::MAX)), uadd(x, 1));
        println!("{:?} {:?}", smul(black_box(i64::MAX), 3), smul(black_box(-7), black_box(6)));
        println!("{:?} {:?}", umul(black_box(16), black_box(16)), umul(black_box(15), 17));
        println!("{} {}", expect(black_box(true), true), expect(black_box(false), true));
        donothing();
    }
}

fn floats() {
    unsafe {
        println!("{} {}", sqrt(black_box(2.0)), fabs_half(black_box(-1.5)) as f32);
        println!("{:x}", copysign(black_box(2.0), black_box(-0.0)).to_bits());
        // Not a number at all, and infinities.
        println!("{:?}", [1.0, f32::NAN, f32::INFINITY].map(|x| (is_fpclass(x, 0x3), is_fpclass(x, 0x204))));
    }
}

// On riscv64, rustc refuses calls with vectors without an extension that is not everywhere.
#[cfg(not(target_arch = "riscv64"))]
fn vectors() {
    unsafe {
        println!("{:?}", fabs_lanes(black_box(F32x4([-1.0, 2.0, -0.0, f32::NEG_INFINITY]))));
        let halves = fabs_halves(black_box(F16x8([-1.0, 2.0, -0.5, 0.0, -4.0, 8.0, -16.0, 32.0])));
        let halves: [f16; 8] = std::mem::transmute(halves);
        println!("{:?}", halves.map(|half| half as f32));
        let (x, y) = (black_box(I16x4([1, -2, 3, -4])), black_box(I16x4([-1, 2, -3, 4])));
        println!("{:?}", smax_lanes(x, y));
    }
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
fn wide_vectors() {
    unsafe {
        let lanes = abs_lanes(black_box(I64x4([-1, 2, -3, i64::MIN])), false);
        println!("{:?} {}", lanes, sum(lanes));
    }
}

fn memory() {
    let mut bytes = [1_u8, 2, 3, 4, 5, 6, 7, 8];
    unsafe {
        memset(bytes.as_mut_ptr(), black_box(9), 3, false);
        memmove(bytes.as_mut_ptr().add(1), bytes.as_ptr(), 6, false);
        prefetch(bytes.as_ptr(), 0, 3, 1);
    }
    println!("{bytes:?}");
}

// On riscv64, the backend refuses these.
#[cfg(not(target_arch = "riscv64"))]
intrinsics! {
    "llvm.returnaddress" return_address(level: i32) -> *const u8;
    "llvm.frameaddress.p0" frame_address(level: i32) -> *const u8;
}

/// Its own return address and frame, and those of its caller.
#[cfg(not(target_arch = "riscv64"))]
#[inline(never)]
fn frames() -> [*const u8; 4] {
    unsafe { [return_address(0), return_address(1), frame_address(0), frame_address(1)] }
}

#[cfg(not(target_arch = "riscv64"))]
#[inline(never)]
fn caller() -> bool {
    let own = unsafe { [return_address(0), frame_address(0)] };
    let [returns_here, returns_on, callee, here] = black_box(frames());
    let start = caller as fn() -> bool as usize;
    let is_here = (start..start + 4096).contains(&(returns_here as usize));
    println!("{is_here} {} {} {}", returns_on == own[0], here == own[1], callee < here);
    is_here
}

// `repr(simd)` types may not be borrowed in parts.
macro_rules! debug {
    ($($vector:ident [$element:ty; $lanes:literal])*) => {
        $(impl std::fmt::Debug for $vector {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                unsafe { std::mem::transmute::<$vector, [$element; $lanes]>(*self) }.fmt(f)
            }
        })*
    };
}

debug! { F32x4 [f32; 4] I16x4 [i16; 4] I64x4 [i64; 4] }

fn main() {
    integers();
    floats();
    #[cfg(not(target_arch = "riscv64"))]
    vectors();
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        unsafe { wide_vectors() };
    }
    memory();
    #[cfg(not(target_arch = "riscv64"))]
    black_box(caller());
}

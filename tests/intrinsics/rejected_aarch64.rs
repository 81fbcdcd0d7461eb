//! Calls of LLVM's intrinsics that LLVM rejects. `//~ TEXT` ends a line that has an error, and is part of the message.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted, simd_ffi)]
#![allow(internal_features, improper_ctypes)]

use core::arch::aarch64::*;

unsafe extern "unadjusted" {
    #[link_name = "llvm.aarch64.nosuch"]
    fn unknown(x: float32x4_t) -> float32x4_t;
    #[link_name = "llvm.aarch64.neon.frecpe.v4f32"]
    fn one_too_many(x: float32x4_t, y: i32) -> float32x4_t;
    #[link_name = "llvm.aarch64.hint"]
    fn with_result(hint: i32) -> i32;
    #[link_name = "llvm.aarch64.crypto.sm3tt1a"]
    fn not_constant(x: uint32x4_t, y: uint32x4_t, z: uint32x4_t, index: i64) -> uint32x4_t;
    #[link_name = "llvm.aarch64.crc32b"]
    fn of_byte(sum: u32, byte: u8) -> u32;
}

pub unsafe fn calls(x: float32x4_t, y: uint32x4_t, number: i64) -> float32x4_t {
    unsafe {
        with_result(1); //~ `llvm.aarch64.hint`: Intrinsic has incorrect return type
        of_byte(1, 2); //~ `llvm.aarch64.crc32b`: Intrinsic has incorrect argument type
        not_constant(y, y, y, number); //~ immarg operand has non-immediate parameter
        let x = one_too_many(x, 1); //~ `llvm.aarch64.neon.frecpe.v4f32`: Intrinsic has incorrect argument type
        unknown(x) //~ LLVM rejects this call of `llvm.aarch64.nosuch`: unknown intrinsic 'llvm.aarch64.nosuch'
    }
}

//! Calls of LLVM's intrinsics that LLVM rejects. `//~ TEXT` ends a line that has an error, and is part of the message.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted, repr_simd, simd_ffi)]
#![allow(internal_features, improper_ctypes)]

use core::arch::x86_64::*;

#[repr(C)]
pub struct Two(u8, u64);

unsafe extern "unadjusted" {
    #[link_name = "llvm.x86.nosuch"]
    fn unknown(x: __m128) -> __m128;
    #[link_name = "llvm.x86.sse \"quoted\\\" @\n"]
    fn strange();
    #[link_name = "llvm.x86.sse.rcp.ps"]
    fn one_too_many(x: __m128, y: i32) -> __m128;
    #[link_name = "llvm.x86.sse2.pause"]
    fn with_result() -> i32;
    #[link_name = "llvm.x86.sse41.dpps"]
    fn not_constant(x: __m128, y: __m128, mask: i8) -> __m128;
    #[link_name = "llvm.ctlz.i32"]
    fn not_constant_truth(x: u32, zero_is_poison: bool) -> u32;
    #[link_name = "llvm.ctpop.i64"]
    fn of_float(x: f64) -> f64;
    #[link_name = "llvm.x86.rdtscp"]
    fn wrong_pair() -> Two;
}

pub unsafe fn calls(x: __m128, number: i32) -> __m128 {
    unsafe {
        strange(); //~ unknown intrinsic 'llvm.x86.sse
        with_result(); //~ `llvm.x86.sse2.pause`: Intrinsic has incorrect return type
        not_constant_truth(1, number == 1); //~ immarg operand has non-immediate parameter
        of_float(1.0); //~ `llvm.ctpop.i64`: Intrinsic has incorrect
        wrong_pair(); //~ `llvm.x86.rdtscp`: Intrinsic has incorrect return type
        let x = one_too_many(x, 1); //~ `llvm.x86.sse.rcp.ps`: Intrinsic has incorrect argument type
        let x = not_constant(x, x, number as i8); //~ immarg operand has non-immediate parameter
        unknown(x) //~ LLVM rejects this call of `llvm.x86.nosuch`: unknown intrinsic 'llvm.x86.nosuch'
    }
}

//! A vendor intrinsic in a function without its target feature, which LLVM only reports when it compiles it.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted)]
#![allow(internal_features)]

unsafe extern "unadjusted" {
    #[link_name = "llvm.riscv.aes64im"]
    fn mix_columns(x: i64) -> i64;
}

pub unsafe fn without(x: i64) -> i64 {
    unsafe { mix_columns(x) }
}

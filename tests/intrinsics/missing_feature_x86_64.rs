//! A vendor intrinsic in a function without its target feature, which LLVM only reports when it compiles it.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted)]
#![allow(internal_features)]

unsafe extern "unadjusted" {
    #[link_name = "llvm.x86.bmi.pext.32"]
    fn extract(x: u32, mask: u32) -> u32;
}

pub unsafe fn without(x: u32) -> u32 {
    unsafe { extract(x, 5) }
}

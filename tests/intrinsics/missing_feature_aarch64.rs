//! A vendor intrinsic in a function without its target feature, which LLVM only reports when it compiles it.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted)]
#![allow(internal_features)]

unsafe extern "unadjusted" {
    #[link_name = "llvm.aarch64.crc32w"]
    fn checksum(x: u32, word: u32) -> u32;
}

pub unsafe fn without(x: u32) -> u32 {
    unsafe { checksum(x, 5) }
}

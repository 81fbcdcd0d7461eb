//! Intrinsics about callers' frames, since Cranelift's frame pointers are not LLVM's. `//~ TEXT` is as in
//! `rejected_riscv64.rs`.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted)]
#![allow(internal_features)]

unsafe extern "unadjusted" {
    #[link_name = "llvm.returnaddress"]
    fn return_address(level: i32) -> *const u8;
    #[link_name = "llvm.frameaddress.p0"]
    fn frame_address(level: i32) -> *const u8;
}

pub unsafe fn frames() {
    unsafe {
        return_address(0); //~ does not support `llvm.returnaddress`, which accesses its caller's frame
        frame_address(1); //~ does not support `llvm.frameaddress.p0`, which accesses its caller's frame
    }
}

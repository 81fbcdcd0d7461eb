//! Intrinsics about the frame of the function that calls them, which a stub cannot access. `//~ TEXT` is as in `rejected.rs`.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted)]
#![allow(internal_features)]

unsafe extern "unadjusted" {
    #[link_name = "llvm.stacksave.p0"]
    fn stack_save() -> *mut u8;
    #[link_name = "llvm.addressofreturnaddress.p0"]
    fn address_of_return_address() -> *mut u8;
}

pub unsafe fn calls() {
    unsafe {
        stack_save(); //~ does not support `llvm.stacksave.p0`, which accesses its caller's frame
        address_of_return_address(); //~ `llvm.addressofreturnaddress.p0`, which accesses its caller's frame
    }
}

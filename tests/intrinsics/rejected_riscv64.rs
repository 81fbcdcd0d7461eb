//! Calls of LLVM's intrinsics that LLVM rejects. `//~ TEXT` ends a line that has an error, and is part of the message.
#![crate_type = "lib"]
#![feature(link_llvm_intrinsics, abi_unadjusted)]
#![allow(internal_features)]

unsafe extern "unadjusted" {
    #[link_name = "llvm.riscv.nosuch"]
    fn unknown(x: i64) -> i64;
    #[link_name = "llvm.riscv.aes64im"]
    fn one_too_many(x: i64, y: i32) -> i64;
    #[link_name = "llvm.riscv.pause"]
    fn with_result() -> i32;
    #[link_name = "llvm.riscv.sm4ed"]
    fn not_constant(x: i32, y: i32, byte: i32) -> i32;
    #[link_name = "llvm.riscv.aes64es"]
    fn of_words(x: i32, y: i32) -> i32;
}

pub unsafe fn calls(x: i64, number: i32) -> i64 {
    unsafe {
        with_result(); //~ `llvm.riscv.pause`: Intrinsic has incorrect return type
        of_words(1, 2); //~ `llvm.riscv.aes64es`: Intrinsic has incorrect return type
        not_constant(1, 2, number); //~ immarg operand has non-immediate parameter
        let x = one_too_many(x, 1); //~ `llvm.riscv.aes64im`: Intrinsic has incorrect argument type
        unknown(x) //~ LLVM rejects this call of `llvm.riscv.nosuch`: unknown intrinsic 'llvm.riscv.nosuch'
    }
}

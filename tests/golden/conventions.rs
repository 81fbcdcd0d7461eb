//! The calling conventions, each defined and called: C's and its names, Microsoft's, Rust's own.
// machines: x86_64
#![feature(abi_custom, abi_unadjusted, c_variadic, fn_traits, rust_cold_cc, unboxed_closures)]
#![allow(internal_features, improper_ctypes_definitions, unsupported_calling_conventions)]

use std::arch::naked_asm;

#[unsafe(no_mangle)]
pub extern "C" fn plain_c(number: u32, float: f64) -> u64 {
    number as u64 + float as u64
}

#[unsafe(no_mangle)]
pub extern "system" fn system(number: u8) -> u64 {
    plain_c(number.into(), 1.0)
}

#[unsafe(no_mangle)]
pub extern "cdecl" fn cdecl(number: u8) -> u64 {
    system(number)
}

#[unsafe(no_mangle)]
pub extern "sysv64" fn sysv64(first: u8, second: (u64, u8)) -> i8 {
    cdecl(first) as i8 + second.0 as i8
}

#[unsafe(no_mangle)]
pub extern "win64" fn win64(first: u32, second: f32, third: (u64, u64), fourth: u8, fifth: i16) -> u128 {
    (sysv64(fourth, (third.1, 1)) as u128) << (first + second as u32 + fifth as u32)
}

#[unsafe(no_mangle)]
pub extern "efiapi" fn efiapi(first: u32, second: f32) -> u64 {
    win64(first, second, (1, 2), 3, 4) as u64
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn may_unwind(number: u32) -> u64 {
    efiapi(number, 1.0)
}

#[unsafe(no_mangle)]
pub extern "unadjusted" fn unadjusted(number: u64) -> u64 {
    may_unwind(number as u32)
}

#[unsafe(no_mangle)]
#[inline(never)]
pub extern "rust-cold" fn cold(number: u32) {
    unadjusted(number.into());
}

#[unsafe(no_mangle)]
pub extern "Rust" fn rust(number: u32) -> u64 {
    cold(number);
    1
}

pub struct Callable(u32);

impl FnOnce<(u8, u64)> for Callable {
    type Output = u64;

    extern "rust-call" fn call_once(self, rest: (u8, u64)) -> u64 {
        rust(self.0) + u64::from(rest.0) + rest.1
    }
}

#[unsafe(no_mangle)]
pub fn calls_rust_call(callable: Callable) -> u64 {
    callable(1, 2)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn variadic(mut arguments: ...) -> u64 {
    unsafe { arguments.arg() }
}

#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "custom" fn custom() {
    naked_asm!("ret")
}

//! Casts of pointers and functions: most of them need no CLIF.
use std::ffi::c_void;

fn plain(value: u32) -> u32 {
    value
}

#[unsafe(no_mangle)]
pub fn addresses(pointer: *mut u32, address: usize) -> (usize, *const u8, *const u32, *const c_void) {
    (pointer as usize, address as *const u8, pointer as *const u32, pointer as *const c_void)
}

#[unsafe(no_mangle)]
pub fn functions() -> (fn(u32) -> u32, unsafe fn(u32) -> u32, fn(u32) -> u32, *const c_void) {
    let function: fn(u32) -> u32 = plain;
    (function, function, |value| value + 1, function as *const c_void)
}

#[unsafe(no_mangle)]
pub fn array_to_element(array: *const [u32; 3]) -> *const u32 {
    array as *const u32
}

#[unsafe(no_mangle)]
pub fn array_to_slice(array: &[u32; 3]) -> &[u32] {
    array
}

#[unsafe(no_mangle)]
pub fn pair_of(value: u32) -> [u16; 2] {
    unsafe { std::mem::transmute(value) }
}

#[unsafe(no_mangle)]
pub fn without_lifetime(function: for<'a> fn(&'a u32)) -> fn(&'static u32) {
    function
}

//! A large struct returned through a pointer given by the caller, also in C's convention.

#![crate_type = "lib"]
#![no_std]

#[repr(C)]
pub struct Large {
    pub values: [u64; 4],
}

#[unsafe(no_mangle)]
pub fn make(first: u64) -> Large {
    Large { values: [first, 1, 2, 3] }
}

#[unsafe(no_mangle)]
pub extern "C" fn first(large: Large) -> u64 {
    large.values[0]
}

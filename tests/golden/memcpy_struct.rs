//! Copies: a small struct by loads and stores, a large one by a call to memcpy.

#![crate_type = "lib"]
#![no_std]

#[derive(Clone, Copy)]
pub struct Small {
    pub values: [u32; 3],
}

#[derive(Clone, Copy)]
pub struct Large {
    pub values: [u64; 512],
}

#[unsafe(no_mangle)]
pub fn copy_small(from: &Small, to: &mut Small) {
    *to = *from;
}

#[unsafe(no_mangle)]
pub fn copy_large(from: &Large, to: &mut Large) {
    *to = *from;
}

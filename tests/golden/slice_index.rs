//! Indexing a slice: the bounds check, its panic, and the load.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn get(values: &[u32], index: usize) -> u32 {
    values[index]
}

#[unsafe(no_mangle)]
pub fn set(values: &mut [u16; 8], index: usize, value: u16) {
    values[index] = value;
}

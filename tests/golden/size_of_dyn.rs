//! The size and alignment of a value behind a `dyn` pointer, and the size of a slice.

#![crate_type = "lib"]
#![no_std]

pub trait Thing {}

#[unsafe(no_mangle)]
pub fn size_of_thing(thing: &dyn Thing) -> usize {
    size_of_val(thing)
}

#[unsafe(no_mangle)]
pub fn size_of_slice(slice: &[u64]) -> usize {
    size_of_val(slice)
}

#[unsafe(no_mangle)]
pub fn align_of_thing(thing: &dyn Thing) -> usize {
    align_of_val(thing)
}

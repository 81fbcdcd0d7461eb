//! Zero-sized arguments, results and locals need no CLIF.

#![crate_type = "lib"]
#![no_std]

#[derive(Clone, Copy)]
pub struct Marker;

#[unsafe(no_mangle)]
pub fn pass(before: u32, marker: Marker, after: u32, _nothing: ()) -> (Marker, u32) {
    let copy = marker;
    (copy, before ^ after)
}

#[unsafe(no_mangle)]
pub fn empty(_values: &[Marker; 1000]) -> [Marker; 5] {
    [Marker; 5]
}

//! Slice patterns: a length test, elements from both ends, and a subslice.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn ends(values: &[u8]) -> u8 {
    match values {
        [first, .., last] => first ^ last,
        [only] => *only,
        [] => 0,
    }
}

#[unsafe(no_mangle)]
pub fn tail(values: &[u64]) -> &[u64] {
    if let [_, tail @ ..] = values { tail } else { values }
}

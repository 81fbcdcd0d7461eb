//! A loop: the blocks of its header, body and end, and a local that changes.

#![crate_type = "lib"]
#![no_std]

#[unsafe(no_mangle)]
pub fn triangular(limit: u64) -> u64 {
    let mut total = 0_u64;
    let mut i = 0_u64;
    while i < limit {
        i += 1;
        total ^= i;
    }
    total
}

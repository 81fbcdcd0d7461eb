//! Volatile stores to variables that are never read. The suite counts the constants in the machine code, which
//! fit into one instruction of every machine.
//! (This is a separate library, and debug information must not change it.)

#![crate_type = "lib"]

use std::hint::black_box;

#[unsafe(no_mangle)]
pub fn stores() {
    let mut place = 0u32;
    let place = &raw mut place;
    unsafe {
        place.write_volatile(0x501);
        place.write_volatile(0x502);
    }
}

#[unsafe(no_mangle)]
pub fn hidden(number: u32) {
    let product = black_box(number.wrapping_mul(0x503));
    let _unused = product;
}

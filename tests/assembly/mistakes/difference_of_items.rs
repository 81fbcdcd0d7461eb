//! The distance between two items, which only the linker knows.
// lines: 5
use std::arch::global_asm;

global_asm!(".quad distance_from - DISTANCE_TO");

#[unsafe(no_mangle)]
pub extern "C" fn distance_from() {}

#[unsafe(no_mangle)]
pub static DISTANCE_TO: u32 = 2;

//! The distance between two items, which only the linker knows.
// machines: x86_64 aarch64 (riscv64 has relocations for distances)
// lines: 6
use std::arch::global_asm;

global_asm!(".quad distance_from - DISTANCE_TO");

#[unsafe(no_mangle)]
pub extern "C" fn distance_from() {}

#[unsafe(no_mangle)]
pub static DISTANCE_TO: u32 = 2;

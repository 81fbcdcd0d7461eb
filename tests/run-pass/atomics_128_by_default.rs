//! Atomic operations of 128 bits, where every processor has them.
// machines: aarch64 (x86_64 needs a flag: atomics_128.rs; riscv64 has none)
#![feature(core_intrinsics)]
#![allow(internal_features, unused_attributes)]

#[path = "atomics_128.rs"]
mod all;

fn main() {
    all::main();
}

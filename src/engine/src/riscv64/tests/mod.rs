//! Tests what is true of riscv64 only.

mod arguments;
mod relocations;
mod unwind;

//! Tests what is true of riscv64 only.

mod arguments;
mod attributes;
mod relocations;
mod unwind;

//! Tests what is true of riscv64 only.

mod relocations;

//! Tests the aarch64 code against the ABI's documents and through written objects.

mod arguments;
mod relocations;
mod unwind;
mod variadic;

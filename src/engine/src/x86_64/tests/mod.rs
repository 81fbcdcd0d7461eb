//! Tests the x86_64 code against the ABI's documents and through written objects.

mod arguments;
mod relocations;
mod shuffles;
mod tail_calls;
mod unwind;

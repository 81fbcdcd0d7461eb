//! What is true of x86_64, checked against the documents of its ABI and through written objects.

mod arguments;
mod relocations;
mod tail_calls;
mod unwind;

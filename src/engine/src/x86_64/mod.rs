//! What is true of x86_64 only.
//!
//! Calling conventions: [`arguments`] places parameters in registers and on the stack, [`variadic`] is about C-variadic
//! functions, [`tail_calls`] about explicit tail calls.

pub mod arguments;
pub mod tail_calls;
pub mod variadic;

#[cfg(test)]
mod tests;

//! What is true of x86_64 only.
//!
//! Calling conventions: [`arguments`] places parameters in registers and on the stack, [`variadic`] is about C-variadic
//! functions.

pub mod arguments;
pub mod variadic;

#[cfg(test)]
mod tests;

//! Faults that only the project's own tests ask for with `CLIF_TEST_FAULT`, to see what becomes of them.
//!
//! | value | what goes wrong |
//! |---|---|
//! | `panic:PART` | the worker panics that compiles a function with `PART` in its name |
//! | `panics:PART` | the same, at the moment when a second worker has come to such a function |
//! | `tokens` | every request for a jobserver token fails |
//!
//! Nobody else sets the variable, and a value that is none of these is an error, so that no test goes without
//! its fault unnoticed.

use clif_engine::coordinator::PanicFault;

/// What is to go wrong.
pub enum Fault {
    None,
    /// In the workers that compile certain functions.
    Panic(PanicFault),
    /// No token can be acquired.
    Tokens,
}

impl Fault {
    /// For the message about a value that is none of them.
    pub const ALLOWED: &str =
        "`panic:FUNCTION`, `panics:FUNCTION` and `tokens`, for the tests of the Cranelift backend; unset it";

    pub fn parse(text: &str) -> Option<Fault> {
        let (kind, part) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "tokens" if part.is_empty() => Some(Fault::Tokens),
            "panic" if !part.is_empty() => Some(Fault::Panic(PanicFault::new(part, 1))),
            "panics" if !part.is_empty() => Some(Fault::Panic(PanicFault::new(part, 2))),
            _ => None,
        }
    }
}

//! Faults that the project's own tests inject with `CLIF_TEST_FAULT`.
//!
//! | value | what goes wrong |
//! |---|---|
//! | `panic:PART` | a worker panics when it compiles a function with `PART` in its name |
//! | `panics:PART` | two workers panic at the same time, as soon as both compile such a function |
//! | `tokens` | every request for a jobserver token fails |
//!
//! Any other value is an error, so that no test runs without its fault.

use clif_engine::coordinator::PanicFault;

/// The fault to inject.
pub enum Fault {
    None,
    /// Workers that compile certain functions panic.
    Panic(PanicFault),
    /// No jobserver token can be acquired.
    Tokens,
}

impl Fault {
    /// The allowed values, for the error message.
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

//! Faults that only the project's own tests ask for, to see what becomes of them.
//!
//! `CLIF_TEST_FAULT=panic:PART` lets the worker panic that compiles a function with `PART` in its name;
//! `CLIF_TEST_FAULT=tokens` lets every request for a jobserver token fail. Nobody else sets the variable, and a value
//! that is none of these is an error, so that a test cannot go without its fault unnoticed.

use rustc_session::Session;

const VARIABLE: &str = "CLIF_TEST_FAULT";

/// What is to go wrong.
pub enum Fault {
    None,
    /// In the worker that compiles a function with this in its name.
    Panic(Box<str>),
    /// No token can be acquired.
    Tokens,
}

impl Fault {
    pub fn of_environment(sess: &Session) -> Fault {
        let Some(value) = std::env::var_os(VARIABLE) else { return Fault::None };
        match value.to_str().map(|text| text.split_once(':').unwrap_or((text, ""))) {
            Some(("tokens", "")) => Fault::Tokens,
            Some(("panic", part)) if !part.is_empty() => Fault::Panic(part.into()),
            _ => {
                sess.dcx().fatal(format!("`{VARIABLE}` is for the tests of the Cranelift backend; unset it"))
            }
        }
    }
}

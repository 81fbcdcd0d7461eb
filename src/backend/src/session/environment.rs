//! Reads the `CLIF_*` variables: once for the session ([`Environment`]), and `CLIF_LINKER` for the driver,
//! before a session exists ([`linker`]).
//!
//! They are passed on as values. An invalid value is an error that lists the allowed ones, so that no value
//! is ignored silently.
//!
//! `docs/architecture.md` says how to add a variable.

use std::env;
use std::path::PathBuf;

use rustc_session::Session;

use crate::session::faults::Fault;

/// The values of the variables. An empty variable counts as not set.
pub struct Environment {
    /// `CLIF_THREADS`: the number of threads that work at once. The default is one per core.
    pub threads: Option<usize>,
    /// `CLIF_VERIFY`: Cranelift's verifier checks every function. The project's own tests set it.
    pub verifies: bool,
    /// `CLIF_SHOW`: errors of codegen contain the CLIF of the function.
    pub shows_clif: bool,
    /// `CLIF_STATISTICS`: both tables of [`crate::session::observation`] are printed.
    pub prints_statistics: bool,
    /// `CLIF_TRACE`: the file to which the workers' events are appended.
    pub trace: Option<PathBuf>,
    /// `CLIF_RECORD_WORKLOAD`: the file or folder to which the costs of functions are written.
    pub recorded_workload: Option<PathBuf>,
    /// `CLIF_TEST_FAULT`: the fault that a test injects.
    pub fault: Fault,
}

impl Environment {
    /// Reads the variables. Ends the compilation if a value is invalid.
    pub fn of_session(sess: &Session) -> Environment {
        Environment::read().unwrap_or_else(|message| sess.dcx().fatal(message))
    }

    fn read() -> Result<Environment, String> {
        Ok(Environment {
            threads: number("CLIF_THREADS")?,
            verifies: switch("CLIF_VERIFY")?,
            shows_clif: switch("CLIF_SHOW")?,
            prints_statistics: switch("CLIF_STATISTICS")?,
            trace: path("CLIF_TRACE"),
            recorded_workload: path("CLIF_RECORD_WORKLOAD"),
            fault: fault("CLIF_TEST_FAULT")?,
        })
    }
}

/// Reads `CLIF_LINKER`, which the driver needs before a session exists.
///
/// The variable's values are defined here. `cargo-clif` sets it to the fastest installed linker, unless the
/// user has set it (`src/cargo_clif/src/linker.rs`).
///
/// # Errors
///
/// If the value is not allowed; the error is a message for the user.
pub fn linker() -> Result<Option<Linker>, String> {
    text("CLIF_LINKER", Linker::ALLOWED, |text| match text {
        "default" => Some(None),
        "mold" => Some(Some(Linker::Mold)),
        "lld" => Some(Some(Linker::Lld)),
        _ => None,
    })
    .map(Option::flatten)
}

/// A linker that can be chosen.
#[derive(Clone, Copy)]
pub enum Linker {
    Mold,
    Lld,
}

impl Linker {
    const ALLOWED: &'static str = "`mold`, `lld` and `default`";

    /// The name for `cc -fuse-ld=`.
    pub fn name(self) -> &'static str {
        match self {
            Linker::Mold => "mold",
            Linker::Lld => "lld",
        }
    }
}

/// Reads a variable with `parse`; `None` if it is not set. The error lists the `allowed` values.
fn text<T>(name: &str, allowed: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, String> {
    let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    match value.to_str().and_then(parse) {
        Some(parsed) => Ok(Some(parsed)),
        None => Err(format!(
            "the environment variable `{name}` is set to `{}`; allowed are {allowed}",
            value.display()
        )),
    }
}

fn switch(name: &str) -> Result<bool, String> {
    let parse = |text: &str| match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    };
    Ok(text(name, "`0` and `1`", parse)?.unwrap_or(false))
}

fn number(name: &str) -> Result<Option<usize>, String> {
    text(name, "positive whole numbers", |text| text.parse().ok().filter(|&number| number > 0))
}

fn path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn fault(name: &str) -> Result<Fault, String> {
    Ok(text(name, Fault::ALLOWED, Fault::parse)?.unwrap_or(Fault::None))
}

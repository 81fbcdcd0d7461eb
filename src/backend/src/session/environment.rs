//! The environment variables that the backend listens to: all of them, read once before any code is
//! generated, and handed down as values. A value that means nothing is an error that says what is allowed, so
//! that no one believes that it was obeyed.
//!
//! To add a variable: a field of [`Environment`], and a line in [`Environment::read`].

use std::env;
use std::path::PathBuf;

use rustc_session::Session;

use crate::session::faults::Fault;

/// What the variables ask for. A variable that is empty counts as not set.
pub struct Environment {
    /// `CLIF_THREADS`: how many threads work at once, if not one per core.
    pub threads: Option<usize>,
    /// `CLIF_VERIFY`: Cranelift's verifier checks every function; set by the project's own tests.
    pub verifies: bool,
    /// `CLIF_SHOW`: errors of the code generator carry the CLIF of the function.
    pub shows_clif: bool,
    /// `CLIF_STATISTICS`: both tables of [`crate::session::observation`] are printed.
    pub prints_statistics: bool,
    /// `CLIF_TRACE`: the file that the workers' doings are appended to.
    pub trace: Option<PathBuf>,
    /// `CLIF_RECORD_WORKLOAD`: the file or folder that the costs of functions are written to.
    pub recorded_workload: Option<PathBuf>,
    /// `CLIF_TEST_FAULT`.
    pub fault: Fault,
}

impl Environment {
    /// Ends the compilation if a value means nothing.
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

/// `CLIF_LINKER`, which the driver needs before there is a session; an error is a message for the user.
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

    /// What `cc -fuse-ld=` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Linker::Mold => "mold",
            Linker::Lld => "lld",
        }
    }
}

/// A variable whose values `parse` knows; `None` if it is not set.
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
    text(name, "whole numbers from 1 on", |text| text.parse().ok().filter(|&number| number > 0))
}

fn path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn fault(name: &str) -> Result<Fault, String> {
    Ok(text(name, Fault::ALLOWED, Fault::parse)?.unwrap_or(Fault::None))
}

//! What the assembler says, with the place in the source that it is about.

use super::source::{Origin, UnitAssembly};
use crate::llvm::{Diagnostic, Severity};

/// How bad a [`Complaint`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    Error,
    Warning,
    Note,
}

/// What the assembler says of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    pub level: Level,
    /// LLVM's words.
    pub message: String,
    pub origin: Option<Origin>,
    /// The line as the assembler saw it, after operands were put in.
    pub line: Option<String>,
}

impl Complaint {
    /// What `diagnostic` means for the source of `assembly`.
    pub fn of(assembly: &UnitAssembly, diagnostic: Diagnostic) -> Complaint {
        let level = match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        };
        let found = diagnostic.place.and_then(|place| assembly.line(place.line));
        let origin = found.and_then(|(_, origin)| origin);
        Complaint { level, message: diagnostic.message, origin, line: diagnostic.source_line }
    }
}

//! LLVM's diagnostics about assembly, with their origin in the source.

use std::ops::Range;

use crate::llvm::{Origin, Severity};

/// A diagnostic about assembly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssemblyDiagnostic {
    pub severity: Severity,
    /// LLVM's message.
    pub message: String,
    /// The line of the template in the source.
    pub origin: Option<Origin>,
    /// The assembler's input, if the diagnostic is about a line of it.
    pub source: Option<AssemblySource>,
}

/// The assembler's input, with the operands filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssemblySource {
    pub text: String,
    /// Byte ranges of `text`: first the position as an empty range, then the ranges that LLVM marks.
    pub ranges: Vec<Range<usize>>,
}

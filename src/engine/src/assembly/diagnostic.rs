//! What LLVM says about assembly, with the place in the source that it is about.

use std::ops::Range;

use crate::llvm::{Origin, Severity};

/// What LLVM says about a line of assembly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssemblyDiagnostic {
    pub severity: Severity,
    /// LLVM's words.
    pub message: String,
    /// The line of the template.
    pub origin: Option<Origin>,
    /// What the assembler saw, if it is about a line of assembly.
    pub source: Option<AssemblySource>,
}

/// The assembler's input with the operands put in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssemblySource {
    pub text: String,
    /// Byte ranges of `text`: the place, which is empty, and what LLVM marks besides.
    pub ranges: Vec<Range<usize>>,
}

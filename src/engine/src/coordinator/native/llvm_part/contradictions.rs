//! Locates contradictions between assembly and Rust's definitions.
//!
//! LLVM reports these only for the assembly with stand-ins ([`stand_ins`](crate::assembly::stand_ins)), not
//! for the assembly alone:
//! 1. If the diagnostic is about a line of the assembly, that is its location.
//! 2. If it is about a stand-in, the assembly may define the same symbol. Then LLVM compiles the assembly
//!    with a definition of the symbol in front, and reports the line of the second definition
//!    ([`second_definitions`]).
//! 3. Otherwise, LLVM compiles the first N lines of the assembly with the stand-ins. A binary search finds
//!    the first line that must be included for LLVM to report the diagnostic ([`LineSearch::line`]).

use super::{LlvmError, Module, SealedCgu, Severity, TargetDescription, emit, locate};
use crate::assembly::{AssemblyDiagnostic, AssemblySource};
use crate::llvm::{CguAssembly, Diagnostic};

/// Whether all `diagnostics` about the assembly with stand-ins are in lines of the assembly itself.
pub(super) fn are_in_own_lines(own: &CguAssembly, diagnostics: &[Diagnostic]) -> bool {
    let lines = own.lines().count();
    let is_own = |diagnostic: &Diagnostic| diagnostic.place.is_some_and(|place| place.line <= lines);
    diagnostics.iter().all(is_own)
}

/// Finds the source of LLVM's `diagnostics` about the assembly `with_stand_ins`.
///
/// # Errors
///
/// If LLVM cannot be used.
pub(super) fn find(
    target: &TargetDescription,
    sealed: &SealedCgu,
    with_stand_ins: CguAssembly,
    diagnostics: Vec<Diagnostic>,
) -> Result<Vec<AssemblyDiagnostic>, LlvmError> {
    let own = &sealed.llvm.assembly;
    let stand_ins: Vec<String> =
        with_stand_ins.lines().skip(own.lines().count()).map(|(line, _)| line.to_owned()).collect();
    let search = LineSearch { target, sealed, stand_ins: stand_ins.join("\n") };
    let module = Module { assembly: with_stand_ins, ..sealed.llvm.clone() };
    let mut found = Vec::new();
    for mut diagnostic in locate(target, &sealed.name, &module, diagnostics)? {
        let about = diagnostic.source.as_ref().and_then(|source| about_stand_in(source, own));
        if let Some(name) = about {
            let second = second_definitions(target, sealed, name)?;
            if second.iter().any(|second| second.message == diagnostic.message) {
                found.extend(second);
                continue;
            }
        }
        if diagnostic.origin.is_none() {
            let line = search.line(&diagnostic)?;
            diagnostic.origin = own.origin(line);
            diagnostic.source = Some(whole_line(own, line));
        } else if let Some(source) = &mut diagnostic.source
            && source.text == module.assembly.text()
        {
            source.text.truncate(own.text().len());
        }
        found.push(diagnostic);
    }
    Ok(found)
}

/// Returns the symbol of the stand-in that `source` is about, if it is about one.
fn about_stand_in<'s>(source: &'s AssemblySource, own: &CguAssembly) -> Option<&'s str> {
    let start = source.ranges.first()?.start.checked_sub(own.text().len())?;
    let line = source.text.get(own.text().len()..)?.get(..start)?.rfind('\n').map_or(0, |end| end + 1);
    let line = source.text[own.text().len() + line..].lines().next()?;
    line.split('"').nth(1)
}

/// Returns line `number` of `assembly`, counted from 1, with the whole line marked.
fn whole_line(assembly: &CguAssembly, number: usize) -> AssemblySource {
    let text = assembly.text();
    let before = text.split('\n').take(number.saturating_sub(1));
    let start: usize = before.map(|line| line.len() + 1).sum();
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let first = start + line.len() - line.trim_start().len();
    AssemblySource { text: text.to_owned(), ranges: vec![first..first, first..start + line.len()] }
}

struct LineSearch<'s> {
    target: &'s TargetDescription,
    sealed: &'s SealedCgu,
    stand_ins: String,
}

impl LineSearch<'_> {
    /// Finds the first line, counted from 1, with which LLVM reports `diagnostic`.
    fn line(&self, diagnostic: &AssemblyDiagnostic) -> Result<usize, LlvmError> {
        let own: Vec<&str> = self.sealed.llvm.assembly.lines().map(|(line, _)| line).collect();
        // LLVM reports it with the first `with` lines, but not with the first `without`.
        let (mut without, mut with) = (0, own.len());
        while with - without > 1 {
            let middle = without.midpoint(with);
            let assembly = format!("{}\n{}\n", own[..middle].join("\n"), self.stand_ins);
            let emitted = emit(self.target, &self.sealed.name, &self.sealed.llvm.ir(), &assembly)?;
            let is_same = |one: &Diagnostic| one.message == diagnostic.message;
            if emitted.diagnostics.iter().any(is_same) { with = middle } else { without = middle }
        }
        Ok(with)
    }
}

/// Returns LLVM's errors about the assembly if `symbol` is already defined.
pub(super) fn second_definitions(
    target: &TargetDescription,
    sealed: &SealedCgu,
    symbol: &str,
) -> Result<Vec<AssemblyDiagnostic>, LlvmError> {
    let first_line = format!("\"{symbol}\":");
    let mut assembly = CguAssembly::default();
    assembly.push(&first_line, None);
    for (line, origin) in sealed.llvm.assembly.lines() {
        assembly.push(line, origin);
    }
    let module = Module { assembly, ..sealed.llvm.clone() };
    let emitted = emit(target, &sealed.name, &module.ir(), module.assembly.text())?;
    let mut diagnostics = locate(target, &sealed.name, &module, emitted.diagnostics)?;
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    for source in diagnostics.iter_mut().filter_map(|diagnostic| diagnostic.source.as_mut()) {
        // The added line is not in the user's assembly.
        let added = format!("{first_line}\n");
        if let Some(rest) = source.text.strip_prefix(&added) {
            source.text = rest.to_owned();
            for range in &mut source.ranges {
                *range = range.start.saturating_sub(added.len())..range.end.saturating_sub(added.len());
            }
        }
    }
    Ok(diagnostics)
}

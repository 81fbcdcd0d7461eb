//! What contradicts itself only together: assembly, and Rust's definitions.
//!
//! In order, after LLVM said something of assembly with stand-ins ([`stand_ins`](crate::assembly::stand_ins))
//! that it does not say of the assembly alone:
//! 1. Where it says that of the user's lines, the place is known.
//! 2. Otherwise it is about a stand-in. If assembly defines the symbol as well, LLVM says where once the
//!    symbol is defined at the beginning ([`second_definitions`]).
//! 3. For all else, LLVM compiles the first lines of the assembly until it is known with which line LLVM
//!    begins to say it ([`LineSearch::line`]).

use super::{LlvmError, Module, SealedCgu, Severity, TargetDescription, emit, locate};
use crate::assembly::{AssemblyDiagnostic, AssemblySource};
use crate::llvm::{CguAssembly, Diagnostic};

/// Whether all `diagnostics` of assembly with stand-ins may be about lines of the assembly itself.
pub(super) fn are_in_own_lines(own: &CguAssembly, diagnostics: &[Diagnostic]) -> bool {
    let lines = own.lines().count();
    let is_own = |diagnostic: &Diagnostic| diagnostic.place.is_some_and(|place| place.line <= lines);
    diagnostics.iter().all(is_own)
}

/// What LLVM's `diagnostics` of the assembly `with_stand_ins` mean for the source.
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

/// The symbol whose stand-in `source` is about, if it is about one.
fn about_stand_in<'s>(source: &'s AssemblySource, own: &CguAssembly) -> Option<&'s str> {
    let start = source.ranges.first()?.start.checked_sub(own.text().len())?;
    let line = source.text.get(own.text().len()..)?.get(..start)?.rfind('\n').map_or(0, |end| end + 1);
    let line = source.text[own.text().len() + line..].lines().next()?;
    line.split('"').nth(1)
}

/// Line `number`, counted from 1, of `assembly`.
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
    /// The first line, counted from 1, with which LLVM says what `diagnostic` is about.
    fn line(&self, diagnostic: &AssemblyDiagnostic) -> Result<usize, LlvmError> {
        let own: Vec<&str> = self.sealed.llvm.assembly.lines().map(|(line, _)| line).collect();
        // It is said with more than `without` lines, and at most `with`.
        let (mut without, mut with) = (0, own.len());
        while with - without > 1 {
            let middle = without.midpoint(with);
            let assembly = format!("{}\n{}\n", own[..middle].join("\n"), self.stand_ins);
            let said = emit(self.target, &self.sealed.name, &self.sealed.llvm.ir(), &assembly)?;
            let is_it = |one: &Diagnostic| one.message == diagnostic.message;
            if said.diagnostics.iter().any(is_it) { with = middle } else { without = middle }
        }
        Ok(with)
    }
}

/// What LLVM says when `symbol` is defined already.
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
        // The user's assembly has no such line.
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

//! The part of finishing a CGU that asks LLVM: assembly and vendor intrinsics become an object in memory.
//!
//! In order: LLVM compiles everything at once; what it says about it is traced back to the source; all of it
//! is the reason why the CGU has no object, if there is an error among it.

use crate::assembly::{self, AssemblyDiagnostic, CguAssembly};
use crate::cgu::SealedCgu;
use crate::llvm::{
    Diagnostic, Emitted, LlvmError, Module, Severity, TargetDescription, emit_object, function_faults,
};
use crate::object::ObjectError;
use crate::phases::{Phase, measure};

use super::super::workers::{Failure, Problem, Report};

/// The object that LLVM makes of the CGU's part for it, if there is any. What LLVM says goes to `report`.
pub(super) fn compile(
    target: Option<&TargetDescription>,
    sealed: &SealedCgu,
    report: &mut dyn FnMut(Report),
) -> Result<Option<Vec<u8>>, Failure> {
    let module = &sealed.llvm;
    if module.is_empty() {
        return Ok(None);
    }
    let Some(target) = target else {
        let message =
            format!("the unit `{}` has assembly, but it was not said for which target", sealed.name);
        return Err(Box::new(Problem::Message(message)));
    };
    let emitted = emit(target, &sealed.name, &module.ir(), module.assembly.text()).map_err(problem)?;
    if emitted.diagnostics.is_empty() {
        return Ok(emitted.object);
    }
    if emitted.object.is_none()
        && let Some(failure) = rejected_functions(target, sealed, report)?
    {
        return Err(failure);
    }
    let diagnostics = locate(target, &sealed.name, module, emitted.diagnostics).map_err(problem)?;
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(Box::new(Problem::Assembly { diagnostics }));
    }
    let cgu = Some(sealed.name.clone());
    report(Report { severity: Severity::Warning, cgu, problem: Problem::Assembly { diagnostics } });
    Ok(emitted.object)
}

/// The failure for `error` of writing the object with what LLVM made. Where assembly defines what the CGU
/// defines, too, LLVM says where: it would find both definitions itself if it compiled all of the CGU.
pub(super) fn failure(target: Option<&TargetDescription>, sealed: &SealedCgu, error: ObjectError) -> Failure {
    if let (ObjectError::TwiceInAssembly { symbol }, Some(target)) = (&error, target) {
        match second_definitions(target, sealed, symbol) {
            Ok(diagnostics) if diagnostics.is_empty() => {}
            Ok(diagnostics) => return Box::new(Problem::Assembly { diagnostics }),
            Err(error) => return problem(error),
        }
    }
    Box::new(Problem::Object { cgu: sealed.name.clone(), error })
}

/// What LLVM says when `symbol` is defined already.
fn second_definitions(
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

fn locate(
    target: &TargetDescription,
    cgu: &str,
    module: &Module,
    diagnostics: Vec<Diagnostic>,
) -> Result<Vec<AssemblyDiagnostic>, LlvmError> {
    let compile = |ir: &str, assembly: &str| Ok(emit(target, cgu, ir, assembly)?.diagnostics);
    assembly::locate(module, diagnostics, &compile)
}

fn emit(target: &TargetDescription, cgu: &str, ir: &str, assembly: &str) -> Result<Emitted, LlvmError> {
    measure(Phase::Assemble, || emit_object(target, cgu, ir, assembly))
}

fn problem(error: LlvmError) -> Failure {
    Box::new(Problem::Llvm(error))
}

/// What LLVM has against the CGU's calls of intrinsics, if that is why there is no object. The last one is
/// given back, those before it go to `report`.
fn rejected_functions(
    target: &TargetDescription,
    sealed: &SealedCgu,
    report: &mut dyn FnMut(Report),
) -> Result<Option<Failure>, Failure> {
    let faults = function_faults(target, &sealed.name, &sealed.llvm).map_err(problem)?;
    let mut last: Option<Failure> = None;
    for fault in faults {
        if let Some(earlier) = last.replace(Box::new(Problem::Intrinsic(fault))) {
            report(Report { severity: Severity::Error, cgu: Some(sealed.name.clone()), problem: *earlier });
        }
    }
    Ok(last)
}

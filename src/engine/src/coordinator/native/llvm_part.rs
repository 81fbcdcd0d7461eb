//! The part of finishing a CGU that asks LLVM: assembly and vendor intrinsics become an object in memory.
//!
//! In order: LLVM compiles everything at once; what it says about it is traced back to the source; all of it
//! is the reason why the CGU has no object, if there is an error among it. [`contradictions`] are those
//! between the assembly and Rust's definitions.

use crate::assembly::{self, AssemblyDiagnostic, stand_ins};
use crate::cgu::SealedCgu;
use crate::compile::CompiledFunction;
use crate::llvm::{
    Diagnostic, Emitted, LlvmError, Module, Severity, TargetDescription, emit_object, function_faults,
};
use crate::object::ObjectError;
use crate::phases::{Phase, measure};

use super::super::workers::{Failure, Problem, Report};

mod contradictions;

/// The object that LLVM makes of the CGU's part for it, if there is any. What LLVM says goes to `report`.
pub(super) fn compile(
    target: Option<&TargetDescription>,
    sealed: &SealedCgu,
    functions: &[CompiledFunction],
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
    let ir = module.ir();
    let sizes = functions.iter().map(|function| (function.symbol, function.code.len() as u64));
    let with_stand_ins = stand_ins::add(sealed, sizes);
    let assembly = with_stand_ins.as_ref().unwrap_or(&module.assembly);
    let mut emitted = emit(target, &sealed.name, &ir, assembly.text()).map_err(problem)?;
    if emitted.diagnostics.is_empty() {
        return Ok(emitted.object);
    }
    if let Some(with_stand_ins) = with_stand_ins {
        let find = |diagnostics| {
            let diagnostics = contradictions::find(target, sealed, with_stand_ins, diagnostics);
            diagnostics.map_or_else(problem, |diagnostics| Box::new(Problem::Assembly { diagnostics }))
        };
        let has_failed = emitted.object.is_none();
        if has_failed && contradictions::are_in_own_lines(&module.assembly, &emitted.diagnostics) {
            return Err(find(emitted.diagnostics));
        }
        // The lines of the stand-ins are not the user's: what LLVM says of the assembly without them counts
        // first.
        let alone = emit(target, &sealed.name, &ir, module.assembly.text()).map_err(problem)?;
        if has_failed && alone.object.is_some() {
            return Err(find(emitted.diagnostics));
        }
        emitted.diagnostics = alone.diagnostics;
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
    if !diagnostics.is_empty() {
        let cgu = Some(sealed.name.clone());
        report(Report { severity: Severity::Warning, cgu, problem: Problem::Assembly { diagnostics } });
    }
    Ok(emitted.object)
}

/// The failure for `error` of writing the object with what LLVM made. Where assembly defines what the CGU
/// defines, too, LLVM says where: it would find both definitions itself if it compiled all of the CGU.
pub(super) fn failure(target: Option<&TargetDescription>, sealed: &SealedCgu, error: ObjectError) -> Failure {
    if let (ObjectError::TwiceInAssembly { symbol }, Some(target)) = (&error, target) {
        match contradictions::second_definitions(target, sealed, symbol) {
            Ok(diagnostics) if diagnostics.is_empty() => {}
            Ok(diagnostics) => return Box::new(Problem::Assembly { diagnostics }),
            Err(error) => return problem(error),
        }
    }
    Box::new(Problem::Object { cgu: sealed.name.clone(), error })
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

/// What LLVM has against the CGU's calls of intrinsics, if these are why there is no object. The last one is
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

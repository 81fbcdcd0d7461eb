//! Has LLVM compile a CGU's assembly, vendor intrinsics and shims to an object in memory.
//!
//! 1. LLVM compiles all of it at once, with stand-ins for Rust's definitions that the assembly mentions.
//! 2. If LLVM reports something, the source of each diagnostic is located:
//!    - errors that need both the assembly and the stand-ins, in [`contradictions`];
//!    - errors about a call of an intrinsic, by [`function_faults`];
//!    - everything else, by [`assembly::locate`](fn@crate::assembly::locate).
//! 3. With an error, the CGU fails. Otherwise, the diagnostics are reported as warnings.

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

/// Compiles the CGU's part for LLVM, if it has one, and returns the object. Warnings are passed to `report`.
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
        let message = format!(
            "codegen unit `{}` has assembly or vendor intrinsics, but no LLVM target is set",
            sealed.name
        );
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
        // The stand-ins are not the user's lines. So diagnostics about the assembly without them come first.
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

/// Returns the failure for an `error` of writing the object together with LLVM's. If both the assembly and
/// the CGU define a symbol, this finds the line of the assembly. With rustc's LLVM backend, LLVM itself
/// reports the second definition.
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

/// Returns the last of LLVM's errors about the CGU's calls of intrinsics, if there are any. The errors before
/// it are passed to `report`.
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

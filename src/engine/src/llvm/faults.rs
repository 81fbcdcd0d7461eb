//! Finds out which functions of a module LLVM rejects: the parser and the verifier stop at the first one, and
//! say where in the text it is, if at all.
//!
//! In order, after a module was rejected: every function is checked alone, without compiling it, for LLVM may
//! end the process over a function that cannot be compiled ([`emit`](super::emit)). If none is wrong by
//! itself, the first one that does not go together with those before it is.

use super::emit::{Severity, TargetDescription, emit_object};
use super::library::LlvmError;
use super::module::{IrFunction, Module};
use super::module_assembly::Origin;
use super::verify::check_ir;

/// What LLVM has against a call of an intrinsic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionFault {
    /// What is called: [`IrFunction::callee`].
    pub callee: String,
    /// LLVM's words.
    pub message: String,
    /// The call in the source.
    pub origin: Option<Origin>,
}

/// What LLVM has against the functions of `module`, which it did not compile; empty if it is about something
/// else.
///
/// # Errors
///
/// Those of [`emit_object`].
pub fn function_faults(
    target: &TargetDescription,
    cgu: &str,
    module: &Module,
) -> Result<Vec<FunctionFault>, LlvmError> {
    let functions = &module.functions;
    if functions.is_empty() {
        return Ok(Vec::new());
    }
    let check = |functions: &[IrFunction]| check_ir(&Module::of_functions(functions).ir());
    let mut faults = Vec::new();
    for function in functions {
        if let Some(message) = check(std::slice::from_ref(function))? {
            faults.push(fault(function, &message));
        }
    }
    if faults.is_empty() && check(functions)?.is_some() {
        // The number of functions that go together, and one that do not.
        let (mut good, mut bad) = (1, functions.len());
        while bad - good > 1 {
            let middle = good.midpoint(bad);
            if check(&functions[..middle])?.is_some() { bad = middle } else { good = middle }
        }
        let message = check(&functions[..bad])?.unwrap_or_default();
        faults.push(fault(&functions[bad - 1], &message));
    }
    if !faults.is_empty() {
        return Ok(faults);
    }
    for function in functions {
        let ir = Module::of_functions(std::slice::from_ref(function)).ir();
        let diagnostics = emit_object(target, cgu, &ir, "")?.diagnostics;
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        faults.extend(errors.map(|diagnostic| fault(function, &diagnostic.message)));
    }
    Ok(faults)
}

fn fault(function: &IrFunction, message: &str) -> FunctionFault {
    // The parser's: `cgu:1:63: error: invalid redefinition`, then the line and a caret. The verifier's: the
    // message, then the values that it is about.
    let line = message.lines().next().unwrap_or_default();
    let words = line.split_once(": error: ").map_or(line, |(_, words)| words);
    FunctionFault {
        callee: function.callee.clone(),
        message: words.trim_end_matches(['!', '.']).to_owned(),
        origin: function.origin,
    }
}

//! Finds the functions of a module that LLVM rejects.
//!
//! LLVM's parser and verifier stop at the first error, and often report no position. So after a module was
//! rejected:
//! 1. Each function is checked alone, without compiling it: LLVM may end the process over a function that it
//!    cannot compile ([`emit`](super::emit)).
//! 2. If each function is valid alone, the fault is the first one that contradicts those before it.
//! 3. If there is no such function either, each function is compiled alone.

use super::emit::{Severity, TargetDescription, emit_object};
use super::library::LlvmError;
use super::module::{IrFunction, Module};
use super::module_assembly::Origin;
use super::verify::check_ir;

/// LLVM's error about a call of an intrinsic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionFault {
    /// The callee ([`IrFunction::callee`]).
    pub callee: String,
    /// LLVM's message.
    pub message: String,
    /// The call in the source.
    pub origin: Option<Origin>,
}

/// Returns LLVM's errors about the functions of `module`, which it did not compile. Empty if its errors are
/// not about functions.
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
        // The first `good` functions are valid together, the first `bad` ones are not.
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
    // The parser writes `cgu:1:63: error: invalid redefinition`, then the line and a caret. The verifier
    // writes the message, then the values.
    let line = message.lines().next().unwrap_or_default();
    let text = line.split_once(": error: ").map_or(line, |(_, text)| text);
    FunctionFault {
        callee: function.callee.clone(),
        message: text.trim_end_matches(['!', '.']).to_owned(),
        origin: function.origin,
    }
}

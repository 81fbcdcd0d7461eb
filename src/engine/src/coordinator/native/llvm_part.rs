//! The part of finishing a unit that asks LLVM: assembly and vendor intrinsics become an object in memory.

use crate::assembly::{Complaint, Level};
use crate::llvm::{TargetDescription, emit_object};
use crate::phases::{Phase, measure};
use crate::unit::SealedUnit;

use super::super::shell::{Failure, Problem, Report, Severity};

/// The object that LLVM makes of the unit's part for it, if there is any. What LLVM says goes to `report`; the last error
/// is the reason why the unit has no object.
pub(super) fn compile(
    target: Option<&TargetDescription>,
    sealed: &SealedUnit,
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
    let emitted =
        measure(Phase::Assemble, || emit_object(target, &sealed.name, &module.ir(), module.assembly.text()))
            .map_err(|error| Box::new(Problem::Llvm(error)))?;
    let mut failure = None;
    for diagnostic in emitted.diagnostics {
        let complaint = Complaint::of(&module.assembly, diagnostic);
        match complaint.level {
            Level::Error => {
                if let Some(earlier) = failure.replace(complaint) {
                    send(sealed, Severity::Error, earlier, report);
                }
            }
            Level::Warning => send(sealed, Severity::Warning, complaint, report),
            Level::Note => send(sealed, Severity::Note, complaint, report),
        }
    }
    match failure {
        Some(complaint) => Err(Box::new(Problem::Assembly { complaint })),
        None => Ok(emitted.object),
    }
}

fn send(sealed: &SealedUnit, severity: Severity, complaint: Complaint, report: &mut dyn FnMut(Report)) {
    report(Report { severity, unit: Some(sealed.name.clone()), problem: Problem::Assembly { complaint } });
}

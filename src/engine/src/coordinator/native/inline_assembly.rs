//! The part of finishing a unit that runs the assembler.

use std::path::Path;

use crate::assembly::{Complaint, Level, assemble};
use crate::phases::{Phase, measure};
use crate::unit::SealedUnit;

use super::super::shell::{Failure, Problem, Report, Severity};

/// The object made of the unit's assembly, if it has any. `output` is where the unit's own object will be.
pub(super) fn assemble_unit(
    unit: &str,
    sealed: &SealedUnit,
    output: &Path,
    report: &mut dyn FnMut(Report),
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(assembly) = &sealed.assembly else { return Ok(None) };
    let scratch = output.with_added_extension("asm.tmp");
    let result = measure(Phase::Assemble, || assemble(assembly, &scratch))
        .map_err(|error| Box::new(Problem::Assembler(error)))?;
    // The last error is the reason why the unit has no object.
    let mut failure = None;
    for complaint in result.complaints {
        if complaint.level == Level::Warning {
            send(unit, Severity::Warning, complaint, report);
        } else if let Some(earlier) = failure.replace(complaint) {
            send(unit, Severity::Error, earlier, report);
        }
    }
    match failure {
        Some(complaint) => Err(Box::new(Problem::Assembly { complaint })),
        None => Ok(result.object),
    }
}

fn send(unit: &str, severity: Severity, complaint: Complaint, report: &mut dyn FnMut(Report)) {
    report(Report { severity, unit: Some(unit.into()), problem: Problem::Assembly { complaint } });
}

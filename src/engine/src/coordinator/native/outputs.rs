//! Writing the outputs of one unit, each under a temporary name that is then replaced by its own.
//!
//! In order: CLIF as text; the object (made also when only its disassembly is wanted); the disassembly of the object.

use std::fs;
use std::path::{Path, PathBuf};

use crate::artifacts::{files, remove_temporaries};
use crate::assembly;
use crate::compile::CompiledFunction;
use crate::object::write_unit_with_assembly;
use crate::phases::{Phase, measure};
use crate::unit::SealedUnit;

use super::super::shell::{Failure, Problem, Report};
use super::{NativeExecutor, NativeFunction, UnitFiles, UnitRequest, UnitStatistics, clif_text, llvm_part};

impl NativeExecutor {
    /// Writes what `unit` asks for. `written` says what there is, also after a failure.
    pub(super) fn write_outputs(
        &self,
        unit: &UnitRequest,
        sealed: &SealedUnit,
        compiled: Vec<NativeFunction>,
        written: &mut UnitFiles,
        report: &mut dyn FnMut(Report),
    ) -> Result<UnitStatistics, Failure> {
        let mut texts = Vec::new();
        let mut functions = Vec::with_capacity(compiled.len());
        for NativeFunction { function, clif } in compiled {
            texts.extend(clif.map(|text| (function.symbol, text)));
            functions.push(function);
        }
        let mut statistics = count(&functions);
        if let Some(path) = &unit.output.clif {
            write(path, clif_text::unit_text(sealed, texts).as_bytes())?;
            written.clif = Some(path.clone());
        }
        let Some(place) = ObjectPlace::of(&unit.output) else { return Ok(statistics) };
        statistics.object_size = self.write_object(unit, sealed, &functions, &place, written, report)?;
        if let Some(path) = &unit.output.assembly {
            let text = self.disassembly(unit, place.path());
            place.leave();
            write(path, text?.as_bytes())?;
            written.assembly = Some(path.clone());
        }
        Ok(statistics)
    }

    /// With the split debug information, if there is any. Gives the object's size in bytes.
    fn write_object(
        &self,
        unit: &UnitRequest,
        sealed: &SealedUnit,
        functions: &[CompiledFunction],
        place: &ObjectPlace,
        written: &mut UnitFiles,
        report: &mut dyn FnMut(Report),
    ) -> Result<u64, Failure> {
        let assembled = llvm_part::compile(self.llvm_target.as_ref(), sealed, report)?;
        let bytes = measure(Phase::Object, || {
            write_unit_with_assembly(&*self.isa, sealed, functions, assembled.as_deref())
        })
        .map_err(|error| Problem::Object { unit: unit.name.clone(), error })?;
        // First: what is in the object refers to it.
        if let (Some(path), Some(bytes)) = (&unit.output.dwarf_object, &bytes.dwarf_object) {
            write(path, bytes)?;
            written.dwarf_object = Some(path.clone());
        }
        write(place.path(), &bytes.object)?;
        if let ObjectPlace::Output(path) = place {
            written.object = Some(path.clone());
        }
        Ok(bytes.object.len() as u64)
    }

    fn disassembly(&self, unit: &UnitRequest, object: &Path) -> Result<String, Failure> {
        let architecture = self.isa.triple().architecture.into_str();
        let text = assembly::disassemble(&architecture, object)
            .map_err(|error| Box::new(Problem::Disassembler(error)))?;
        Ok(format!("# codegen unit {}\n\n{text}", unit.name))
    }

    /// Removes the files of a unit that nobody wants any more, unless all temporary files are to stay.
    pub(super) fn discard_files(&self, files: &UnitFiles) {
        remove_temporaries(self.temporaries, std::iter::once(files));
    }
}

/// Where a unit's object is written.
enum ObjectPlace {
    Output(PathBuf),
    /// It is only disassembled.
    Temporary(PathBuf),
}

impl ObjectPlace {
    /// `None` if no object is needed.
    fn of(output: &UnitFiles) -> Option<ObjectPlace> {
        let temporary =
            || Some(ObjectPlace::Temporary(output.assembly.as_ref()?.with_added_extension("o.tmp")));
        output.object.clone().map(ObjectPlace::Output).or_else(temporary)
    }

    fn path(&self) -> &Path {
        match self {
            ObjectPlace::Output(path) | ObjectPlace::Temporary(path) => path,
        }
    }

    /// The object has been disassembled.
    fn leave(&self) {
        if let ObjectPlace::Temporary(path) = self {
            // That it stays would be no reason to fail.
            let _ = fs::remove_file(path);
        }
    }
}

fn count(functions: &[CompiledFunction]) -> UnitStatistics {
    UnitStatistics {
        functions: functions.len(),
        clif_instructions: functions
            .iter()
            .map(|function| u64::from(function.statistics.clif_instructions))
            .sum(),
        code_size: functions.iter().map(|function| function.code.len() as u64).sum(),
        object_size: 0,
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    measure(Phase::Write, || files::write(path, bytes))
        .map_err(|error| Box::new(Problem::File { action: "write", path: path.to_owned(), error }))
}

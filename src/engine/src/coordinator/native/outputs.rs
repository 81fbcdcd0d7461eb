//! Writes the outputs of one CGU, so that an incomplete file is never visible ([`files`]).
//!
//! 1. CLIF as text.
//! 2. The object, which is also made if only the disassembly is requested. Split debug information comes
//!    first.
//! 3. The disassembly. The disassembler reads a temporary copy of the object.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::artifacts::{ArtifactKind, CguFiles, files, remove_temporaries};
use crate::assembly;
use crate::cgu::SealedCgu;
use crate::compile::CompiledFunction;
use crate::object::write_cgu_with_assembly;
use crate::phases::{Phase, measure};

use super::super::workers::{Failure, Problem, Report};
use super::{CguRequest, CguStatistics, NativeExecutor, NativeFunction, clif_text, llvm_part};

impl NativeExecutor {
    /// Writes the outputs of `cgu`. `written` gets the files that exist, also after a failure.
    pub(super) fn write_outputs(
        &self,
        cgu: &CguRequest,
        sealed: &SealedCgu,
        compiled: Vec<NativeFunction>,
        written: &mut CguFiles,
        report: &mut dyn FnMut(Report),
    ) -> Result<CguStatistics, Failure> {
        let mut texts = Vec::new();
        let mut functions = Vec::with_capacity(compiled.len());
        for NativeFunction { function, clif } in compiled {
            texts.extend(clif.map(|text| (function.symbol, text)));
            functions.push(function);
        }
        let mut statistics = count(&functions);
        if let Some(path) = &cgu.output.clif {
            write(path, clif_text::cgu_text(sealed, texts).as_bytes())?;
            written.clif = Some(path.clone());
        }
        if cgu.output.object.is_none() && cgu.output.assembly.is_none() {
            return Ok(statistics);
        }
        let object = self.object(cgu, sealed, &functions, written, report)?;
        statistics.object_size = object.len() as u64;
        if let Some(path) = &cgu.output.object {
            write(path, &object)?;
            written.object = Some(path.clone());
        }
        if let Some(path) = &cgu.output.assembly {
            write(path, self.disassembly(cgu, path, &object)?.as_bytes())?;
            written.assembly = Some(path.clone());
        }
        Ok(statistics)
    }

    /// Returns the object. Writes the split debug information that the object refers to, if there is any.
    fn object(
        &self,
        cgu: &CguRequest,
        sealed: &SealedCgu,
        functions: &[CompiledFunction],
        written: &mut CguFiles,
        report: &mut dyn FnMut(Report),
    ) -> Result<Vec<u8>, Failure> {
        let assembled = llvm_part::compile(self.llvm_target.as_ref(), sealed, functions, report)?;
        let bytes = measure(Phase::Object, || {
            write_cgu_with_assembly(&*self.isa, sealed, functions, assembled.as_deref())
        })
        .map_err(|error| llvm_part::failure(self.llvm_target.as_ref(), sealed, error))?;
        if let (Some(path), Some(bytes)) = (&cgu.output.dwarf_object, &bytes.dwarf_object) {
            write(path, bytes)?;
            written.dwarf_object = Some(path.clone());
        }
        Ok(bytes.object)
    }

    /// Returns the text of the output `path`.
    fn disassembly(&self, cgu: &CguRequest, path: &Path, object: &[u8]) -> Result<String, Failure> {
        let architecture = self.isa.triple().architecture.into_str();
        let scratch = scratch_name(path);
        write(&scratch, object)?;
        let text = assembly::disassemble(&architecture, &scratch);
        // A remaining temporary file is not a reason to fail.
        let _ = fs::remove_file(&scratch);
        let text = text.map_err(|error| Box::new(Problem::Disassembler(error)))?;
        let [first, last] = ArtifactKind::Assembly.first_and_last_line(&cgu.name).unwrap_or_default();
        Ok(format!("{first}\n{text}\n{last}"))
    }

    /// Removes the files of a CGU that is discarded, unless temporary files are kept.
    pub(super) fn discard_files(&self, files: &CguFiles) {
        remove_temporaries(self.temporaries, std::iter::once(files));
    }
}

/// Returns a path next to `path` for the copy to disassemble. No other process or thread uses it. The object
/// itself cannot be used, since another compiler of the same crate in this folder may remove it at any time.
fn scratch_name(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".clif-{}-{number}.o.tmp", std::process::id()))
}

fn count(functions: &[CompiledFunction]) -> CguStatistics {
    CguStatistics {
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

//! The suite `codegen-errors`: what is found wrong only when code is generated. Messages and status must
//! equal those of the LLVM backend, byte for byte.
//!
//! [`intrinsics`] has wrong calls of intrinsics, [`entry`] programs that name the symbol `main` themselves.

mod entry;
mod intrinsics;

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use build_system::files;
use build_system::parallel;
use build_system::process::Outcome;

use super::run_pass::{first_difference, programs, stem};
use crate::suite::{CaseResult, Context, Filter};

/// The longest that one compilation may take.
const LIMIT: Duration = Duration::from_secs(120);

/// The names of all cases.
pub fn cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let sources = programs(&context.layout.clone.join("tests/codegen_errors"))?;
    let internal = intrinsics::INTERNAL.iter().map(|(name, ..)| *name);
    let entry = entry::PROGRAMS.iter().map(|program| program.name);
    Ok(Some(sources.iter().map(|path| stem(path)).chain(internal.chain(entry).map(str::to_owned)).collect()))
}

/// Compiles what is selected with both compilers.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let mut sources = programs(&context.layout.clone.join("tests/codegen_errors"))?;
    sources.retain(|path| filter.selects(&stem(path)));
    let (clif, llvm) = (context.dist()?.rustc_clif(), super::llvm_compiler(context)?);
    let scratch = context.scratch("codegen-errors");
    files::remove(&scratch)?;
    files::create_folder(&scratch)?;
    let mut results = parallel::map(&sources, |source| {
        CaseResult::of(stem(source), intrinsics::same_messages(&clif, &llvm, source, &scratch))
    });
    let internal: Vec<_> =
        intrinsics::INTERNAL.iter().enumerate().filter(|(_, row)| filter.selects(row.0)).collect();
    results.extend(parallel::map(&internal, |&(number, &(name, function, message))| {
        let source = scratch.join(format!("internal_{number}.rs"));
        CaseResult::of(name, intrinsics::refused(&clif, &source, function, message))
    }));
    let entry: Vec<_> =
        entry::PROGRAMS.iter().enumerate().filter(|(_, program)| filter.selects(program.name)).collect();
    results.extend(parallel::map(&entry, |&(number, program)| {
        let folder = scratch.join(format!("entry_{number}"));
        CaseResult::of(program.name, entry::same(&clif, &llvm, program, &folder))
    }));
    Ok(results)
}

/// Fails if two compilers say something else, or end otherwise.
fn ensure_same(theirs: &Outcome, ours: &Outcome) -> Result<()> {
    if theirs.stderr != ours.stderr {
        bail!("the messages differ: {}", first_difference(&theirs.stderr, &ours.stderr));
    }
    ensure!(
        theirs.status == ours.status,
        "it ends with {}, LLVM {}",
        ours.status_text(),
        theirs.status_text()
    );
    Ok(())
}

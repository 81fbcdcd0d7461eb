//! The suite `codegen-errors`: compares errors that only codegen finds. Messages and status must equal those
//! of the LLVM backend, byte for byte.
//!
//! [`intrinsics`] has wrong calls of intrinsics, [`entry`] has programs that name the symbol `main`
//! themselves.

mod entry;
mod intrinsics;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use build_system::files;
use build_system::process::Outcome;

use super::run_pass::{first_difference, programs, stem};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// The time limit of one compilation.
const LIMIT: Duration = Duration::from_secs(120);

/// Plans a case for each file, each call that stops the LLVM backend, and each program that names `main`.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let sources = programs(&context.layout.clone.join("tests/codegen-errors"))?;
    let scratch = context.scratch("codegen-errors");
    let folder = scratch.clone();
    let set_up = move || {
        files::remove(&folder)?;
        files::create_folder(&folder)?;
        BothCompilers::of(context)
    };
    let scratch = Arc::new(scratch);
    let (of_files, of_internal) = (scratch.clone(), scratch.clone());
    let messages = move |compilers: &BothCompilers, source: &PathBuf| {
        intrinsics::same_messages(compilers, source, &of_files)
    };
    let refused = move |compilers: &BothCompilers, row: &(usize, &intrinsics::Internal)| {
        intrinsics::refused(compilers, &of_internal.join(format!("internal_{}.rs", row.0)), row.1)
    };
    let entry = move |compilers: &BothCompilers, row: &(usize, &entry::Program)| {
        entry::same(compilers, row.1, &scratch.join(format!("entry_{}", row.0)))
    };
    let group = Group::new(set_up)
        .cases(sources, |path| stem(path), messages)
        .cases(intrinsics::INTERNAL.iter().enumerate(), |row| row.1.0.to_owned(), refused)
        .cases(entry::PROGRAMS.iter().enumerate(), |row| row.1.name.to_owned(), entry);
    Ok(group.in_parallel())
}

/// Fails if the messages or the status of the two compilers differ.
fn ensure_same(theirs: &Outcome, ours: &Outcome) -> Result<()> {
    if theirs.stderr != ours.stderr {
        bail!("the messages differ: {}", first_difference(&theirs.stderr, &ours.stderr));
    }
    ensure!(
        theirs.status == ours.status,
        "the compiler ends with {}, with LLVM {}",
        ours.status_text(),
        theirs.status_text()
    );
    Ok(())
}

//! The suite `incremental`: what is reused and what is not, and that nobody can tell by the result.
//!
//! 1. [`reuse`]: after an edit, exactly the affected units are recompiled, by rustc's own assertions;
//! 2. [`edits`]: many kinds of edits, one after the other; the program is that of a build from nothing;
//! 3. [`damage`]: files of the cache are damaged;
//! 4. [`bytes`]: the same input gives the same bytes, whoever works and however often.

mod bytes;
mod damage;
mod edits;
mod reuse;

use anyhow::Result;

use crate::made_up::Workplace;
use crate::suite::{CaseResult, Context, Filter};

/// A case: its name and what it does in an empty folder.
type Case = (&'static str, fn(&Workplace) -> Result<()>);

/// The cases that are known without looking at files.
const CASES: [Case; 4] = [
    ("only affected units are recompiled", reuse::affected_units),
    ("edits", edits::edits),
    ("damaged cache", damage::damaged_cache),
    ("same bytes", bytes::same_bytes),
];

/// The names of the cases.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(CASES.iter().map(|(name, _)| (*name).to_owned()).collect()))
}

/// Runs the selected cases.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let rustc = context.dist()?.rustc_clif();
    let mut results = Vec::new();
    for (number, (name, case)) in CASES.iter().enumerate().filter(|(_, (name, _))| filter.selects(name)) {
        let step = context.console.step(format!("Incremental: {name}"));
        let folder = context.scratch("incremental").join(number.to_string());
        let result = Workplace::new(folder, rustc.clone()).and_then(|place| case(&place));
        results.push(CaseResult::of(*name, result));
        drop(step);
    }
    Ok(results)
}

//! The suite `assembly`: what LLVM does for us in the process.
//!
//! - [`mistakes`]: the messages about wrong assembly are LLVM's, byte for byte, at the same places.
//! - [`asleep`]: LLVM is not called for a crate without assembly.
//! - [`features`]: blocks in functions with target features.
//! - [`together`]: many compilers at once in one folder.

mod asleep;
mod features;
mod mistakes;
mod together;

use anyhow::Result;

use crate::suite::{CaseResult, Context, Filter};

/// All cases.
pub fn cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let mut names = mistakes::cases(context)?;
    names.extend(asleep::CASES.iter().map(|case| case.name.to_owned()));
    names.extend([features::CASE, together::CASE].map(str::to_owned));
    Ok(Some(names))
}

/// Runs the selected cases.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let mut results = mistakes::run(context, filter)?;
    results.extend(asleep::run(context, filter)?);
    results.extend(features::run(context, filter)?);
    results.extend(together::run(context, filter)?);
    Ok(results)
}

//! The suite `example`: the example workspace under Cranelift and LLVM must print the same.

use anyhow::{Result, bail};
use build_system::run::{self, Flavour};

use super::run_pass::first_difference;
use crate::suite::{CaseResult, Context, Filter};

/// The only case.
const CASE: &str = "same output";

/// The names of the cases.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(vec![CASE.to_owned()]))
}

/// Builds and runs the example twice.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    if !filter.selects(CASE) {
        return Ok(Vec::new());
    }
    Ok(vec![CaseResult::of(CASE, compare(context))])
}

/// Compares the two outputs.
fn compare(context: &Context<'_>) -> Result<()> {
    let dist = context.dist()?;
    let example = run::Example { layout: context.layout, toolchain: context.toolchain()?, dist };
    example.fetch(context.console)?;
    let clif = example.build_and_run(Flavour::Cranelift, context.console)?;
    let llvm = example.build_and_run(Flavour::Llvm, context.console)?;
    if clif.output != llvm.output {
        bail!("{}", first_difference(&llvm.output, &clif.output));
    }
    Ok(())
}

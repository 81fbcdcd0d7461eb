//! The suite `example`: the example workspace must print the same with Cranelift and with LLVM.

use anyhow::{Result, bail};
use build_system::run::{self, Flavour};

use super::run_pass::first_difference;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// The name of the only case.
const CASE: &str = "same output";

/// Plans the only case.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(Group::plain().case(CASE, |()| compare(context)).in_turn())
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

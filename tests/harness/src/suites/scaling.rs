//! The suite `scaling`: counts the instructions of families of programs at three sizes.
//!
//! A case fails if the exponent of codegen's work is above 1.3 and that of the front end is not. Each case is
//! one family of programs of `./y.sh bench --part scaling`, in all its settings.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use build_system::bench;
use build_system::files;
use build_system::process;
use serde_json::Value;

use crate::context::Context;
use crate::suite::{Group, Plan, skip};

/// Plans a case for each usual family.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || match process::output(Command::new("valgrind").arg("--version")) {
        Ok(_) => Ok(()),
        Err(_) => Err(skip("valgrind is not installed")),
    };
    let count = |_: &(), family: &&str| count(context, family);
    Ok(Group::new(set_up).cases(bench::usual_families(), |name| (*name).to_owned(), count).in_turn())
}

/// Measures one family.
fn count(context: &Context<'_>, family: &str) -> Result<()> {
    let output = context.scratch("scaling").join(family);
    let plan = bench::Plan::growth(&[family], output.clone());
    bench::bench(&plan, context.layout, context.toolchain()?, context.dist()?, context.console)?;
    let report: Value = serde_json::from_str(&files::read_text(&output.join("report.json"))?)?;
    check(report["scaling"].get(0).context("the report has no growth")?)
}

/// Checks that one family grows slowly enough in all settings.
fn check(family: &Value) -> Result<()> {
    for setting in family["settings"].as_array().context("the family has no settings")? {
        if setting["clif"]["is_too_fast"] != false {
            bail!(
                "with {}, codegen grows with the power {}, the front end with {}",
                setting["setting"],
                setting["clif"]["exponents"],
                setting["clif"]["front_end_exponents"]
            );
        }
    }
    Ok(())
}

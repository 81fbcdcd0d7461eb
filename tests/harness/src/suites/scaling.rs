//! The suite `scaling`: what codegen adds to the front end's work grows no faster with a program than the bench allows.
//!
//! Each case is one family of programs of `./y.sh bench --part scaling`, in all its settings.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use build_system::bench::{self, Plan};
use build_system::files;
use build_system::process;
use serde_json::Value;

use crate::suite::{CaseResult, Context, Filter};

/// The names of the usual families.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(bench::usual_families().map(str::to_owned).collect()))
}

/// Counts the wanted families.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let wanted: Vec<&str> = bench::usual_families().filter(|name| filter.selects(name)).collect();
    if process::output(Command::new("valgrind").arg("--version")).is_err() {
        return Ok(wanted
            .into_iter()
            .map(|name| CaseResult::skipped(name, "there is no valgrind"))
            .collect());
    }
    let output = context.scratch("scaling");
    let plan = Plan::growth(&wanted, output.clone());
    bench::bench(&plan, context.layout, context.toolchain()?, context.dist()?, context.console)?;
    let report: Value = serde_json::from_str(&files::read_text(&output.join("report.json"))?)?;
    let families = report["scaling"].as_array().context("the report has no growth")?;
    Ok(families
        .iter()
        .map(|family| CaseResult::of(family["family"].as_str().unwrap_or("?"), check(family)))
        .collect())
}

/// Whether one family is slow enough in all settings.
fn check(family: &Value) -> Result<()> {
    for setting in family["settings"].as_array().context("a family without settings")? {
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

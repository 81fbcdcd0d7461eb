//! The suite `bench`: runs each part of `./y.sh bench` once, on a project of a few lines. The measured values
//! are not judged.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use build_system::bench;
use build_system::files;
use serde_json::Value;

use crate::context::Context;
use crate::suite::{Group, Plan};

/// Checks a part of the report.
type Check = fn(&Value, &Path) -> Result<()>;

/// The case that measures. The setup does the work.
const MEASURES: &str = "measures";

/// The names of the cases, and their checks.
const CHECKS: [(&str, Check); 5] = [
    ("builds are measured by every candidate", builds),
    ("an edit is built again", edits),
    ("programs are run", programs),
    ("profiles have phases", profiles),
    ("tables and charts are written", files_written),
];

/// Measures once, and plans a case for each check of the report.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let output = context.scratch("bench");
    let report = output.clone();
    let check = move |report: &Value, (_, check): &(&str, Check)| check(report, &output);
    let group = Group::new(move || measure(context, &report)).case(MEASURES, |_| Ok(()));
    Ok(group.cases(CHECKS, |(name, _)| (*name).to_owned(), check).in_turn())
}

/// Runs the bench. Our backend is also compared as a library, which is loaded in another way.
fn measure(context: &Context<'_>, output: &Path) -> Result<Value> {
    files::remove(output)?;
    let dist = context.dist()?;
    let plan = bench::Plan::smoke(output.to_owned(), dist.backend());
    bench::bench(&plan, context.layout, context.toolchain()?, dist, context.console)?;
    serde_json::from_str(&files::read_text(&output.join("report.json"))?).context("the report is not JSON")
}

/// Returns the candidates of a build of the only project.
fn build<'a>(report: &'a Value, name: &str) -> Result<&'a Value> {
    let builds = report["projects"][0]["builds"].as_array().context("the report has no builds")?;
    let found = builds.iter().find(|build| build["build"] == name);
    Ok(&found.with_context(|| format!("the report has no build `{name}`"))?["candidates"])
}

/// Checks that a number exists and is above zero.
fn positive(value: &Value, what: &str) -> Result<()> {
    ensure!(value.as_f64().is_some_and(|value| value > 0.0), "{what} is {value}");
    Ok(())
}

/// Every candidate has times. Those with codegen have linked a program with debug information.
fn builds(report: &Value, _output: &Path) -> Result<()> {
    let fresh = build(report, "fresh")?;
    for candidate in ["check", "LLVM", "clif", "clif-2"] {
        let round = &fresh[candidate]["rounds"][0];
        for measure in ["wall", "cpu", "peak_memory"] {
            positive(&round[measure], &format!("{candidate}: {measure}"))?;
        }
        if candidate != "check" {
            positive(&round["linker"]["wall"], &format!("{candidate}: the linker's time"))?;
            for part in ["file", "code", "debug"] {
                positive(&fresh[candidate]["size"][part], &format!("{candidate}: size of {part}"))?;
            }
        }
    }
    ensure!(fresh["check"]["rounds"][0]["linker"]["wall"] == 0.0, "`check` has called the linker");
    ensure!(
        fresh["clif"]["size"]["code"] != fresh["LLVM"]["size"]["code"],
        "the backend was not used: its code is as large as LLVM's"
    );
    ensure!(
        fresh["clif-2"]["size"]["code"] == fresh["clif"]["size"]["code"],
        "the same backend, loaded by its path, makes different code"
    );
    Ok(())
}

/// After an edit, the program is linked again.
fn edits(report: &Value, _output: &Path) -> Result<()> {
    let leaf = build(report, "edit of a leaf")?;
    for candidate in ["LLVM", "clif", "clif-2"] {
        positive(
            &leaf[candidate]["rounds"][0]["linker"]["wall"],
            &format!("{candidate}: the linker's time"),
        )?;
    }
    Ok(())
}

/// The program ran with all candidates that do codegen.
fn programs(report: &Value, _output: &Path) -> Result<()> {
    let program = &report["programs"][0];
    for candidate in ["LLVM", "clif", "clif-2"] {
        positive(&program["candidates"][candidate]["rounds"][0]["cpu"], candidate)?;
    }
    positive(&program["candidates"]["clif"]["cpu_to_llvm"]["median"], "the ratio")
}

/// The lowering thread lowers, the workers compile.
fn profiles(report: &Value, _output: &Path) -> Result<()> {
    for candidate in ["LLVM", "clif", "clif-2"] {
        let profile = &report["profiles"][0]["candidates"][candidate];
        for phase in ["front end", "collector, partition", "lowering", "link"] {
            positive(&profile["lowering_thread"][phase], &format!("{candidate}: {phase}"))?;
        }
        positive(&profile["workers"]["compilation"], &format!("{candidate}: compilation"))?;
    }
    positive(&report["profiles"][0]["candidates"]["clif"]["workers"]["objects, DWARF"], "writing objects")
}

/// All files exist and contain what they are for.
fn files_written(_report: &Value, output: &Path) -> Result<()> {
    let text = files::read_text(&output.join("report.md"))?;
    for heading in
        ["Builds: clif relative to LLVM", "Builds: medians", "Programs", "Where the time goes: smoke"]
    {
        ensure!(text.contains(heading), "report.md has no section `{heading}`");
    }
    for name in ["builds.svg", "programs.svg"] {
        let chart = files::read_text(&output.join(name))?;
        ensure!(
            chart.starts_with("<svg ") && chart.ends_with("</svg>\n"),
            "{name} is not a complete picture"
        );
    }
    Ok(())
}

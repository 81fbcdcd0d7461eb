//! The suite `projects`: builds ripgrep from the registry with the backend and with LLVM. Both must find the
//! same matches.
//!
//! The backend builds it without changes, and with its CGUs combined in the ways of [`COMBINATIONS`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::build;
use build_system::process;
use build_system::registry::Package;

use super::run_pass::first_difference;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// The project: the name of the package and of its program, and its version.
const PROJECT: Package = Package { name: "ripgrep", version: "15.2.0" };
/// The time limit of a search.
const RUN_LIMIT: Duration = Duration::from_secs(60);
/// The searches in the project's own sources: the names of the cases, and the arguments.
const SEARCHES: [(&str, &[&str]); 5] = [
    ("rg fn", &["fn"]),
    ("rg -c fn", &["-c", "fn"]),
    ("rg --json fn", &["--json", "fn"]),
    ("rg with captures", &["-o", "-n", r"(\w+)::(\w+)\(", "-r", "$2 of $1"]),
    ("rg with Unicode", &["-i", r"\p{Lu}\w{3,9}\b.*=>", "-C", "1"]),
];
/// The case that only builds.
const BUILD: &str = "ripgrep builds";
/// The ways to combine the program's CGUs: the name of the case, the target folder, and additions to the
/// environment and to the command. The way with `lto` in the profile has its own target folder; the others
/// share all libraries with the plain build. cargo passes `-Cembed-bitcode=no` if the profile has no LTO.
const COMBINATIONS: [Combination; 3] = [
    ("rg with lto = true", "lto", &[("CARGO_PROFILE_DEV_LTO", "true")], &[]),
    ("rg with -Clto=thin", "clif", &[], &["-Cembed-bitcode=yes", "-Clto=thin"]),
    ("rg with -Cpasses=combine-cgus", "clif", &[], &["-Cpasses=combine-cgus"]),
];
type Combination =
    (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

/// ripgrep's sources, and the two programs.
struct Built {
    sources: PathBuf,
    clif: PathBuf,
    llvm: PathBuf,
}

/// Plans a case for each search. The case that only builds fails together with the setup.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let folder = context.scratch("projects");
    let set_up = || {
        let sources = sources(context)?;
        let (clif, llvm) = build_both(context, &context.scratch("projects"), &sources)?;
        Ok(Built { sources, clif, llvm })
    };
    let search = |built: &Built, (_, arguments): &(&str, &[&str])| {
        compare(&built.clif, &built.llvm, &built.sources, arguments)
    };
    let combined = move |built: &Built, way: &Combination| {
        let combined = build_combined(context, &folder, &built.sources, way)?;
        let compare =
            |(_, arguments): &(&str, &[&str])| compare(&combined, &built.llvm, &built.sources, arguments);
        SEARCHES.iter().try_for_each(compare)
    };
    let group = Group::new(set_up).case(BUILD, |_| Ok(()));
    let group = group.cases(SEARCHES, |row| row.0.to_owned(), search);
    Ok(group.cases(COMBINATIONS, |row| row.0.to_owned(), combined).in_turn())
}

/// Returns ripgrep's sources.
fn sources(context: &Context<'_>) -> Result<PathBuf> {
    PROJECT
        .fetch(&context.scratch("projects"), &context.layout.logs(), context.console)
        .context("cannot fetch ripgrep from the registry")
}

/// Builds ripgrep with the backend and with LLVM. Returns the two programs.
pub fn built(context: &Context<'_>) -> Result<(PathBuf, PathBuf)> {
    build_both(context, &context.scratch("projects"), &sources(context)?)
}

/// Builds with the backend and with LLVM. Returns the two programs.
fn build_both(context: &Context<'_>, folder: &Path, sources: &Path) -> Result<(PathBuf, PathBuf)> {
    let mut clif = Command::new(context.dist()?.cargo_clif());
    process::clean_environment(&mut clif);
    clif.env("CLIF_VERIFY", "1");
    let mut llvm = process::cargo();
    build::with_llvm(&mut llvm, context.toolchain()?);
    let mut programs = Vec::new();
    for (name, command) in [("clif", &mut clif), ("llvm", &mut llvm)] {
        let target = folder.join(name);
        command.current_dir(sources).args(["build", "--locked", "--target-dir"]).arg(&target);
        let step = context.console.step(format!("Building ripgrep ({name})"));
        let log = context.layout.logs().join(format!("project-{name}.log"));
        let what = format!("building ripgrep ({name})");
        process::run_logged(context.console, &what, command, &log, |line| step.progress(line.trim()))?;
        step.finish(&format!("Built ripgrep ({name})"));
        programs.push(target.join("debug/rg"));
    }
    let llvm = programs.pop().context("ripgrep was not built")?;
    let clif = programs.pop().context("ripgrep was not built")?;
    Ok((clif, llvm))
}

/// Builds the program with its CGUs combined. Uses the libraries of the plain build if they fit.
fn build_combined(
    context: &Context<'_>,
    folder: &Path,
    sources: &Path,
    (name, target, environment, flags): &Combination,
) -> Result<PathBuf> {
    let target = folder.join(target);
    let mut command = Command::new(context.dist()?.cargo_clif());
    process::clean_environment(&mut command);
    command.env("CLIF_VERIFY", "1").envs(environment.iter().copied()).current_dir(sources);
    command.args(["rustc", "--locked", "--bin", "rg", "--target-dir"]).arg(&target).arg("--").args(*flags);
    let step = context.console.step(format!("Building {name}"));
    let log = context.layout.logs().join("project-combined.log");
    process::run_logged(context.console, name, &mut command, &log, |line| step.progress(line.trim()))?;
    step.finish(&format!("Built {name}"));
    Ok(target.join("debug/rg"))
}

/// Compares the matches of the two programs.
fn compare(clif: &Path, llvm: &Path, sources: &Path, arguments: &[&str]) -> Result<()> {
    let search = |program: &Path| -> Result<(Option<i32>, String)> {
        let mut command = Command::new(program);
        command.args(["--no-config", "--sort=path"]).args(arguments).arg(".").current_dir(sources);
        command.env_remove("LD_LIBRARY_PATH");
        let outcome = process::run_limited(&mut command, b"", RUN_LIMIT)?;
        if !outcome.succeeded() {
            bail!("{}: {}", outcome.status_text(), String::from_utf8_lossy(&outcome.stderr));
        }
        let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
        Ok((outcome.status.and_then(|status| status.code()), without_times(&text)))
    };
    let expected = search(llvm).context("the rg built by LLVM fails")?;
    let found = search(clif).context("the rg built by Cranelift fails")?;
    if expected.1.is_empty() {
        bail!("there are no matches, so nothing is compared");
    }
    if expected != found {
        bail!("{}", first_difference(expected.1.as_bytes(), found.1.as_bytes()));
    }
    Ok(())
}

/// Returns the lines of a text. In lines of JSON, times are removed.
fn without_times(text: &str) -> String {
    let line_without = |line: &str| match serde_json::from_str::<serde_json::Value>(line) {
        Ok(mut value) if value.is_object() => {
            remove_times(&mut value);
            value.to_string()
        }
        _ => line.to_owned(),
    };
    text.lines().map(line_without).collect::<Vec<_>>().join("\n")
}

/// Removes every `elapsed` and `elapsed_total`.
fn remove_times(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|key, _| !key.starts_with("elapsed"));
            map.values_mut().for_each(remove_times);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(remove_times),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_removed_and_the_rest_stays() {
        let text = "plain {x}\n{\"type\":\"end\",\"stats\":{\"elapsed\":{\"nanos\":5},\"matches\":3},\"elapsed_total\":1}\n";
        assert_eq!(without_times(text), "plain {x}\n{\"stats\":{\"matches\":3},\"type\":\"end\"}");
        assert_ne!(without_times("{\"matches\":3}"), without_times("{\"matches\":4}"));
    }
}

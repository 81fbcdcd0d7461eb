//! The suite `projects`: builds programs with the backend and with LLVM, which must print the same.
//!
//! - ripgrep from the registry, whose matches are compared. The backend builds it without changes, and with
//!   its CGUs combined in the ways of [`COMBINATIONS`].
//! - `tests/projects/foreign-code`, whose dependencies bring C and assembly.
//!
//! For another machine, the programs run in its emulator.

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
use crate::target::TestTarget;

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
/// The project with C and assembly: its name, and its folder in the clone.
const FOREIGN_CODE: (&str, &str) = ("foreign-code", "tests/projects/foreign-code");
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

/// The folder of this suite's files.
const FOLDER: &str = "projects";

/// A project to build.
struct Project {
    /// Its name in messages and logs.
    name: &'static str,
    /// The name of its program.
    program: &'static str,
    /// Its sources.
    sources: PathBuf,
}

/// ripgrep's sources, and the two programs.
struct Built {
    sources: PathBuf,
    clif: PathBuf,
    llvm: PathBuf,
    /// The target that they are built for.
    target: TestTarget,
}

/// Plans a case for each search. The case that only builds fails together with the setup.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let folder = context.scratch(FOLDER);
    let set_up = || {
        let sources = sources(context)?;
        let (clif, llvm) = built(context)?;
        Ok(Built { sources, clif, llvm, target: context.target })
    };
    let search = |built: &Built, (_, arguments): &(&str, &[&str])| built.compare(&built.clif, arguments);
    let combined = move |built: &Built, way: &Combination| {
        let combined = build_combined(context, &folder, &built.sources, way)?;
        SEARCHES.iter().try_for_each(|(_, arguments)| built.compare(&combined, arguments))
    };
    let group = Group::new(set_up).case(BUILD, |_| Ok(()));
    let group = group.cases(SEARCHES, |row| row.0.to_owned(), search);
    let ripgrep = group.cases(COMBINATIONS, |row| row.0.to_owned(), combined).in_turn();
    let foreign = Group::plain().case(FOREIGN_CODE.0, |()| foreign_code(context)).in_turn();
    Ok(ripgrep.then(foreign))
}

/// Compares what the two programs with foreign code print.
fn foreign_code(context: &Context<'_>) -> Result<()> {
    let (name, folder) = FOREIGN_CODE;
    let sources = context.layout.clone.join(folder);
    let target_folder = context.scratch(FOLDER).join(name);
    let (clif, llvm) = build_both(context, &target_folder, &Project { name, program: name, sources })?;
    let expected = printed(&mut context.target.program(&llvm)).context("the program built by LLVM fails")?;
    let found =
        printed(&mut context.target.program(&clif)).context("the program built by Cranelift fails")?;
    if expected != found {
        bail!("{}", first_difference(&expected, &found));
    }
    Ok(())
}

/// Returns ripgrep's sources.
fn sources(context: &Context<'_>) -> Result<PathBuf> {
    PROJECT
        .fetch(&context.scratch(FOLDER), &context.layout.logs(), context.console)
        .context("cannot fetch ripgrep from the registry")
}

/// Builds ripgrep with the backend and with LLVM. Returns the two programs.
pub fn built(context: &Context<'_>) -> Result<(PathBuf, PathBuf)> {
    let project = Project { name: PROJECT.name, program: "rg", sources: sources(context)? };
    build_both(context, &context.scratch(FOLDER), &project)
}

/// Builds a project with the backend and with LLVM. Returns the two programs.
fn build_both(context: &Context<'_>, folder: &Path, project: &Project) -> Result<(PathBuf, PathBuf)> {
    let mut clif = Command::new(context.dist()?.cargo_clif());
    process::clean_environment(&mut clif);
    clif.env("CLIF_VERIFY", "1");
    let mut llvm = process::cargo();
    build::with_llvm(&mut llvm, context.toolchain()?);
    let mut programs = Vec::new();
    for (name, command) in [("clif", &mut clif), ("llvm", &mut llvm)] {
        let target = folder.join(name);
        context.target.build_for(command);
        command.current_dir(&project.sources).args(["build", "--locked", "--target-dir"]).arg(&target);
        let what = format!("{} ({name})", project.name);
        let step = context.console.step(format!("Building {what}"));
        let log = context.layout.logs().join(format!("project-{}-{name}.log", project.name));
        process::run_logged(context.console, &format!("building {what}"), command, &log, |line| {
            step.progress(line.trim());
        })?;
        step.finish(&format!("Built {what}"));
        programs.push(context.target.built_in(&target).join(project.program));
    }
    let llvm = programs.pop().context("LLVM's program was not built")?;
    let clif = programs.pop().context("Cranelift's program was not built")?;
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
    context.target.build_for(&mut command);
    command.env("CLIF_VERIFY", "1").envs(environment.iter().copied()).current_dir(sources);
    command.args(["rustc", "--locked", "--bin", "rg", "--target-dir"]).arg(&target).arg("--").args(*flags);
    let step = context.console.step(format!("Building {name}"));
    let log = context.layout.logs().join("project-combined.log");
    process::run_logged(context.console, name, &mut command, &log, |line| step.progress(line.trim()))?;
    step.finish(&format!("Built {name}"));
    Ok(context.target.built_in(&target).join("rg"))
}

impl Built {
    /// Compares the matches of a program that the backend compiled with those of LLVM's.
    fn compare(&self, clif: &Path, arguments: &[&str]) -> Result<()> {
        let expected = self.search(&self.llvm, arguments).context("the rg built by LLVM fails")?;
        let found = self.search(clif, arguments).context("the rg built by Cranelift fails")?;
        if expected.is_empty() {
            bail!("there are no matches, so nothing is compared");
        }
        if expected != found {
            bail!("{}", first_difference(expected.as_bytes(), found.as_bytes()));
        }
        Ok(())
    }

    /// Returns the matches that a program prints. It must succeed.
    fn search(&self, program: &Path, arguments: &[&str]) -> Result<String> {
        let mut command = self.target.program(program);
        command.args(["--no-config", "--sort=path"]).args(arguments).arg(".").current_dir(&self.sources);
        Ok(without_times(&String::from_utf8_lossy(&printed(&mut command)?)))
    }
}

/// Runs a program, which must succeed. Returns its standard output.
fn printed(command: &mut Command) -> Result<Vec<u8>> {
    let outcome = process::run_limited(command.env_remove("LD_LIBRARY_PATH"), b"", RUN_LIMIT)?;
    if !outcome.succeeded() {
        bail!("{}: {}", outcome.status_text(), String::from_utf8_lossy(&outcome.stderr));
    }
    Ok(outcome.stdout)
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

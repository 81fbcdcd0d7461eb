//! The suite `projects`: ripgrep from the registry, built by the backend and by LLVM, must find the same things.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::run_pass::first_difference;
use super::suite::{CaseResult, Context, Filter};
use crate::build;
use crate::files::{self, Mode};
use crate::process;

/// The project: its name, which is also its program's package, and its version.
const PROJECT: (&str, &str) = ("ripgrep", "15.2.0");
/// The longest that a search may take.
const RUN_LIMIT: Duration = Duration::from_secs(60);
/// What is searched for in the project's own sources: the name of the case, and the arguments.
const SEARCHES: [(&str, &[&str]); 5] = [
    ("rg fn", &["fn"]),
    ("rg -c fn", &["-c", "fn"]),
    ("rg --json fn", &["--json", "fn"]),
    ("rg with captures", &["-o", "-n", r"(\w+)::(\w+)\(", "-r", "$2 of $1"]),
    ("rg with Unicode", &["-i", r"\p{Lu}\w{3,9}\b.*=>", "-C", "1"]),
];
/// The case that only builds.
const BUILD: &str = "ripgrep builds";

/// The names of the cases.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let searches = SEARCHES.iter().map(|(name, _)| (*name).to_owned());
    Ok(Some(std::iter::once(BUILD.to_owned()).chain(searches).collect()))
}

/// Builds ripgrep twice and compares what the two find.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let folder = context.scratch("projects");
    let sources = match fetch(context, &folder) {
        Ok(sources) => sources,
        Err(error) => {
            return Ok(vec![CaseResult::of(
                BUILD,
                Err(error.context("it cannot be fetched from the registry")),
            )]);
        }
    };
    let built = build_both(context, &folder, &sources);
    let (clif, llvm) = match built {
        Ok(both) => both,
        Err(error) => return Ok(vec![CaseResult::of(BUILD, Err(error))]),
    };
    let mut results = vec![CaseResult::of(BUILD, Ok(()))];
    for (name, arguments) in SEARCHES.iter().filter(|(name, _)| filter.selects(name)) {
        results.push(CaseResult::of(*name, compare(&clif, &llvm, &sources, arguments)));
    }
    Ok(results)
}

/// Builds ripgrep with the backend and with LLVM; returns the two programs.
pub fn built(context: &Context<'_>) -> Result<(PathBuf, PathBuf)> {
    let folder = context.scratch("projects");
    let sources = fetch(context, &folder).context("it cannot be fetched from the registry")?;
    build_both(context, &folder, &sources)
}

/// Gets the sources from the registry, by a package that depends on them; returns a copy that builds by itself.
fn fetch(context: &Context<'_>, folder: &Path) -> Result<PathBuf> {
    let (name, version) = PROJECT;
    let sources = folder.join(format!("{name}-{version}"));
    if sources.join("Cargo.toml").exists() {
        return Ok(sources);
    }
    let fetcher = folder.join("fetch");
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         {name} = \"={version}\"\n"
    );
    files::write_file(&fetcher.join("Cargo.toml"), manifest.as_bytes(), Mode::Plain)?;
    files::write_file(&fetcher.join("src/lib.rs"), b"", Mode::Plain)?;
    let log = context.layout.logs().join("project-fetch.log");
    let mut command = process::cargo();
    command.current_dir(&fetcher).arg("fetch");
    process::run_logged(context.console, "fetching ripgrep", &mut command, &log, |_| {})?;
    let origin = in_registry(&format!("{name}-{version}")).context("ripgrep was not fetched")?;
    let partial = folder.join("copying");
    files::remove(&partial)?;
    copy_folder(&origin, &partial)?;
    // A copy inside another workspace would be taken for its member.
    let manifest = partial.join("Cargo.toml");
    let mut text = files::read_text(&manifest)?;
    if !text.contains("[workspace]") {
        text.push_str("\n[workspace]\n");
        files::write_file(&manifest, text.as_bytes(), Mode::Plain)?;
    }
    std::fs::rename(&partial, &sources).with_context(|| format!("cannot create {}", sources.display()))?;
    Ok(sources)
}

/// The folder of a fetched package; cargo tells it only for packages that are libraries.
fn in_registry(package: &str) -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let registries = files::entries(&home.join("registry/src")).unwrap_or_default();
    registries.into_iter().map(|registry| registry.join(package)).find(|folder| folder.is_dir())
}

/// Copies a folder with everything in it.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    files::create_folder(to)?;
    for path in files::entries(from)? {
        let target = to.join(files::name_of(&path));
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).with_context(|| format!("cannot create {}", target.display()))?;
        }
    }
    Ok(())
}

/// Builds with the backend and with LLVM; returns the two programs.
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

/// Compares what the two programs find.
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
    let expected = search(llvm).context("the LLVM-built rg")?;
    let found = search(clif).context("the Cranelift-built rg")?;
    if expected.1.is_empty() {
        bail!("nothing was found, so nothing was compared");
    }
    if expected != found {
        bail!("{}", first_difference(expected.1.as_bytes(), found.1.as_bytes()));
    }
    Ok(())
}

/// The lines of a text; in those that are JSON, without how long something took.
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

//! The suite `std-tests`: the tests of the standard library itself, compiled by LLVM and by the backend.
//!
//! For each test package: its sources are copied out of the toolchain, beside what they include by path; cargo builds and
//! runs it with both compilers against the same standard library; which tests pass, fail and are ignored must be the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::libtest;
use super::suite::{CaseResult, Context, Filter, Verdict};
use crate::build;
use crate::files::{self, Mode};
use crate::process;

/// A package of tests.
struct Package {
    /// Its name and folder.
    name: &'static str,
    /// Folders that it includes files of.
    includes: &'static [&'static str],
    /// Which of its targets are run.
    targets: &'static [&'static str],
    /// Parts of the names of tests that are left out.
    left_out: &'static [&'static str],
}

/// All packages.
const PACKAGES: [Package; 2] = [
    Package {
        name: "coretests",
        includes: &[],
        targets: &["--test=coretests"],
        // They compare as many elements as an address has values, which only an optimiser makes short.
        left_out: &["_max_range"],
    },
    Package {
        name: "alloctests",
        includes: &["alloc"],
        targets: &["--lib", "--test=alloctests", "--test=vec_deque_alloc_error"],
        left_out: &[],
    },
];
/// The longest that building and running one package with one compiler may take.
const LIMIT: Duration = Duration::from_secs(90 * 60);
/// How many differences are shown.
const SHOWN: usize = 20;
/// No debug information, which is not what is tested here.
const PROFILE: &str = "\n[workspace]\n[profile.dev]\ndebug = 0\nincremental = false\n";

/// How often each test came to what: `ok`, `failed`, `ignored`. Names occur again in several targets.
type Results = BTreeMap<(String, &'static str), usize>;

/// The names of all packages.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(PACKAGES.iter().map(|package| package.name.to_owned()).collect()))
}

/// Builds and runs the selected packages with both compilers.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let library = context.toolchain()?.compiler.standard_library_sources();
    let library = library.context("the toolchain has no sources of the standard library (rust-src)")?;
    let scratch = context.scratch("std-tests");
    let selected = PACKAGES.iter().filter(|package| filter.selects(package.name));
    selected
        .map(|package| Ok(CaseResult::of(package.name, case(context, package, &library, &scratch))))
        .collect()
}

fn case(context: &Context<'_>, package: &Package, library: &Path, scratch: &Path) -> Result<()> {
    let folder = copy_sources(package, library, scratch)?;
    let step = context.console.step(format!("Running {} with both compilers", package.name));
    let mut llvm = process::cargo();
    build::with_llvm(&mut llvm, context.toolchain()?);
    let mut clif = process::cargo();
    clif.env("RUSTC", context.dist()?.rustc_clif()).env("CLIF_VERIFY", "1");
    let run = |name: &str, command: &mut Command| {
        let target = scratch.join(format!("{}-{name}", package.name));
        step.progress(name);
        run_tests(context, package, command, &folder, &target).with_context(|| format!("with {name}"))
    };
    let (expected, found) = (run("llvm", &mut llvm)?, run("clif", &mut clif)?);
    step.finish(&format!("Ran {} tests of {}", expected.values().sum::<usize>(), package.name));
    compare(&expected, &found)
}

/// Copies a package and what it includes, so that nothing is written into the toolchain.
fn copy_sources(package: &Package, library: &Path, scratch: &Path) -> Result<PathBuf> {
    for name in package.includes.iter().chain([&package.name]) {
        let target = scratch.join("library").join(name);
        files::remove(&target)?;
        files::copy_folder(&library.join(name), &target)?;
    }
    let folder = scratch.join("library").join(package.name);
    let manifest = folder.join("Cargo.toml");
    let text = files::read_text(&manifest)? + PROFILE;
    files::write_file(&manifest, text.as_bytes(), Mode::Plain)?;
    Ok(folder)
}

fn run_tests(
    context: &Context<'_>,
    package: &Package,
    command: &mut Command,
    folder: &Path,
    target: &Path,
) -> Result<Results> {
    command.current_dir(folder).env("RUSTC_BOOTSTRAP", "1").env("RUST_BACKTRACE", "0");
    command.args(["test", "--no-fail-fast", "--target-dir"]).arg(target).args(package.targets).arg("--");
    command.args(package.left_out.iter().flat_map(|part| ["--skip", part]));
    let outcome = process::run_limited(command, b"", LIMIT)?;
    let output = String::from_utf8_lossy(&outcome.stdout);
    let log = context.layout.logs().join(format!("{}.log", files::name_of(target)));
    let text = format!("{}{output}", String::from_utf8_lossy(&outcome.stderr));
    files::write_file(&log, text.as_bytes(), Mode::Plain)?;
    // A test program that ends early has no summary.
    if output.matches("\ntest result: ").count() < package.targets.len() {
        bail!("not all test programs came to their end ({}); see {}", outcome.status_text(), log.display());
    }
    let mut results = Results::new();
    for result in libtest::results(&output) {
        let word = match result.verdict {
            Verdict::Passed => "ok",
            Verdict::Failed(_) => "failed",
            Verdict::Skipped(_) => "ignored",
        };
        *results.entry((result.name, word)).or_default() += 1;
    }
    Ok(results)
}

fn compare(expected: &Results, found: &Results) -> Result<()> {
    if expected.is_empty() {
        bail!("no test was run, so nothing was compared");
    }
    let differs = |one: &Results, other: &Results| {
        one.iter()
            .filter(|(key, count)| other.get(*key) != Some(count))
            .map(|((name, word), _)| format!("{name}: {word}"))
            .collect::<Vec<_>>()
    };
    let only_llvm = differs(expected, found).into_iter().map(|text| format!("\n    {text} with LLVM"));
    let only_clif = differs(found, expected).into_iter().map(|text| format!("\n    {text} with Cranelift"));
    let lines: Vec<String> = only_llvm.chain(only_clif).collect();
    if !lines.is_empty() {
        bail!("{} results differ:{}", lines.len(), lines[..lines.len().min(SHOWN)].concat());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(entries: &[(&str, &'static str, usize)]) -> Results {
        entries.iter().map(|&(name, word, count)| ((name.to_owned(), word), count)).collect()
    }

    #[test]
    fn every_difference_is_found() {
        let both = results(&[("a", "ok", 2), ("b", "ignored", 1)]);
        compare(&both, &both).unwrap();
        assert!(compare(&Results::new(), &both).is_err());
        for other in [
            results(&[("a", "ok", 1), ("b", "ignored", 1)]),
            results(&[("a", "ok", 2)]),
            results(&[("a", "ok", 2), ("b", "ok", 1)]),
            results(&[("a", "ok", 2), ("b", "ignored", 1), ("c", "failed", 1)]),
        ] {
            assert!(compare(&both, &other).is_err(), "{other:?}");
        }
    }
}

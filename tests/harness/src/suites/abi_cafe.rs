//! The suite `abi-cafe`: the tests of the package abi-cafe, which call functions between our code,
//! LLVM's Rust code and C.
//!
//! Runs these steps:
//! 1. Fetch abi-cafe in its exact version, and compile it with the user's own compiler.
//! 2. For each of its tests, abi-cafe compiles callers and callees, runs all [`PAIRS`] of them and reports
//!    the results.
//! 3. A pair with our code must have the same result as the pair with LLVM's Rust code instead
//!    ([`Comparison`]).
//!
//! For another machine, the C compiler and the linker are that machine's, and the programs run in its
//! emulator ([`COMPILER`]).
//!
//! The tests run one after the other, because each needs almost a gigabyte on disk. abi-cafe itself uses all
//! cores.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::files::{self, Mode};
use build_system::process;
use build_system::registry::Package;
use serde_json::Value;

use super::abi;
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{CaseResult, Plan};
use crate::target::TestTarget;

/// The package.
const PACKAGE: Package = Package { name: "abi-cafe", version: "1.1.0" };
/// The folder of this suite's files.
const FOLDER: &str = "abi-cafe";
/// Callers and callees.
const PAIRS: [&str; 8] = [
    "rustc_calls_rustc",
    "clif_calls_clif",
    "clif_calls_rustc",
    "rustc_calls_clif",
    "rustc_calls_cc",
    "clif_calls_cc",
    "cc_calls_rustc",
    "cc_calls_clif",
];
/// The calling conventions that abi-cafe knows on all machines. C is only called in its own, Rust in all of
/// them.
const CONVENTIONS: &str = "c,rust";
/// One that only some machines have.
const WIN64: &str = "win64";
/// The program that abi-cafe calls as `rustc`.
///
/// - abi-cafe tests f16 and f128 only if the compiler claims to be a nightly, and it compiles for the
///   compiler's host.
/// - abi-cafe starts the programs itself. Where an emulator has to run them, a script takes the program's
///   place.
const COMPILER: &str = r#"#!/bin/sh
if [ "$*" = -Vv ]; then
    "$ABI_CAFE_RUSTC" -Vv | sed "s/^rustc [0-9.]*/&-nightly/; s/^host: .*/host: $ABI_CAFE_TARGET/"
    exit
fi
[ -n "$ABI_CAFE_EMULATOR" ] || exec "$ABI_CAFE_RUSTC" "$@"
"$ABI_CAFE_RUSTC" "-Clinker=$CC" "$@" || exit
while [ $# -gt 1 ]; do
    if [ "$1" = -o ]; then
        mv "$2" "$2.program"
        printf '#!/bin/sh\nexec %s "$0.program"\n' "$ABI_CAFE_EMULATOR" > "$2"
        chmod +x "$2"
    fi
    shift
done
"#;
/// The time limit of one test, with all its compilations.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// How many differences are shown.
const SHOWN: usize = 10;

/// Plans abi-cafe's tests. Their names are only known when it has been fetched.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(Plan::unlisted(|words| run(context, words)))
}

/// Runs the tests whose names contain one of the words.
fn run(context: &Context<'_>, words: &[String]) -> Result<Vec<CaseResult>> {
    let scratch = context.scratch(FOLDER);
    // abi-cafe itself runs here, so all targets use the same.
    let of_host = context.with_target(TestTarget::host()?).scratch(FOLDER);
    let sources = PACKAGE.fetch(&of_host, &context.layout.logs(), context.console)?;
    let program = build(context, &of_host, &sources)?;
    let names = tests(&sources)?;
    let compilers = scratch.join("compilers");
    files::write_file(&compilers.join("rustc"), COMPILER.as_bytes(), Mode::Executable)?;
    let backend = context.dist()?.backend();
    let llvm = BothCompilers::of(context)?.llvm();
    let step = context.console.step("Calling the functions of abi-cafe");
    let mut total = Comparison::default();
    let mut results = Vec::new();
    let is_wanted = |name: &&String| words.is_empty() || words.iter().any(|word| name.contains(word));
    for name in names.iter().filter(is_wanted) {
        step.progress(name);
        let folder = scratch.join("runs").join(name);
        let mut command = command(context.target, &program, &compilers, &backend, &llvm)?;
        let result = case(command.args(["--tests", name]), &folder, &mut total);
        if let Err(error) = &result {
            context.console.say(format!("FAILED  {name}: {error:#}"));
        }
        results.push(CaseResult::of(name, result));
    }
    step.finish(&total.line());
    Ok(results)
}

/// Compiles abi-cafe.
fn build(context: &Context<'_>, scratch: &Path, sources: &Path) -> Result<PathBuf> {
    let target = scratch.join("target");
    let mut command = process::cargo();
    command.current_dir(sources).args(["build", "--locked", "--target-dir"]).arg(&target);
    let step = context.console.step("Building abi-cafe");
    let log = context.layout.logs().join("abi-cafe.log");
    process::run_logged(context.console, "building abi-cafe", &mut command, &log, |line| {
        step.progress(line.trim());
    })?;
    step.finish("Built abi-cafe");
    Ok(target.join("debug/abi-cafe"))
}

/// Returns the names of all tests, from the files `NAME.kdl` and `NAME.procgen.kdl`.
fn tests(sources: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![sources.join("include/tests")];
    while let Some(folder) = folders.pop() {
        for path in files::entries(&folder)? {
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = files::name_of(&path).strip_suffix(".kdl") {
                names.push(name.strip_suffix(".procgen").unwrap_or(name).to_owned());
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Returns a call of abi-cafe for all [`PAIRS`]. `llvm` is a command of the compiler with LLVM.
fn command(
    target: TestTarget,
    program: &Path,
    compilers: &Path,
    backend: &Path,
    llvm: &Command,
) -> Result<Command> {
    let mut command = Command::new(program);
    command.envs(llvm.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(compilers.to_owned()).chain(std::env::split_paths(&path));
    let conventions =
        if abi::has_win64(target) { [CONVENTIONS, WIN64].join(",") } else { CONVENTIONS.into() };
    command
        .env("PATH", std::env::join_paths(folders).context("PATH")?)
        .env("ABI_CAFE_RUSTC", llvm.get_program())
        .env("ABI_CAFE_TARGET", target.triple())
        .env("ABI_CAFE_EMULATOR", target.emulator_words().unwrap_or_default())
        .env("CC", target.c_compiler().get_program())
        .env("AR", target.archiver().get_program())
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CLIF_VERIFY", "1")
        .args(["--output-format", "json", "--disable-builtin-rules"])
        .args(["--conventions", &conventions, "--toolchains", "rustc,cc,clif", "--pairs", &PAIRS.join(",")])
        .arg("--add-rustc-codegen-backend")
        .arg([OsStr::new("clif:"), backend.as_os_str()].into_iter().collect::<std::ffi::OsString>());
    Ok(command)
}

/// Runs one test. Its sources stay if there is a difference.
fn case(command: &mut Command, folder: &Path, total: &mut Comparison) -> Result<()> {
    files::remove(folder)?;
    files::create_folder(folder)?;
    let outcome = process::run_limited(command.current_dir(folder), b"", LIMIT)?;
    files::remove(&folder.join("target/temp"))?;
    files::write_file(&folder.join("report.json"), &outcome.stdout, Mode::Plain)?;
    files::write_file(&folder.join("log"), &outcome.stderr, Mode::Plain)?;
    // Its exit status only says that something failed, which may be LLVM's code.
    let comparison = Comparison::of(&outcome.stdout).with_context(|| {
        format!(
            "abi-cafe did not write a report ({}); see {}",
            outcome.status_text(),
            folder.join("log").display()
        )
    })?;
    total.add(&comparison);
    if comparison.passed == 0 {
        bail!("no set of calls passes, so nothing is compared; see {}", folder.display());
    }
    if !comparison.differences.is_empty() {
        let shown: String =
            comparison.differences.iter().take(SHOWN).map(|text| format!("\n    {text}")).collect();
        bail!("{} differences; see {}{shown}", comparison.differences.len(), folder.display());
    }
    files::remove(folder)
}

/// Compares the sets of calls with our code to the same sets with LLVM's code.
#[derive(Debug, Default, PartialEq, Eq)]
struct Comparison {
    /// The number of sets that pass with both.
    passed: usize,
    /// The number of functions called in these sets.
    functions: usize,
    /// The number of sets that fail in the same way with both.
    failed: usize,
    /// The differences.
    differences: Vec<String>,
}

impl Comparison {
    /// Reads abi-cafe's report.
    fn of(report: &[u8]) -> Result<Comparison> {
        let report: Value = serde_json::from_slice(report).context("the report")?;
        let mut ends = BTreeMap::new();
        for test in report["tests"].as_array().context("the report has no tests")? {
            ends.insert(Set::of(test)?, End::of(test)?);
        }
        let mut comparison = Comparison::default();
        for (set, end) in &ends {
            let reference = set.with_llvm();
            if reference == *set {
                continue;
            }
            let expected = ends
                .get(&reference)
                .with_context(|| format!("the report does not contain {}", reference.shown()))?;
            match end {
                _ if end != expected => comparison.differences.push(format!(
                    "{}: {}; LLVM: {}",
                    set.shown(),
                    end.shown(),
                    expected.shown()
                )),
                End::Skipped => {}
                End::Checked { functions, failed } if failed.is_empty() => {
                    comparison.passed += 1;
                    comparison.functions += functions;
                }
                End::Stopped(_) | End::Checked { .. } => comparison.failed += 1,
            }
        }
        Ok(comparison)
    }

    /// Adds the comparison of another test.
    fn add(&mut self, other: &Comparison) {
        self.passed += other.passed;
        self.functions += other.functions;
        self.failed += other.failed;
        self.differences.extend_from_slice(&other.differences);
    }

    /// Returns the last line of the suite.
    fn line(&self) -> String {
        format!(
            "abi-cafe {}: {} sets of calls ({} functions) pass as with LLVM, {} fail as with LLVM, {} differ",
            PACKAGE.version,
            self.passed,
            self.functions,
            self.failed,
            self.differences.len()
        )
    }
}

/// A set of calls: the functions of a test, in one convention and type representation, between two compilers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Set {
    /// The calling convention and the representation.
    kind: [String; 2],
    /// The compiler of the caller and that of the callee.
    pair: [String; 2],
}

impl Set {
    fn of(test: &Value) -> Result<Set> {
        let text = |pointer: &str| {
            let value = test.pointer(pointer).and_then(Value::as_str);
            value.map(str::to_owned).with_context(|| format!("the report has a test without {pointer}"))
        };
        Ok(Set {
            kind: [text("/key/options/convention")?, text("/key/options/repr")?],
            pair: [text("/key/caller")?, text("/key/callee")?],
        })
    }

    /// Returns the same set with LLVM instead of our backend.
    fn with_llvm(&self) -> Set {
        let mut set = self.clone();
        for compiler in &mut set.pair {
            if compiler == "clif" {
                "rustc".clone_into(compiler);
            }
        }
        set
    }

    fn shown(&self) -> String {
        let ([convention, representation], [caller, callee]) = (&self.kind, &self.pair);
        format!("{caller} calls {callee} (convention {convention}, representation {representation})")
    }
}

/// The result of a set of calls.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// abi-cafe does not support it, for example C in Rust's convention.
    Skipped,
    /// A step before the check failed: `build`, `link`, `run`.
    Stopped(String),
    /// All functions were called.
    Checked {
        /// The number of functions.
        functions: usize,
        /// The functions with wrong values.
        failed: Vec<String>,
    },
}

impl End {
    fn of(test: &Value) -> Result<End> {
        if test["conclusion"] == "skipped" {
            return Ok(End::Skipped);
        }
        let step =
            test.pointer("/results/ran_to").and_then(Value::as_str).context("a test has no `ran_to`")?;
        if step != "check" {
            return Ok(End::Stopped(step.to_owned()));
        }
        let list = |name: &str| {
            let list = test.pointer("/results/check").and_then(|check| check[name].as_array());
            list.with_context(|| format!("a checked test has no `{name}`"))
        };
        let (names, checks) = (list("subtest_names")?, list("subtest_checks")?);
        if names.len() != checks.len() {
            bail!("{} functions with {} checks", names.len(), checks.len());
        }
        let failed = names.iter().zip(checks).filter(|(_, check)| check["result"].get("Ok").is_none());
        // The name starts with that of the set; the function's name follows.
        let short = |name: &Value| {
            let name = name.as_str().unwrap_or_default();
            name.rsplit("::").next().unwrap_or(name).to_owned()
        };
        Ok(End::Checked { functions: names.len(), failed: failed.map(|(name, _)| short(name)).collect() })
    }

    fn shown(&self) -> String {
        match self {
            End::Skipped => "skipped".to_owned(),
            End::Stopped(step) => format!("the step `{step}` fails"),
            End::Checked { functions, failed } if failed.is_empty() => format!("{functions} functions pass"),
            End::Checked { failed, .. } => format!("wrong values in {}", failed.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a report with one test: one function, called once by each of the given pairs. `None` is a
    /// crash.
    fn report(sets: &[(&str, &str, Option<bool>)]) -> Vec<u8> {
        let test = |(caller, callee, passes): &(&str, &str, Option<bool>)| {
            let key = serde_json::json!({
                "caller": caller, "callee": callee, "options": { "convention": "C", "repr": "C" },
            });
            let result = if *passes == Some(true) {
                serde_json::json!({ "Ok": null })
            } else {
                serde_json::json!({ "Err": "x" })
            };
            let check = serde_json::json!({
                "subtest_names": [format!("{caller}_calls_{callee}::f")], "subtest_checks": [{ "result": result }],
            });
            let ran_to = if passes.is_some() { "check" } else { "run" };
            serde_json::json!({
                "key": key, "conclusion": "passed", "results": { "ran_to": ran_to, "check": check },
            })
        };
        let tests: Vec<Value> = sets.iter().map(test).collect();
        serde_json::to_vec(&serde_json::json!({ "tests": tests })).unwrap()
    }

    fn compared(llvm: Option<bool>, clif: Option<bool>) -> Comparison {
        Comparison::of(&report(&[("rustc", "cc", llvm), ("clif", "cc", clif)])).unwrap()
    }

    #[test]
    fn each_set_is_compared_with_llvm_in_our_place() {
        let passed = compared(Some(true), Some(true));
        assert_eq!((passed.passed, passed.functions, passed.failed, passed.differences.len()), (1, 1, 0, 0));
        for same in [Some(false), None] {
            let failed = compared(same, same);
            assert_eq!((failed.passed, failed.failed, failed.differences.len()), (0, 1, 0));
        }
        for (llvm, clif) in
            [(Some(true), Some(false)), (Some(true), None), (Some(false), Some(true)), (Some(false), None)]
        {
            assert_eq!(compared(llvm, clif).differences.len(), 1, "{llvm:?} {clif:?}");
        }
    }

    #[test]
    fn a_report_without_the_reference_is_refused() {
        let error = Comparison::of(&report(&[("clif", "rustc", Some(true))])).unwrap_err().to_string();
        assert!(error.contains("rustc calls rustc"), "{error}");
        assert!(Comparison::of(b"thread panicked").is_err());
    }
}

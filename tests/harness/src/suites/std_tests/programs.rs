//! Builds a package's test programs and runs all their tests.
//!
//! A program is run once with all tests. Tests without a result are run again, each in its own process. They
//! have none if the program crashed or hung, or if a test's output broke a line. So only the tests at fault
//! have a bad result.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::files::{self, Mode};
use build_system::process::{self, Outcome};
use serde_json::Value;

use super::packages::{Package, WithReason};
use super::results::Results;
use crate::suite::Verdict;
use crate::suites::libtest;
use crate::target::TestTarget;

/// The time limit for building a package.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
/// The time limit of a program with all its tests on the host.
const PROGRAM_LIMIT: Duration = Duration::from_secs(30 * 60);
/// The time limit of a single test on the host.
const TEST_LIMIT: Duration = Duration::from_secs(5 * 60);
/// How many lines of a failed build are shown.
const SHOWN: usize = 10;

/// The tests of a package, built by one compiler.
pub struct Run<'a> {
    /// The package.
    pub package: &'a Package,
    /// The target that the tests are compiled for.
    pub test_target: TestTarget,
    /// The folder of its sources.
    pub folder: &'a Path,
    /// The sysroot with the standard library. `None` for the compiler's own.
    pub sysroot: Option<&'a Path>,
    /// The target folder.
    pub target: &'a Path,
    /// The log of the compiler and the tests.
    pub log: &'a Path,
}

/// A test program: the name of its target, and its file.
struct Program {
    name: String,
    path: PathBuf,
}

impl Run<'_> {
    /// Builds with `cargo`, whose environment names the compiler, and runs all tests.
    pub fn results(&self, cargo: &mut Command, progress: &dyn Fn(&str)) -> Result<Results> {
        let mut log = String::new();
        let results = self.build_and_run(cargo, progress, &mut log);
        files::write_file(self.log, log.as_bytes(), Mode::Plain)?;
        results.with_context(|| format!("see {}", self.log.display()))
    }

    fn build_and_run(
        &self,
        cargo: &mut Command,
        progress: &dyn Fn(&str),
        log: &mut String,
    ) -> Result<Results> {
        progress("building");
        let programs = self.build(cargo, log)?;
        let mut results = Results::new();
        for program in &programs {
            progress(&program.name);
            for (test, word) in self.run_program(program, log)? {
                results.insert(format!("{}::{test}", program.name), word);
            }
        }
        Ok(results)
    }

    /// Builds the programs.
    fn build(&self, cargo: &mut Command, log: &mut String) -> Result<Vec<Program>> {
        let crates = self.package.crates.iter().map(|name| format!("--extern={name}"));
        let flags = self.package.flags.iter().chain(&["--cap-lints=allow"]).map(|flag| (*flag).to_owned());
        let sysroot = self.sysroot.map(|path| format!("--sysroot={}", path.display()));
        let flags: Vec<String> = crates.chain(flags).chain(sysroot).collect();
        cargo.current_dir(self.folder).envs(self.package.environment.iter().copied());
        cargo.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_INCREMENTAL", "false");
        cargo.args(["test", "--no-run", "--message-format=json-render-diagnostics", "--target-dir"]);
        cargo.arg(self.target).args(self.package.targets);
        self.test_target.build_for(cargo);
        // A macro of stdarch's tests asks for it, as if in a build script.
        cargo.env("TARGET", self.test_target.triple());
        let outcome = process::run_limited(cargo, b"", BUILD_LIMIT)?;
        let errors = String::from_utf8_lossy(&outcome.stderr);
        log.push_str(&errors);
        if !outcome.succeeded() {
            let shown = errors.lines().filter(|line| line.starts_with("error")).take(SHOWN);
            let shown: String = shown.map(|line| format!("\n    {line}")).collect();
            bail!("the tests do not compile ({}){shown}", outcome.status_text());
        }
        let programs = programs(&String::from_utf8_lossy(&outcome.stdout));
        if programs.is_empty() {
            bail!("no test program was built");
        }
        Ok(programs)
    }

    /// Runs all tests of a program.
    fn run_program(&self, program: &Program, log: &mut String) -> Result<Results> {
        if self.package.without_libtest.contains(&program.name.as_str()) {
            let outcome = self.start(program, &[], TEST_LIMIT, log)?;
            return Ok(Results::from([("main".to_owned(), end_of(&outcome))]));
        }
        let skip = |part: &&'static str| ["--skip", *part];
        let left_out: Vec<&str> = self.left_out().map(|(part, _)| part).flat_map(skip).collect();
        let listing =
            self.start(program, &[&left_out[..], &["--list", "--format=terse"]].concat(), TEST_LIMIT, log)?;
        let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
        let names: Vec<&str> = listing.lines().filter_map(listed).collect();
        let outcome = self.start(program, &left_out, PROGRAM_LIMIT, log)?;
        let mut results = read(&outcome, &names);
        for name in names {
            if !results.contains_key(name) {
                let word = self.run_alone(program, name, log)?;
                results.insert(name.to_owned(), word);
            }
        }
        Ok(results)
    }

    /// Returns the parts of the names of tests that are not run, with the reasons.
    fn left_out(&self) -> impl Iterator<Item = &'static WithReason> {
        let emulated = if self.test_target.is_host { &[] } else { self.package.left_out_emulated };
        self.package.left_out.iter().chain(emulated)
    }

    /// Runs one test in a separate process.
    fn run_alone(&self, program: &Program, test: &str, log: &mut String) -> Result<String> {
        let outcome = self.start(program, &["--exact", test], TEST_LIMIT, log)?;
        Ok(read(&outcome, &[test]).remove(test).unwrap_or_else(|| end_of(&outcome)))
    }

    fn start(
        &self,
        program: &Program,
        arguments: &[&str],
        limit: Duration,
        log: &mut String,
    ) -> Result<Outcome> {
        let mut command = self.test_target.program(&program.path);
        command.current_dir(self.folder).args(arguments).env("RUST_BACKTRACE", "0");
        let limit = limit * self.test_target.slowness();
        let outcome = process::run_limited(&mut command, b"", limit)?;
        *log += &format!("{} ({})\n", process::shown(&command), outcome.status_text());
        *log += &String::from_utf8_lossy(&outcome.stdout);
        *log += &String::from_utf8_lossy(&outcome.stderr);
        Ok(outcome)
    }
}

/// Returns the name in a line of libtest's list. Benchmarks are run once, as tests.
fn listed(line: &str) -> Option<&str> {
    line.strip_suffix(": test").or_else(|| line.strip_suffix(": benchmark"))
}

/// Describes how a process without results ended.
fn end_of(outcome: &Outcome) -> String {
    if outcome.succeeded() { "ok".to_owned() } else { format!("ended with {}", outcome.status_text()) }
}

/// Returns the test programs in cargo's messages.
fn programs(messages: &str) -> Vec<Program> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = |message: Value| {
        let path = message["executable"].as_str().filter(|_| message["profile"]["test"] == true)?;
        Some(Program { name: message["target"]["name"].as_str()?.to_owned(), path: path.into() })
    };
    let mut programs: Vec<Program> = messages.filter_map(program).collect();
    programs.sort_by(|one, other| one.name.cmp(&other.name));
    programs
}

/// Returns the results of the tests `names` in libtest's output.
fn read(outcome: &Outcome, names: &[&str]) -> Results {
    let results = libtest::results(&String::from_utf8_lossy(&outcome.stdout));
    let results = results.into_iter().filter(|result| names.contains(&result.name.as_str()));
    let entry = |result: crate::suite::CaseResult| {
        let word = match result.verdict {
            Verdict::Passed => "ok",
            Verdict::Failed(_) => "failed",
            Verdict::Skipped(_) => "ignored",
        };
        (result.name, word.to_owned())
    };
    results.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A test program that crashes in one of its four tests.
    const CRASHES: &str = "#!/bin/sh\ncase \"$*\" in\n*--list*) printf 'a: test\\nb: test\\nc: test\\nd: benchmark\\n\\n3 tests, 1 benchmark\\n' ;;\n\
                           *--exact*c) echo 'test c ... ok' ;;\n*--exact*d) echo 'test d ... ignored' ;;\n*--exact*) kill -SEGV $$ ;;\n\
                           *) echo 'test a ... ok'; printf 'test b'; kill -ABRT $$ ;;\nesac\n";

    #[test]
    fn a_crash_does_not_hide_other_tests() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        std::fs::write(&path, CRASHES).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let (package, log) = (&super::super::packages::PACKAGES[0], folder.path().join("log"));
        let (test_target, target) = (TestTarget::host().unwrap(), folder.path());
        let run = Run { package, test_target, folder: target, sysroot: None, target, log: &log };
        let program = Program { name: "x".to_owned(), path };
        let results = run.run_program(&program, &mut String::new()).unwrap();
        assert_eq!((results["a"].as_str(), results["c"].as_str(), results.len()), ("ok", "ok", 4));
        assert_eq!(results["d"], "ignored");
        assert!(results["b"].contains("signal: 11"), "{results:?}");
    }

    #[test]
    fn some_tests_are_left_out_only_in_an_emulator() {
        let package =
            super::super::packages::PACKAGES.iter().find(|package| package.name == "std-integration");
        let (package, folder) = (package.unwrap(), Path::new("/x"));
        for test_target in TestTarget::all().unwrap() {
            let run = Run { package, test_target, folder, sysroot: None, target: folder, log: folder };
            let is_left_out = run.left_out().any(|(part, _)| *part == "test_rwlock_max_readers");
            assert_eq!(is_left_out, !test_target.is_host);
        }
    }

    #[test]
    fn programs_are_read_off_cargos_messages() {
        let messages = "{\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"t\"},\"profile\":{\"test\":true},\"executable\":\"/x\"}\n\
                        {\"target\":{\"name\":\"build\"},\"profile\":{\"test\":false},\"executable\":\"/y\"}\n\
                        {\"target\":{\"name\":\"lib\"},\"profile\":{\"test\":true},\"executable\":null}\nno JSON\n";
        let found: Vec<(String, PathBuf)> =
            programs(messages).into_iter().map(|program| (program.name, program.path)).collect();
        assert_eq!(found, [("t".to_owned(), PathBuf::from("/x"))]);
    }
}

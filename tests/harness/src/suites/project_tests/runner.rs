//! This program under another name, as cargo's runner of test programs.
//!
//! Its first argument is the target, whose emulator runs the program if this machine cannot. It lists a
//! program's tests and runs all of them at once. Each test that then has no result, because the
//! program crashed or hung before, is run alone. The results are appended as a line of JSON to the file that
//! [`RESULTS`] names. They are read from libtest's log file, since libtest's output may be mixed with that of
//! the tests. A program without libtest (`harness = false`) is run once, and its exit status is the result.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use build_system::files;
use build_system::process::{self, Outcome};

use super::results::{PASSED, WHOLE};
use crate::target::TestTarget;

/// The name of this program as the runner.
pub const NAME: &str = "test-program-runner";
/// The variable that names the file for the results.
pub const RESULTS: &str = "CLIF_TEST_RESULTS";
/// The time limit of a test program.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// The exit status of libtest when tests failed.
const TESTS_FAILED: i32 = 101;

/// Runs as the runner. The first arguments are the target and the test program.
pub fn main(arguments: Vec<OsString>) -> Result<ExitCode> {
    let [target, program, arguments @ ..] = arguments.as_slice() else {
        bail!("{NAME}: the target or the test program is missing")
    };
    let target = TestTarget::named(&target.to_string_lossy())?;
    let results = PathBuf::from(std::env::var_os(RESULTS).with_context(|| format!("{RESULTS} is not set"))?);
    let program = TestProgram { target, path: PathBuf::from(program), arguments: arguments.to_vec() };
    let tests = program.run(&results.with_extension("log"))?;
    let line = serde_json::json!({"program": program.name(), "tests": tests});
    let context = || format!("cannot write {}", results.display());
    let mut file = std::fs::File::options().create(true).append(true).open(&results).with_context(context)?;
    file.write_all(format!("{line}\n").as_bytes()).with_context(context)?;
    // Failed tests are results, and cargo must run the remaining programs.
    Ok(ExitCode::SUCCESS)
}

/// A test program that cargo runs.
struct TestProgram {
    target: TestTarget,
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl TestProgram {
    /// Returns its name without cargo's hash.
    fn name(&self) -> String {
        let name = files::name_of(&self.path);
        match name.rsplit_once('-') {
            Some((stem, hash)) if hash.len() == 16 => stem.to_owned(),
            _ => name,
        }
    }

    /// Returns the verdict of each test.
    fn run(&self, log: &Path) -> Result<BTreeMap<String, String>> {
        let Some(names) = self.tests()? else {
            let outcome = self.run_once(&[])?;
            return Ok(BTreeMap::from([(WHOLE.to_owned(), outcome.status_text())]));
        };
        let (outcome, mut verdicts) = self.run_logged(&[], log)?;
        let status = outcome.status.and_then(|status| status.code());
        if names.is_empty() || !matches!(status, Some(0 | TESTS_FAILED)) {
            verdicts.insert(WHOLE.to_owned(), outcome.status_text());
        }
        for name in names {
            if verdicts.contains_key(&name) {
                continue;
            }
            let (outcome, alone) = self.run_logged(&["--exact".into(), OsString::from(&name)], log)?;
            let verdict = alone.get(&name).cloned().unwrap_or_else(|| outcome.status_text());
            verdicts.insert(name, verdict);
        }
        Ok(verdicts)
    }

    /// Returns the names of the tests. `None` if the program does not use libtest.
    fn tests(&self) -> Result<Option<Vec<String>>> {
        let mut command = self.target.program(&self.path);
        command.args(["--list", "--format=terse"]);
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        let listed = String::from_utf8_lossy(&outcome.stdout).into_owned();
        Ok(outcome.succeeded().then(|| listed_tests(&listed)).flatten())
    }

    /// Runs the program with cargo's arguments and others, and passes its output on to cargo.
    fn run_once(&self, more: &[OsString]) -> Result<Outcome> {
        let mut command = self.target.program(&self.path);
        command.args(&self.arguments).args(more);
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        std::io::stdout().write_all(&outcome.stdout).context("cannot write to standard output")?;
        std::io::stderr().write_all(&outcome.stderr).context("cannot write to standard error")?;
        Ok(outcome)
    }

    /// Runs tests. Returns the verdicts in libtest's log file when the program ended.
    fn run_logged(&self, more: &[OsString], log: &Path) -> Result<(Outcome, BTreeMap<String, String>)> {
        files::remove(log)?;
        let mut arguments = vec![OsString::from("--logfile"), log.into()];
        arguments.extend_from_slice(more);
        let outcome = self.run_once(&arguments)?;
        let bytes = if log.exists() { files::read_file(log)? } else { Vec::new() };
        Ok((outcome, logged_verdicts(&String::from_utf8_lossy(&bytes))))
    }
}

/// Parses libtest's terse list of tests. `None` if the text is not one.
fn listed_tests(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.rsplit_once(": ") {
            Some((name, "test")) => names.push(name.to_owned()),
            Some((_, "benchmark")) => {}
            _ => return None,
        }
    }
    Some(names)
}

/// Parses libtest's log file: `ok NAME`, `failed NAME`, `ignored: REASON NAME`, `failed: REASON NAME`.
fn logged_verdicts(text: &str) -> BTreeMap<String, String> {
    let mut verdicts = BTreeMap::new();
    for line in text.lines() {
        let Some((verdict, rest)) = line.split_once(' ') else { continue };
        let (verdict, name) = match verdict.strip_suffix(':') {
            // Names of tests contain no blanks.
            Some(verdict) => (verdict, rest.rsplit(' ').next().unwrap_or(rest)),
            None => (verdict, rest),
        };
        if [PASSED, "failed", "ignored"].contains(&verdict) {
            verdicts.insert(name.to_owned(), verdict.to_owned());
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;
    use build_system::files::Mode;

    /// Returns a shell script that behaves like a libtest program with the tests `a`, `b` and `c`.
    fn script(folder: &Path, all: &str, alone: &str) -> TestProgram {
        let path = folder.join("it-0123456789abcdef");
        let text = format!(
            "#!/bin/sh\nif [ $1 = --list ]; then printf 'a: test\\nb: test\\nm::c: test\\nd: benchmark\\n'; exit; fi\n\
             log=$2\nif [ \"$3\" = --exact ]; then name=$4; {alone}; else {all}; fi\n"
        );
        files::write_file(&path, text.as_bytes(), Mode::Executable).unwrap();
        TestProgram { target: TestTarget::host().unwrap(), path, arguments: Vec::new() }
    }

    #[test]
    fn a_crash_hides_no_other_test() {
        let folder = tempfile::tempdir().unwrap();
        let crash = "[ $name = b ] && kill -SEGV $$; echo \"failed $name\" > \"$log\"; exit 101";
        let program = script(folder.path(), "echo 'ok a' > \"$log\"; kill -SEGV $$", crash);
        let verdicts = program.run(&folder.path().join("log")).unwrap();
        assert_eq!(program.name(), "it");
        assert_eq!((verdicts["a"].as_str(), verdicts["m::c"].as_str()), ("ok", "failed"));
        assert!(verdicts["b"].contains("signal: 11"), "{verdicts:?}");
        assert!(verdicts[WHOLE].contains("signal: 11"), "{verdicts:?}");
    }

    #[test]
    fn failed_tests_are_results_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let all = "printf 'ok a\\nignored: takes long b\\nfailed m::c\\n' > \"$log\"; exit 101";
        let verdicts = script(folder.path(), all, "exit 9").run(&folder.path().join("log")).unwrap();
        let expected = [("a", "ok"), ("b", "ignored"), ("m::c", "failed")];
        assert_eq!(verdicts, expected.map(|(name, verdict)| (name.to_owned(), verdict.to_owned())).into());
    }

    #[test]
    fn another_program_is_its_exit_status() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main");
        files::write_file(&path, b"#!/bin/sh\necho hello\nexit 3\n", Mode::Executable).unwrap();
        let program = TestProgram { target: TestTarget::host().unwrap(), path, arguments: Vec::new() };
        let verdicts = program.run(&folder.path().join("log")).unwrap();
        assert_eq!(verdicts, [(WHOLE.to_owned(), "exit status: 3".to_owned())].into());
        assert_eq!(program.name(), "main");
    }
}

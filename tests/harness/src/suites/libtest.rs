//! The suites `build-system` and `engine`: run `cargo test` and read the cases from its output.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use build_system::build;
use build_system::files::{self, Mode};
use build_system::process;

use crate::context::Context;
use crate::suite::{CaseResult, Plan, Verdict};

/// The time limit for all tests of a suite, including compilation.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// The number of lines of a failed test's output that are shown.
const SHOWN_LINES: usize = 30;
/// Tests whose output is shown even if they pass: measurements that are of interest.
const SHOWN_TESTS: [&str; 1] = ["coordinator::speedup::tests::recorded_workloads_reach_the_bound"];

/// Plans the tests of the build system, of this program, of the object diff and of `cargo-clif`, compiled by
/// the user's own compiler.
pub fn plan_build_system<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(Plan::unlisted(|words| {
        let mut command = process::cargo();
        command.current_dir(&context.layout.clone);
        command.arg("test");
        for package in ["y", "harness", "objdiff", "cargo-clif", "clif_targets"] {
            command.args(["-p", package]);
        }
        command.args(["--lib", "--bins", "--tests", "--target-dir"]).arg(context.layout.build.join("y"));
        cargo_test(context, "build-system", words, command)
    }))
}

/// Plans the tests of the engine, compiled by the compiler that it runs in.
pub fn plan_engine<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(Plan::unlisted(|words| {
        let mut command = process::cargo();
        command.current_dir(&context.layout.clone);
        command.args(["test", "-p", "clif_engine", "--lib", "--tests"]);
        command.arg("--target-dir").arg(context.layout.build.join("engine"));
        let toolchain = context.toolchain()?;
        build::with_llvm(&mut command, toolchain);
        // The tests of `llvm` load the compiler's LLVM.
        if let Some(library) = toolchain.compiler.llvm_library() {
            command.env("CLIF_TEST_LLVM", library);
        }
        cargo_test(context, "engine", words, command)
    }))
}

/// Runs `cargo test` with the words as its filters, and parses its output.
fn cargo_test(
    context: &Context<'_>,
    suite: &str,
    words: &[String],
    mut command: Command,
) -> Result<Vec<CaseResult>> {
    command.args(["--no-fail-fast", "--", "--show-output"]).args(words);
    command.env("RUST_BACKTRACE", "0");
    let step = context.console.step(format!("Running cargo test ({suite})"));
    let outcome = process::run_limited(&mut command, b"", LIMIT)?;
    drop(step);
    let log = context.layout.logs().join(format!("test-{suite}.log"));
    let mut text = String::from_utf8_lossy(&outcome.stderr).into_owned();
    let stdout = String::from_utf8_lossy(&outcome.stdout);
    let mut results = results(&stdout);
    text.push_str(&stdout);
    files::write_file(&log, text.as_bytes(), Mode::Plain)?;
    for name in SHOWN_TESTS.iter().filter(|name| stdout.contains(&heading(name))) {
        context.console.print(format!("{name}:{}", output_of(name, &stdout, usize::MAX)));
    }
    let none_failed = !results.iter().any(|result| matches!(result.verdict, Verdict::Failed(_)));
    if !outcome.succeeded() && none_failed {
        // Compilation failed, or a test program ended without reporting a failed test.
        let verdict = Verdict::Failed(abnormal_end(&outcome.status_text(), &text, &log));
        results.push(CaseResult { name: "cargo test".to_owned(), verdict });
    }
    Ok(results)
}

/// Returns the message for a `cargo test` that failed without a failed test.
fn abnormal_end(status: &str, text: &str, log: &Path) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let errors: Vec<&str> = lines.iter().copied().filter(|line| line.starts_with("error")).take(5).collect();
    let shown = if errors.is_empty() { &lines[lines.len().saturating_sub(5)..] } else { &errors[..] };
    format!("{status}; see {}:\n    {}", log.display(), shown.join("\n    "))
}

/// Returns the cases in the output of test programs.
pub fn results(output: &str) -> Vec<CaseResult> {
    let mut results = Vec::new();
    for line in output.lines() {
        let Some((name, verdict)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... "))
        else {
            continue;
        };
        let verdict = match verdict.split([',', ' ']).next() {
            Some("ok") => Verdict::Passed,
            Some("FAILED") => Verdict::Failed(output_of(name, output, SHOWN_LINES)),
            Some("ignored") => {
                let reason = verdict.strip_prefix("ignored, ").unwrap_or("marked #[ignore] without a reason");
                Verdict::Skipped(reason.to_owned())
            }
            _ => continue,
        };
        let name = name.split(" - should panic").next().unwrap_or(name);
        results.push(CaseResult { name: name.to_owned(), verdict });
    }
    results
}

/// Returns the line that libtest writes above the output of a test.
fn heading(name: &str) -> String {
    format!("---- {name} stdout ----")
}

/// Returns the first `lines` lines that a test printed.
fn output_of(name: &str, output: &str, lines: usize) -> String {
    let Some((_, text)) = output.split_once(&heading(name)) else {
        return "the test failed without output".to_owned();
    };
    let ends = |line: &str| line.starts_with("---- ") || ["failures:", "successes:"].contains(&line);
    let shown: Vec<String> = text
        .lines()
        .skip(1)
        .take_while(|line| !ends(line))
        .take(lines)
        .map(|line| format!("\n    {line}"))
        .collect();
    shown.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_libtest_is_read() {
        let output = "\nrunning 4 tests\ntest a::b ... ok\ntest c ... FAILED\ntest d ... ignored, needs a network\n\
                      test e - should panic ... ok\n\nfailures:\n\n---- c stdout ----\nthread 'c' panicked\nleft: 1\n\n\
                      \nfailures:\n    c\n\ntest result: FAILED. 2 passed; 1 failed\n";
        let results = results(output);
        let names: Vec<&str> = results.iter().map(|result| result.name.as_str()).collect();
        assert_eq!(names, ["a::b", "c", "d", "e"]);
        assert_eq!(results[0].verdict, Verdict::Passed);
        assert!(matches!(&results[1].verdict, Verdict::Failed(text) if text.contains("left: 1")));
        assert_eq!(results[2].verdict, Verdict::Skipped("needs a network".to_owned()));
    }

    #[test]
    fn an_abnormal_end_shows_the_errors() {
        let text = abnormal_end("exit status: 101", "Compiling\nerror[E0425]: x\nmore\n", Path::new("/log"));
        assert!(text.contains("E0425") && text.contains("/log") && !text.contains("more"), "{text}");
    }
}

//! `./y.sh test`: a table of suites, run one after the other, and a summary.
//!
//! To add a suite: a module that has `cases` and `run`, and a row in [`SUITES`].

mod cargo_clif;
mod directives;
mod emit;
mod example;
mod faults;
mod golden;
mod libtest;
mod lints;
mod lto;
mod lto_symbols;
mod projects;
mod run_pass;
mod suite;

use std::cell::OnceCell;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::console::Console;
use crate::layout::Layout;
use crate::toolchain::Toolchain;
use suite::{CaseResult, Context, Filter, Schedule, Suite, Verdict};

/// All suites, in the order in which they run: the quick ones that say most first.
const SUITES: [Suite; 12] = [
    Suite {
        name: "build-system",
        description: "unit tests of the build system and of cargo-clif",
        schedule: Schedule::Always,
        cases: libtest::no_cases,
        run: libtest::build_system,
    },
    Suite {
        name: "lints",
        description: "formatting and clippy",
        schedule: Schedule::Always,
        cases: lints::cases,
        run: lints::run,
    },
    Suite {
        name: "engine",
        description: "tests of clif_engine, compiled by rustc 1.96.0",
        schedule: Schedule::Always,
        cases: libtest::no_cases,
        run: libtest::engine,
    },
    Suite {
        name: "golden",
        description: "tests/golden: the CLIF of small functions (BLESS=1 rewrites the expected files)",
        schedule: Schedule::Always,
        cases: golden::cases,
        run: golden::run,
    },
    Suite {
        name: "run-pass",
        description: "tests/run-pass: programs whose output and exit status must equal LLVM's",
        schedule: Schedule::Always,
        cases: run_pass::cases,
        run: run_pass::run,
    },
    Suite {
        name: "emit",
        description: "the files and messages of every `--emit`, which must equal LLVM's",
        schedule: Schedule::Always,
        cases: emit::cases,
        run: emit::run,
    },
    Suite {
        name: "faults",
        description: "outputs that cannot be written, and programs that are missing: one message, nothing left behind",
        schedule: Schedule::Always,
        cases: faults::cases,
        run: faults::run,
    },
    Suite {
        name: "cargo-clif",
        description: "what users rely on when they build their own projects with dist/bin/cargo-clif",
        schedule: Schedule::Always,
        cases: cargo_clif::cases,
        run: cargo_clif::run,
    },
    Suite {
        name: "example",
        description: "the example workspace under Cranelift and LLVM",
        schedule: Schedule::Always,
        cases: example::cases,
        run: example::run,
    },
    Suite {
        name: "lto",
        description: "LTO and combined units: cargo projects, C programs, and each run-pass program in one way",
        schedule: Schedule::Always,
        cases: lto::cases,
        run: lto::run,
    },
    Suite {
        name: "lto-programs",
        description: "LTO and combined units: each run-pass program in every way",
        schedule: Schedule::OnRequest,
        cases: lto::program_cases,
        run: lto::run_programs,
    },
    Suite {
        name: "projects",
        description: "ripgrep 15.2.0 from the registry, its output compared with the LLVM-built one",
        schedule: Schedule::Always,
        cases: projects::cases,
        run: projects::run,
    },
];

/// What the user wants tested.
pub struct Selection {
    /// Parts of `SUITE/CASE` names.
    pub filters: Vec<String>,
    /// Only list.
    pub list: bool,
    /// Also what is run on request only.
    pub all: bool,
}

/// How many cases came to what.
#[derive(Debug, Default, PartialEq, Eq)]
struct Summary {
    /// As expected.
    passed: usize,
    /// Not as expected.
    failed: usize,
    /// Not run.
    skipped: usize,
}

impl Summary {
    /// Counts the results of a suite.
    fn add(&mut self, results: &[CaseResult]) {
        for result in results {
            match result.verdict {
                Verdict::Passed => self.passed += 1,
                Verdict::Failed(_) => self.failed += 1,
                Verdict::Skipped(_) => self.skipped += 1,
            }
        }
    }

    /// The line that the whole run ends in.
    fn line(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Runs (or lists) the selected tests.
pub fn test(
    layout: &Layout,
    selection: &Selection,
    obtain: impl Fn() -> Result<Toolchain>,
    console: Console,
) -> Result<ExitCode> {
    let context =
        Context { layout, console, obtain: &obtain, toolchain: OnceCell::new(), dist: OnceCell::new() };
    if selection.list {
        list(&context)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut summary = Summary::default();
    for suite in &SUITES {
        let named = selection.filters.iter().any(|word| suite.name.contains(word.as_str()));
        if suite.schedule == Schedule::OnRequest && !selection.all && !named {
            continue;
        }
        let results = run_suite(suite, &context, &selection.filters);
        summary.add(&results);
    }
    if summary == Summary::default() {
        bail!("no test matches {}; ./y.sh test --list shows them", selection.filters.join(" "));
    }
    println!("{}", summary.line());
    Ok(if summary.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one suite and prints what became of it; a suite that cannot be run at all is one failed case.
fn run_suite(suite: &Suite, context: &Context<'_>, words: &[String]) -> Vec<CaseResult> {
    let started = Instant::now();
    let filter = Filter { suite: suite.name, words };
    let is_wanted = match (suite.cases)(context) {
        Ok(Some(cases)) => cases.iter().any(|case| filter.selects(case)),
        Ok(None) => filter.passed_on().is_some(),
        Err(_) => true,
    };
    if !is_wanted {
        return Vec::new();
    }
    context.console.say(format!("{}: {}", suite.name, suite.description));
    let results =
        (suite.run)(context, &filter).unwrap_or_else(|error| vec![CaseResult::of("set-up", Err(error))]);
    let mut summary = Summary::default();
    summary.add(&results);
    for result in &results {
        match &result.verdict {
            Verdict::Passed => {}
            Verdict::Failed(text) => println!("FAILED  {}/{}: {text}", suite.name, result.name),
            Verdict::Skipped(reason) => println!("skipped {}/{}: {reason}", suite.name, result.name),
        }
    }
    println!("{}: {} ({:.1} s)", suite.name, summary.line(), started.elapsed().as_secs_f64());
    results
}

/// Prints all suites with their cases.
fn list(context: &Context<'_>) -> Result<()> {
    for suite in &SUITES {
        let on_request = if suite.schedule == Schedule::OnRequest { " (with --all)" } else { "" };
        println!("{}: {}{on_request}", suite.name, suite.description);
        for case in (suite.cases)(context)?.unwrap_or_default() {
            println!("    {}/{case}", suite.name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_every_verdict() {
        let mut summary = Summary::default();
        let case = |verdict| CaseResult { name: "x".to_owned(), verdict };
        summary.add(&[case(Verdict::Passed), case(Verdict::Failed("y".into())), case(Verdict::Passed)]);
        summary.add(&[case(Verdict::Skipped("z".into()))]);
        assert_eq!(summary.line(), "2 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn suites_have_different_names_that_a_filter_can_tell_apart() {
        for (index, suite) in SUITES.iter().enumerate() {
            assert!(!suite.name.contains('/'));
            assert!(SUITES.iter().enumerate().all(|(other, row)| other == index || row.name != suite.name));
        }
    }
}

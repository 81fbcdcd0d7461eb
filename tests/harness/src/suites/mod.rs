//! `./y.sh test`: a table of suites, run one after the other, and a summary.
//!
//! To add a suite: a module that has `cases` and `run`, and a row in [`SUITES`].

mod abi;
mod abi_cafe;
mod assembly;
mod backtraces;
mod bench;
mod cargo_clif;
mod closed_pipes;
mod codegen_errors;
mod debug_info;
mod debug_info_options;
mod debug_versions;
mod debugger;
mod emit;
mod example;
mod faults;
mod flags;
mod fuzz;
mod golden;
mod golden_kinds;
mod incremental;
mod interruption;
mod intrinsics;
mod libtest;
mod limits;
mod lints;
mod lto;
mod lto_symbols;
mod observability;
mod optimised_values;
mod own_std;
pub mod project_tests;
mod projects;
mod run_pass;
mod rustdoc_clif;
mod scaling;
mod sections;
mod std_tests;
mod tokens;
mod volatile;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, bail};
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;

use crate::suite::{CaseResult, Context, Filter, Schedule, Suite, Verdict};

/// All suites, in the order in which they run: the quick ones that say most first.
const SUITES: &[Suite] = &[
    Suite {
        name: "build-system",
        description: "unit tests of the build system, of the test harness and of cargo-clif",
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
        name: "abi",
        description: "random signatures, called in all directions between our code, LLVM's and C",
        schedule: Schedule::Always,
        cases: abi::cases,
        run: abi::run,
    },
    Suite {
        name: "limits",
        description: "the largest frames and arguments: below the limits they compile, above there is one message",
        schedule: Schedule::Always,
        cases: limits::cases,
        run: limits::run,
    },
    Suite {
        name: "abi-cafe",
        description: "the calls of the package abi-cafe between our code, LLVM's and C, with the same results as LLVM's",
        schedule: Schedule::OnRequest,
        cases: libtest::no_cases,
        run: abi_cafe::run,
    },
    Suite {
        name: "fuzz",
        description: "random programs, which must print the same as with LLVM",
        schedule: Schedule::Always,
        cases: fuzz::cases,
        run: fuzz::run,
    },
    Suite {
        name: "intrinsics",
        description: "vendor intrinsics: the same instructions on the same arguments as in LLVM's code",
        schedule: Schedule::Always,
        cases: intrinsics::cases,
        run: intrinsics::run,
    },
    Suite {
        name: "assembly",
        description: "LLVM in the process: messages about wrong assembly, and that it sleeps when nobody needs it",
        schedule: Schedule::Always,
        cases: assembly::cases,
        run: assembly::run,
    },
    Suite {
        name: "codegen-errors",
        description: "tests/codegen_errors, and programs that name `main`: the errors must equal LLVM's",
        schedule: Schedule::Always,
        cases: codegen_errors::cases,
        run: codegen_errors::run,
    },
    Suite {
        name: "volatile",
        description: "tests/volatile: the volatile and atomic accesses that a program makes are those of LLVM's",
        schedule: Schedule::Always,
        cases: volatile::cases,
        run: volatile::run,
    },
    Suite {
        name: "incremental",
        description: "reuse of units, edits, damaged caches, the same bytes whoever works",
        schedule: Schedule::Always,
        cases: incremental::cases,
        run: incremental::run,
    },
    Suite {
        name: "tokens",
        description: "make -j3: threads at work, seen from outside, never exceed make's tokens",
        schedule: Schedule::Always,
        cases: tokens::cases,
        run: tokens::run,
    },
    Suite {
        name: "interruption",
        description: "kill -9, Ctrl-C, worker panics, failing tokens",
        schedule: Schedule::Always,
        cases: interruption::cases,
        run: interruption::run,
    },
    Suite {
        name: "observability",
        description: "times, sizes and profiles that the compiler tells when asked",
        schedule: Schedule::Always,
        cases: observability::cases,
        run: observability::run,
    },
    Suite {
        name: "debugger",
        description: "tests/debugger: sessions in gdb and lldb with our programs and LLVM's",
        schedule: Schedule::Always,
        cases: debugger::cases,
        run: debugger::run,
    },
    Suite {
        name: "split-debug-info",
        description: "tests/debugger with all kinds of split debug information, after incremental rebuilds",
        schedule: Schedule::OnRequest,
        cases: debugger::split_cases,
        run: debugger::run_split,
    },
    Suite {
        name: "debug-info",
        description: "all that LLVM's debug information says, ours says too: some programs",
        schedule: Schedule::Always,
        cases: debug_info::cases,
        run: debug_info::run,
    },
    Suite {
        name: "debug-info-options",
        description: "flags that change what debug information says of files, or where it is",
        schedule: Schedule::Always,
        cases: debug_info_options::cases,
        run: debug_info_options::run,
    },
    Suite {
        name: "debug-versions",
        description: "DWARF 2 to 5, linked, split and packed, with and without LTO: read by readelf, llvm-dwarfdump and gdb",
        schedule: Schedule::Always,
        cases: debug_versions::cases,
        run: debug_versions::run,
    },
    Suite {
        name: "all-debug-versions",
        description: "the same in all other combinations",
        schedule: Schedule::OnRequest,
        cases: debug_versions::all_cases,
        run: debug_versions::run_all,
    },
    Suite {
        name: "sections",
        description: "the names of objects' sections, by which linker scripts go, and the compiler's version in them",
        schedule: Schedule::Always,
        cases: sections::cases,
        run: sections::run,
    },
    Suite {
        name: "backtraces",
        description: "RUST_BACKTRACE=1 with each kind of debug information and without: the frames of LLVM's program",
        schedule: Schedule::Always,
        cases: backtraces::cases,
        run: backtraces::run,
    },
    Suite {
        name: "optimised-values",
        description: "variables of optimised programs in gdb, after each instruction: unknown ones, but no wrong ones",
        schedule: Schedule::Always,
        cases: optimised_values::cases,
        run: optimised_values::run,
    },
    Suite {
        name: "all-debug-info",
        description: "the same for all programs of run-pass and debugger, and ripgrep",
        schedule: Schedule::OnRequest,
        cases: debug_info::all_cases,
        run: debug_info::run_all,
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
        name: "flags",
        description: "every option of the compiler does what the table says; targets as with LLVM",
        schedule: Schedule::Always,
        cases: flags::cases,
        run: flags::run,
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
        name: "own-std",
        description: "std compiled by the backend: -Zbuild-std, ./y.sh build --sysroot clif",
        schedule: Schedule::OnRequest,
        cases: own_std::cases,
        run: own_std::run,
    },
    Suite {
        name: "own-std-programs",
        description: "each run-pass program with a std that the backend compiled",
        schedule: Schedule::OnRequest,
        cases: own_std::program_cases,
        run: own_std::run_programs,
    },
    Suite {
        name: "projects",
        description: "ripgrep 15.2.0 from the registry, its output compared with the LLVM-built one",
        schedule: Schedule::Always,
        cases: projects::cases,
        run: projects::run,
    },
    Suite {
        name: "small-project-tests",
        description: "the tests and doc tests of real projects, which must pass and fail as with LLVM: small ones",
        schedule: Schedule::Always,
        cases: project_tests::cases,
        run: project_tests::run,
    },
    Suite {
        name: "project-tests",
        description: "the same for all other projects",
        schedule: Schedule::OnRequest,
        cases: project_tests::other_cases,
        run: project_tests::run_others,
    },
    Suite {
        name: "bench",
        description: "./y.sh bench on the smallest project: the shape of its report, not its figures",
        schedule: Schedule::Always,
        cases: bench::cases,
        run: bench::run,
    },
    Suite {
        name: "scaling",
        description: "codegen's work grows with a program hardly faster than it, by instructions that valgrind counts",
        schedule: Schedule::OnRequest,
        cases: scaling::cases,
        run: scaling::run,
    },
    Suite {
        name: "std-tests",
        description: "the standard library's own tests, with the same results as with LLVM: a part",
        schedule: Schedule::Always,
        cases: std_tests::cases,
        run: std_tests::run,
    },
    Suite {
        name: "all-std-tests",
        description: "the same for the rest of them (takes half an hour)",
        schedule: Schedule::OnRequest,
        cases: std_tests::all_cases,
        run: std_tests::run_all,
    },
    Suite {
        name: "own-std-tests",
        description: "all of them with a std that the backend compiled (takes half an hour)",
        schedule: Schedule::OnRequest,
        cases: std_tests::own_cases,
        run: std_tests::run_own,
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

/// Makes commands of a compiler.
type CompilerCommand = Box<dyn Fn() -> Command + Sync>;

/// The compiler with LLVM, to be called directly.
fn llvm_compiler(context: &Context<'_>) -> Result<CompilerCommand> {
    let template = context.toolchain()?.compiler.command();
    let program = template.get_program().to_owned();
    let environment: Vec<_> =
        template.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect();
    Ok(Box::new(move || {
        let mut command = Command::new(&program);
        for (name, value) in &environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }))
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
    let context = Context {
        layout,
        console,
        all: selection.all,
        obtain: &obtain,
        toolchain: OnceCell::new(),
        dist: OnceCell::new(),
    };
    if selection.list {
        list(&context)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut summary = Summary::default();
    for suite in SUITES {
        // `SUITE` and `SUITE/CASE` name a suite.
        let names = |word: &String| suite.name.contains(word.split('/').next().unwrap_or_default());
        let named = selection.filters.iter().any(names);
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

/// Compares the debug information of a program compiled both ways, or of two files.
pub fn compare_debug_info(
    layout: &Layout,
    paths: &[PathBuf],
    extra: bool,
    obtain: impl Fn() -> Result<Toolchain>,
    console: Console,
) -> Result<ExitCode> {
    let context = Context {
        layout,
        console,
        all: false,
        obtain: &obtain,
        toolchain: OnceCell::new(),
        dist: OnceCell::new(),
    };
    debug_info::command(&context, paths, extra)
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
    for suite in SUITES {
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

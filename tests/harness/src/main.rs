//! The test harness, started by `./y.sh test`. It compiles programs with the backend and with LLVM, and
//! compares the two.
//!
//! The main modules, in the order in which a run uses them:
//!
//! - [`suites`]: the table of suites, with a module for each
//! - [`rounds`]: the targets that are tested, and the sample of cases for those that are not the host
//! - [`selection`]: the cases that the user selects
//! - [`suite`]: the parts of a suite, and the results of its cases
//! - [`runner`]: runs the cases and reports failures
//! - [`context`], [`compilers`], [`target`]: what the cases use
//!
//! The other modules are shared by several suites. [`debug_info`] is also used by `./y.sh
//! compare-debug-info`. This program is also the runner that cargo calls for projects' tests
//! ([`suites::project_tests::runner`]).

mod commands;
mod compilers;
mod context;
mod debug_info;
mod directives;
mod jobserver;
mod random;
mod rounds;
mod runner;
mod selection;
mod suite;
mod suites;
mod synthetic;
mod target;
mod trace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use build_system::cli::{Action, Arguments};
use build_system::console::Console;
use build_system::entry;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;
use context::Context;
use suites::SUITES;
use suites::project_tests::runner as program_runner;
use target::TestTarget;

fn main() -> ExitCode {
    entry::start(&[(program_runner::NAME, program_runner::main)], run_action)
}

/// Runs the command line, which is that of `./y.sh`.
fn run_action(arguments: Arguments) -> Result<ExitCode> {
    let console = Console::new(arguments.verbose);
    let layout = Layout::find()?;
    let toolchain = arguments.toolchain.as_deref();
    let obtain = || Toolchain::obtain(&layout, toolchain, console);
    let host = TestTarget::host()?;
    let context = |all| Context::new(&layout, console, all, host, &obtain);
    match arguments.action {
        Action::Test { filters, list, all, target } => {
            let rounds = rounds::of(&context(all), &filters, &target)?;
            if list {
                rounds.iter().try_for_each(|round| runner::list(round, SUITES))?;
                return Ok(ExitCode::SUCCESS);
            }
            let named = toolchain.map(|toolchain| format!("--toolchain={}", toolchain.display()));
            let options: Vec<String> = named.into_iter().chain(all.then(|| "--all".to_owned())).collect();
            runner::run(&rounds, SUITES, &options)
        }
        Action::CompareDebugInfo { files, extra, target } => {
            let target = target.map(|target| TestTarget::named(target.triple)).transpose()?;
            let context = context(false).with_target(target.unwrap_or(host));
            suites::debug_info::command(&context, &files, extra)
        }
        _ => bail!("this program only runs the tests; use ./y.sh for the rest"),
    }
}

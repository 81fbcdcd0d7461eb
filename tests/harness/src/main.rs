//! The test harness, started by `./y.sh test`: it compiles programs with the backend and with LLVM, and compares.
//!
//! - [`suites`]: the table of test suites, and a module for each,
//! - [`suite`]: what a suite is, and what its cases come to,
//! - [`debug_info`]: the debug information of two programs, compared (also `./y.sh compare-debug-info`).
//!
//! The other modules are what several suites use. This program is also cargo's runner of projects' tests, see
//! [`suites::project_tests::runner`].

mod commands;
mod debug_info;
mod directives;
mod jobserver;
mod made_up;
mod random;
mod suite;
mod suites;
mod trace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use build_system::cli::{Action, Arguments};
use build_system::console::Console;
use build_system::entry;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;
use suites::project_tests::runner;

fn main() -> ExitCode {
    entry::start(&[(runner::NAME, runner::main)], run_action)
}

/// Does what the command line, which is that of `./y.sh`, asks for.
fn run_action(arguments: Arguments) -> Result<ExitCode> {
    let console = Console::new(arguments.verbose);
    let layout = Layout::find()?;
    let obtain = || Toolchain::obtain(&layout, arguments.toolchain.as_deref(), console);
    match arguments.action {
        Action::Test { filters, list, all } => {
            suites::test(&layout, &suites::Selection { filters, list, all }, obtain, console)
        }
        Action::CompareDebugInfo { files, extra } => {
            suites::compare_debug_info(&layout, &files, extra, obtain, console)
        }
        _ => bail!("this program only has the tests; ./y.sh does the rest"),
    }
}

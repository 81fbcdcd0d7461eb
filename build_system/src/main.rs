//! The build system of rustc_codegen_clif, started by `./y.sh`.
//!
//! - [`toolchain`]: the compiler and the metadata of its crates, found or made once,
//! - [`build`]: the backend, and `dist/`,
//! - [`run`]: the example under Cranelift and LLVM,
//! - [`test`]: the table of test suites,
//! - [`debug_info`]: the debug information of two programs, compared,
//! - [`clean`]: removal of all that.
//!
//! This program is also the `RUSTC` of the metadata build, see [`toolchain::wrapper`].

mod build;
mod clean;
mod cli;
mod console;
mod debug_info;
mod explain;
mod files;
mod layout;
mod parallel;
mod process;
mod run;
mod test;
mod toolchain;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use cli::{Action, Arguments};
use console::Console;
use layout::Layout;
use toolchain::Toolchain;

fn main() -> ExitCode {
    let result = match std::env::var_os(toolchain::wrapper::VARIABLE) {
        Some(folder) => toolchain::wrapper::main(&folder, std::env::args_os().skip(1).collect()),
        None => run_action(Arguments::parse()),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {}", explain::message(&error));
        ExitCode::FAILURE
    })
}

/// Does what the command line asks for.
fn run_action(arguments: Arguments) -> Result<ExitCode> {
    let console = Console::new(arguments.verbose);
    let layout = Layout::find()?;
    if layout.clone_is_read_only {
        console.say(format!(
            "{} cannot be written; building in {}",
            layout.clone.display(),
            layout.build.display()
        ));
    }
    let obtain = || Toolchain::obtain(&layout, arguments.toolchain.as_deref(), console);
    match arguments.action {
        Action::Toolchain => {
            let toolchain = obtain()?;
            println!(
                "{}\n  sysroot of the backend's build: {}",
                toolchain.origin,
                toolchain.build_sysroot.display()
            );
        }
        Action::Build => {
            build::build(&layout, &obtain()?, console)?;
            println!(
                "Built {}; use it as {}",
                layout.dist.display(),
                layout.dist.join("bin/cargo-clif").display()
            );
        }
        Action::Run => run::run(&layout, &obtain()?, console)?,
        Action::Test { filters, list, all } => {
            return test::test(&layout, &test::Selection { filters, list, all }, obtain, console);
        }
        Action::CompareDebugInfo { files, extra } => {
            return test::compare_debug_info(&layout, &files, extra, obtain, console);
        }
        Action::Clean { cache } => clean::clean(&layout, cache, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

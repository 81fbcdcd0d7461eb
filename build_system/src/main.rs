//! The build system of rustc_codegen_clif, started by `./y.sh`.
//!
//! - [`toolchain`]: the compiler and the metadata of its crates, found or made once,
//! - [`build`]: the backend, and `dist/`,
//! - [`standard_library`]: std, compiled by the backend,
//! - [`run`]: the example under Cranelift and LLVM,
//! - [`test`]: the table of test suites,
//! - [`bench`]: how fast builds and programs are, against LLVM,
//! - [`debug_info`]: the debug information of two programs, compared,
//! - [`clean`]: removal of all that.
//!
//! This program is also the `RUSTC` of the metadata build, see [`toolchain::wrapper`], and the compiler's wrapper and the
//! linker of measured builds, see [`bench::tools`]; and cargo's runner of projects' tests, see
//! [`test::project_tests::runner`].

mod bench;
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
mod registry;
mod run;
mod standard_library;
mod test;
mod toolchain;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use cli::{Action, Arguments};
use console::Console;
use layout::Layout;
use toolchain::Toolchain;

fn main() -> ExitCode {
    process::end_with_closed_pipes();
    let result = match std::env::var_os(toolchain::wrapper::VARIABLE) {
        Some(folder) => toolchain::wrapper::main(&folder, std::env::args_os().skip(1).collect()),
        None => run_by_name(),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {}", explain::message(&error));
        ExitCode::FAILURE
    })
}

/// Does what this program is for under the name that it was called by.
fn run_by_name() -> Result<ExitCode> {
    let mut arguments = std::env::args_os();
    let name = arguments.next().map(PathBuf::from).unwrap_or_default();
    match files::name_of(&name).as_str() {
        bench::tools::COMPILER => bench::tools::compiler_main(arguments.collect()),
        bench::tools::LINKER => bench::tools::linker_main(arguments.collect()),
        test::project_tests::runner::NAME => test::project_tests::runner::main(arguments.collect()),
        _ => run_action(Arguments::parse()),
    }
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
        Action::Build { sysroot } => {
            let toolchain = obtain()?;
            let dist = build::build_programs(&layout, &toolchain, console)?;
            standard_library::choose(sysroot, &layout, &toolchain, &dist, console)?;
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
        Action::Bench(options) => {
            // A mistake in the options is to be said before anything is built.
            let plan = bench::Plan::of(&options)?;
            let toolchain = obtain()?;
            let dist = build::build(&layout, &toolchain, console)?;
            bench::bench(&plan, &layout, &toolchain, &dist, console)?;
        }
        Action::CompareDebugInfo { files, extra } => {
            return test::compare_debug_info(&layout, &files, extra, obtain, console);
        }
        Action::Clean { cache } => clean::clean(&layout, cache, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

//! Starts `y` and the test harness. They run the user's command line, or a role in which cargo calls them.
//!
//! Both programs can be the `RUSTC` of the metadata build ([`toolchain::wrapper`]), and the compiler's
//! wrapper and the linker of measured builds ([`bench::tools`]). The running program gives cargo a path to
//! itself.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::cli::Arguments;
use crate::{bench, explain, files, process, toolchain};

/// A name under which builds call our programs, and the function that runs then.
pub type Role = (&'static str, fn(Vec<OsString>) -> Result<ExitCode>);

/// The roles that all our programs have.
const ROLES: [Role; 2] = [
    (bench::tools::COMPILER, bench::tools::compiler_main),
    (bench::tools::LINKER, bench::tools::linker_main),
];

/// Runs a program in the role that it is called in, or runs the user's command line. `roles` are the
/// program's own roles.
pub fn start(roles: &[Role], run: fn(Arguments) -> Result<ExitCode>) -> ExitCode {
    process::end_with_closed_pipes();
    let result = match std::env::var_os(toolchain::wrapper::VARIABLE) {
        Some(folder) => toolchain::wrapper::main(&folder, std::env::args_os().skip(1).collect()),
        None => start_by_name(roles, run),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {}", explain::message(&error));
        ExitCode::FAILURE
    })
}

/// Chooses the role by the name that the program was called by.
fn start_by_name(roles: &[Role], run: fn(Arguments) -> Result<ExitCode>) -> Result<ExitCode> {
    let mut arguments = std::env::args_os();
    let name = files::name_of(&arguments.next().map(PathBuf::from).unwrap_or_default());
    match ROLES.iter().chain(roles).find(|(role, _)| *role == name) {
        Some((_, main)) => main(arguments.collect()),
        None => {
            let arguments = Arguments::parse();
            process::stop_groups_on_signals().context("cannot handle signals")?;
            run(arguments)
        }
    }
}

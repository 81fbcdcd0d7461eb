//! Command lines that are incomplete or unusual: our driver adds an argument to each, which must not show.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use build_system::process;

use super::{Compilers, PROGRAM, text};
use crate::commands::finish;
use crate::suite::{CaseResult, Filter};

/// Arguments of a compiler in a folder with `main.rs`.
const COMMAND_LINES: [(&str, &[&str]); 11] = [
    ("none", &[]),
    ("--", &["-o", "main", "--", "main.rs"]),
    ("-C without a value", &["main.rs", "-C"]),
    ("-Z without a value", &["main.rs", "-Z"]),
    ("-L without a value", &["main.rs", "-L"]),
    ("-A without a value", &["main.rs", "-A"]),
    ("-o without a value", &["main.rs", "-o"]),
    ("--cfg without a value", &["main.rs", "--cfg"]),
    ("--emit without a value", &["main.rs", "--emit"]),
    ("--sysroot without a value", &["main.rs", "--sysroot"]),
    ("--help", &["--help"]),
];

fn case(name: &str) -> String {
    format!("command line: {name}")
}

/// The names of the cases.
pub fn cases() -> impl Iterator<Item = String> {
    COMMAND_LINES.iter().map(|(name, _)| case(name))
}

/// Runs the selected cases.
pub fn run(compilers: &Compilers, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let lines = COMMAND_LINES.iter().map(|&(name, arguments)| (case(name), arguments));
    let lines = lines.filter(|(name, _)| filter.selects(name));
    Ok(lines.map(|(name, arguments)| CaseResult::of(&name, same(compilers, arguments))).collect())
}

/// Both compilers print the same, end with the same status, and leave the same files.
fn same(compilers: &Compilers, arguments: &[&str]) -> Result<()> {
    let outcome = |mut command: Command| -> Result<_> {
        let folder = compilers.folder("command line", PROGRAM)?;
        process::clean_environment(&mut command);
        let outcome = finish(command.env("RUSTC_BOOTSTRAP", "1").current_dir(&folder).args(arguments))?;
        Ok((
            outcome.status.and_then(|status| status.code()),
            text(&outcome.stdout),
            text(&outcome.stderr),
            files(&folder)?,
        ))
    };
    let llvm = outcome((compilers.llvm)())?;
    let clif = outcome(Command::new(&compilers.clif))?;
    ensure!(llvm == clif, "with LLVM: {llvm:?}\nwith Cranelift: {clif:?}");
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

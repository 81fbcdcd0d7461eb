//! Tests incomplete and unusual command lines. Our driver adds an argument to each, which must not be
//! visible.

use std::path::Path;

use anyhow::{Result, ensure};
use build_system::process;

use super::{PROGRAM, Setting, text};
use crate::commands::finish;
use crate::suite::Group;

/// Arguments for a compiler in a folder with `main.rs`.
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

/// Adds a case for each command line.
pub fn cases<'a>(group: Group<'a, Setting>) -> Group<'a, Setting> {
    group.cases(
        COMMAND_LINES,
        |(name, _)| format!("command line: {name}"),
        |setting, row| same(setting, row.1),
    )
}

/// Both compilers must print the same, end with the same status, and leave the same files.
fn same(setting: &Setting, arguments: &[&str]) -> Result<()> {
    let [llvm, clif] = setting.compilers.both(|_, mut command| {
        let folder = setting.folder("command line", PROGRAM)?;
        process::clean_environment(&mut command);
        let outcome = finish(command.env("RUSTC_BOOTSTRAP", "1").current_dir(&folder).args(arguments))?;
        Ok((
            outcome.status.and_then(|status| status.code()),
            text(&outcome.stdout),
            text(&outcome.stderr),
            files(&folder)?,
        ))
    })?;
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

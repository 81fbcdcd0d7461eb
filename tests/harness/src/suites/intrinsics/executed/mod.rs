//! Executes all public functions of `core::arch` for machines without a symbolic execution.
//!
//! Runs these steps:
//! 1. [`functions`] reads the library's sources, so that no function is forgotten.
//! 2. [`program`] makes a call of each, with the smallest and the largest constants. LLVM and the backend
//!    compile all calls: those that only one of them compiles are an error of the setup.
//! 3. `tests/intrinsics/executed/program.rs` calls them with the same arguments, in the emulator if
//!    [`machines`] are not the host's, and prints the results. Each result must be LLVM's. An instruction
//!    that the emulator does not have must be LLVM's, too; registers do not count.
//!
//! A case is one of the library's files. To add a machine: a row in [`machines`], and a file with its name
//! beside the program.

mod functions;
mod machines;
mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use build_system::files::{self, Mode};
use build_system::process;

use crate::commands::succeed;
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};
use machines::{MACHINES, Machine};

const FOLDER: &str = "tests/intrinsics/executed";
/// The optimisation of our programs. LLVM's has the last one.
const LEVELS: [&str; 2] = ["0", "2"];
/// The time limit of a program.
const RUN_LIMIT: Duration = Duration::from_secs(300);
/// The most differences of a case that are shown.
const SHOWN: usize = 10;

/// Returns the machine of the target, if its intrinsics are executed.
pub fn machine(context: &Context<'_>) -> Option<&'static Machine> {
    MACHINES.iter().find(|machine| machine.name == context.target.name())
}

/// Plans a case for each file of the library.
pub fn plan<'a>(context: &'a Context<'a>, machine: &'static Machine) -> Plan<'a> {
    let set_up = move || Outputs::of(context, machine);
    let check = |outputs: &Outputs, file: &&str| outputs.compare(file);
    Group::new(set_up).cases(machine.files.iter().copied(), |file| (*file).to_owned(), check).in_turn()
}

/// The lines of a program's output, by the function and its constants, for each file.
type Lines = BTreeMap<String, BTreeMap<String, String>>;

/// What the programs print.
struct Outputs {
    machine: &'static Machine,
    reference: Lines,
    /// By level of optimisation.
    ours: Vec<Lines>,
}

impl Outputs {
    fn of(context: &Context<'_>, machine: &'static Machine) -> Result<Outputs> {
        let scratch = context.scratch("intrinsics").join("executed");
        files::remove(&scratch)?;
        files::create_folder(&scratch)?;
        write_program(context, machine, &scratch)?;
        let compilers = BothCompilers::of(context)?;
        let last = LEVELS.last().copied().unwrap_or_default();
        let output = |compiler, level| output(&compilers, compiler, level, &scratch);
        let reference = output(compilers.llvm(), last).context("LLVM")?;
        let ours = LEVELS.iter().map(|level| output(compilers.clif(), level)).collect::<Result<_>>()?;
        files::remove(&scratch)?;
        Ok(Outputs { machine, reference, ours })
    }

    /// Compares the functions of one file.
    fn compare(&self, file: &str) -> Result<()> {
        let expected = self.reference.get(file).context("LLVM's program printed nothing")?;
        for (ours, level) in self.ours.iter().zip(LEVELS) {
            let found = ours.get(file).context("our program printed nothing")?;
            ensure!(expected.keys().eq(found.keys()), "the programs call different functions");
            let differs = |(name, line): (&String, &String)| {
                let ours = &found[name];
                let is_same = self.machine.agree(name, line, ours);
                (!is_same).then(|| format!("\n  {name}\n    LLVM: {line}\n    ours: {ours}"))
            };
            let differences: Vec<String> = expected.iter().filter_map(differs).collect();
            let shown = differences[..differences.len().min(SHOWN)].concat();
            let (count, all) = (differences.len(), expected.len());
            ensure!(differences.is_empty(), "-Copt-level={level}: {count} of {all} differ:{shown}");
        }
        Ok(())
    }
}

/// Writes the program's files to a folder. Returns the path of its root.
pub fn write_program(context: &Context<'_>, machine: &Machine, folder: &Path) -> Result<PathBuf> {
    let functions = functions::read(&super::library(context)?, machine)?;
    let sources = context.layout.clone.join(FOLDER);
    let root = program::gates(&functions, machine) + &files::read_text(&sources.join("program.rs"))?;
    let own = files::read_text(&sources.join(format!("{}.rs", machine.name)))?;
    let calls = program::calls(&functions, machine);
    for (name, text) in [("program.rs", root), ("machine.rs", own), ("calls.rs", calls)] {
        files::write_file(&folder.join(name), text.as_bytes(), Mode::Plain)?;
    }
    Ok(folder.join("program.rs"))
}

/// Compiles and runs the program in a folder.
fn output(compilers: &BothCompilers, mut compiler: Command, level: &str, folder: &Path) -> Result<Lines> {
    compiler.current_dir(folder).env("RUSTC_BOOTSTRAP", "1");
    compiler.args(["--edition=2024", "--cap-lints=allow", "program.rs", &format!("-Copt-level={level}")]);
    succeed(&mut compiler)?;
    let mut program = compilers.target.program(&folder.join("program"));
    let outcome = process::run_limited(&mut program, b"", RUN_LIMIT)?;
    let text = String::from_utf8_lossy(&outcome.stdout);
    if !outcome.succeeded() {
        let last = text.lines().last().unwrap_or_default();
        bail!("the program ends with {} after `{last}`", outcome.status_text());
    }
    let mut lines = Lines::new();
    for line in text.lines() {
        let parts = line.split_once(": ").and_then(|(head, value)| Some((head.split_once(' ')?, value)));
        let ((file, name), value) = parts.with_context(|| format!("cannot parse `{line}`"))?;
        lines.entry(file.to_owned()).or_default().insert(name.to_owned(), value.to_owned());
    }
    Ok(lines)
}

//! Measures how fast compiled programs are: those in `tests/bench/programs`, compiled for debugging, run one
//! after the other.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::Bench;
use super::builds::empty_folder;
use super::candidates::{Candidate, LLVM};
use super::measure::{self, Usage};
use super::product::{self, Size};
use crate::files;

/// The runs of a program.
#[derive(Debug)]
pub struct ProgramResult {
    /// The name of the program's source.
    pub name: String,
    /// The runs, by candidate (`check` has none) and round.
    pub runs: Vec<Vec<Usage>>,
    /// The program's size, by candidate.
    pub sizes: Vec<Option<Size>>,
}

/// Compiles and runs all programs.
pub fn measure_all(bench: &Bench<'_>) -> Result<Vec<ProgramResult>> {
    let sources = files::entries(&bench.layout.clone.join("tests/bench/programs"))?;
    let sources = sources.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let wanted: Vec<PathBuf> = sources.filter(|path| bench.plan.wants_program(&program_name(path))).collect();
    wanted.iter().map(|source| measure_program(bench, source)).collect()
}

/// Returns the name of a program, `sorting` for `sorting.rs`.
fn program_name(source: &Path) -> String {
    files::name_of(&source.with_extension(""))
}

/// Compiles one program with every candidate and runs them in turns.
fn measure_program(bench: &Bench<'_>, source: &Path) -> Result<ProgramResult> {
    let name = program_name(source);
    let folder = bench.folder.join("programs").join(&name);
    empty_folder(&folder)?;
    let mut programs = Vec::new();
    for candidate in &bench.candidates {
        bench.progress(&format!("program {name}, compiling, {}", candidate.name));
        programs.push(if candidate.generates_code() {
            Some(compile(bench, candidate, source, &folder)?)
        } else {
            None
        });
    }
    let mut runs = vec![Vec::new(); programs.len()];
    for round in 0..bench.plan.rounds {
        for (index, program) in programs.iter().enumerate() {
            let Some(program) = program else { continue };
            bench.progress(&format!("program {name}, run {} of {}", round + 1, bench.plan.rounds));
            let output = folder.join(format!("{index}.output"));
            let mut command = Command::new(program);
            command.current_dir(&folder).env_remove("LD_LIBRARY_PATH");
            runs[index].push(measure::run(&format!("running {name}"), &mut command, &output)?);
            compare(&name, &folder, index, &bench.candidates[index])?;
        }
    }
    let size = |program: &Option<PathBuf>| program.as_deref().map(product::size_of).transpose();
    let sizes = programs.iter().map(size).collect::<Result<_>>()?;
    Ok(ProgramResult { name, runs, sizes })
}

/// Compiles a program for debugging.
fn compile(bench: &Bench<'_>, candidate: &Candidate, source: &Path, folder: &Path) -> Result<PathBuf> {
    let program = folder.join(&candidate.name);
    let mut command = candidate.rustc(bench.toolchain, bench.dist);
    command.args(["--edition=2024", "-Cdebuginfo=2", "-Copt-level=0"]).arg(source).arg("-o").arg(&program);
    let what = format!("compiling {} ({})", source.display(), candidate.name);
    measure::run(&what, &mut command, &folder.join("compile.log"))?;
    Ok(program)
}

/// Checks that a program prints the same as LLVM's. Otherwise its time means nothing.
fn compare(name: &str, folder: &Path, index: usize, candidate: &Candidate) -> Result<()> {
    let output = |index: usize| files::read_file(&folder.join(format!("{index}.output")));
    if output(LLVM)? != output(index)? {
        bail!(
            "the output of the program {name} is not the same with {} as with LLVM; see {}",
            candidate.name,
            folder.display()
        );
    }
    Ok(())
}

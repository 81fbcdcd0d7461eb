//! The suite `flags`: the table of all options (`src/backend/src/session/table.rs`) is complete, and every row is true.
//!
//! - [`documentation`]: no option is missing, `docs/flags.md` is what the table says;
//! - [`refused`]: options and targets that are refused; [`sources`]: constructs that are;
//! - [`command_lines`]: incomplete and unusual ones;
//! - [`unchanged`]: options without effect, and those of the linker;
//! - [`targets`]: what the compiler says of targets, processors and features, as with LLVM;
//! - [`effects`]: the effects of options that are served; here, programs with every relocation model.

mod command_lines;
mod documentation;
mod effects;
mod refused;
mod sources;
#[path = "../../../../../src/backend/src/session/table.rs"]
mod table;
mod targets;
mod unchanged;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use build_system::files::{self, Mode};
use build_system::process;

use super::CompilerCommand;
use super::run_pass::{self, Run, Variant, stem};
use crate::suite::{CaseResult, Context, Filter};

/// Checking alone. Not to `/dev/null`: rustc renames the finished file to that name, and root would lose the device.
const METADATA_ONLY: [&str; 2] = ["--emit=metadata", "--out-dir=out"];

/// The smallest program.
const PROGRAM: &str = "fn main() {}\n";

/// How code refers to other code and to data: relocation models, and both kinds of static programs.
const MODELS: [Variant; 8] = [
    ("pic", &["-Crelocation-model=pic"]),
    ("pie", &["-Crelocation-model=pie", "-Ccode-model=small"]),
    ("static", &["-Crelocation-model=static"]),
    ("static, -O", &["-Crelocation-model=static", "-Ccode-model=small", "-O"]),
    ("static-pie", &["-Ctarget-feature=+crt-static"]),
    ("all static", &["-Ctarget-feature=+crt-static", "-Crelocation-model=static"]),
    ("frame pointers", &["-Cforce-frame-pointers=yes", "-O"]),
    ("no red zone", &["-Cno-redzone", "-Clink-dead-code"]),
];
/// The programs of run-pass that have what relocations are for: statics of all kinds, thread-locals, vtables, landing pads.
const PROGRAMS: [&str; 6] =
    ["linkage", "statics", "stack_overflow", "thread_locals", "trait_objects", "unwind_cleanup"];

/// Both compilers, and folders to work in.
struct Compilers {
    /// Makes commands of the compiler with LLVM.
    llvm: CompilerCommand,
    /// Our driver.
    clif: PathBuf,
    /// Where the folders are.
    scratch: PathBuf,
    /// The number of the next folder.
    next: AtomicUsize,
}

impl Compilers {
    /// A new folder with `main.rs`; `purpose` becomes a part of its name.
    fn folder(&self, purpose: &str, source: &str) -> Result<PathBuf> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let word: String = purpose.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        let folder = self.scratch.join(format!("{number}-{word}"));
        files::write_file(&folder.join("main.rs"), source.as_bytes(), Mode::Plain)?;
        Ok(folder)
    }

    /// A call of our driver in a folder.
    fn clif(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.clif);
        command.env("CLIF_VERIFY", "1");
        Self::prepare(command, folder, arguments)
    }

    /// A call of the compiler with LLVM in a folder.
    fn llvm(&self, folder: &Path, arguments: &[&str]) -> Command {
        Self::prepare((self.llvm)(), folder, arguments)
    }

    fn prepare(mut command: Command, folder: &Path, arguments: &[&str]) -> Command {
        process::clean_environment(&mut command);
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(folder).arg("--edition=2024").args(arguments);
        command
    }
}

/// What a program printed.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn program_case(name: &str) -> String {
    format!("relocation models: {name}")
}

/// The names of all cases.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let programs = PROGRAMS.iter().map(|name| program_case(name));
    let table = documentation::cases().chain(refused::cases()).chain(sources::cases());
    let table = table.chain(command_lines::cases());
    let all = table.chain(unchanged::cases()).chain(targets::cases()).chain(effects::cases()).chain(programs);
    Ok(Some(all.collect()))
}

/// Runs the selected cases.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let compilers = Compilers {
        llvm: super::llvm_compiler(context)?,
        clif: context.dist()?.rustc_clif(),
        scratch: context.scratch(filter.suite).join("made"),
        next: AtomicUsize::new(0),
    };
    files::remove(&compilers.scratch)?;
    let mut results = documentation::run(context, &compilers, filter)?;
    results.extend(refused::run(&compilers, filter)?);
    results.extend(sources::run(&compilers, filter)?);
    results.extend(command_lines::run(&compilers, filter)?);
    results.extend(unchanged::run(&compilers, filter)?);
    results.extend(targets::run(&compilers, filter)?);
    results.extend(effects::run(&compilers, filter)?);
    results.extend(relocation_models(context, filter)?);
    Ok(results)
}

fn relocation_models(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let mut sources = run_pass::sources(context)?;
    sources.retain(|path| PROGRAMS.contains(&stem(path).as_str()));
    ensure!(sources.len() == PROGRAMS.len(), "a program of run-pass that is named here is gone");
    let runs =
        sources.iter().map(|source| Run { name: program_case(&stem(source)), source, variants: &MODELS });
    let runs: Vec<Run<'_>> = runs.filter(|run| filter.selects(&run.name)).collect();
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    run_pass::run_all(context, filter.suite, &[], &runs)
}

//! The suite `flags`: checks that the table of all options (`src/options`) is complete
//! and correct.
//!
//! - [`documentation`]: no option is missing, and `docs/flags.md` matches the table
//! - [`refused`]: options and targets that are rejected; [`sources`]: constructs that are rejected
//! - [`command_lines`]: incomplete and unusual command lines
//! - [`unchanged`]: options without effect, and options of the linker
//! - [`targets`]: what the compiler prints about targets, processors and features, compared with LLVM
//! - [`effects`]: the effects of served options; in this file, programs with every relocation model

mod command_lines;
mod documentation;
mod effects;
mod refused;
mod sources;
mod targets;
mod unchanged;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use build_system::files::{self, Mode};
use build_system::process;

use super::run_pass::{self, Run, Variant, stem};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// Arguments that check a crate without codegen. The output is not `/dev/null`, because rustc would rename
/// the finished file to it, and root would lose the device.
const METADATA_ONLY: [&str; 2] = ["--emit=metadata", "--out-dir=out"];

/// The smallest program.
const PROGRAM: &str = "fn main() {}\n";

/// The ways in which code refers to code and data: relocation models, and both kinds of static programs.
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
/// Programs of run-pass with everything that relocations are used for: statics of all kinds, thread-locals,
/// vtables, landing pads.
const PROGRAMS: [&str; 6] =
    ["linkage", "statics", "stack_overflow", "thread_locals", "trait_objects", "unwind_cleanup"];

/// Both compilers, and folders to work in.
struct Setting {
    /// The compilers.
    compilers: BothCompilers,
    /// The folder of all folders.
    scratch: PathBuf,
    /// The number of the next folder.
    next: AtomicUsize,
}

impl Setting {
    /// Creates a setting without folders, for one part of the suite.
    fn of(context: &Context<'_>, part: &str) -> Result<Setting> {
        let scratch = context.scratch("flags").join(part);
        files::remove(&scratch)?;
        Ok(Setting { compilers: BothCompilers::of(context)?, scratch, next: AtomicUsize::new(0) })
    }

    /// Creates a folder with `main.rs`. `purpose` becomes a part of its name.
    fn folder(&self, purpose: &str, source: &str) -> Result<PathBuf> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let word: String = purpose.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        let folder = self.scratch.join(format!("{number}-{word}"));
        files::write_file(&folder.join("main.rs"), source.as_bytes(), Mode::Plain)?;
        Ok(folder)
    }

    /// Returns a call of our driver in a folder.
    fn clif(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Self::prepare(self.compilers.clif(), folder, arguments);
        command.env("CLIF_VERIFY", "1");
        command
    }

    /// Returns a call of the compiler with LLVM in a folder.
    fn llvm(&self, folder: &Path, arguments: &[&str]) -> Command {
        Self::prepare(self.compilers.llvm(), folder, arguments)
    }

    fn prepare(mut command: Command, folder: &Path, arguments: &[&str]) -> Command {
        process::clean_environment(&mut command);
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(folder).arg("--edition=2024").args(arguments);
        command
    }
}

/// Returns output as text.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn program_case(name: &str) -> String {
    format!("relocation models: {name}")
}

/// Plans all cases, in the order of the modules.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let group = |part| Group::new(move || Setting::of(context, part));
    let refused = sources::cases(refused::cases(documentation::cases(context, group("refused"))));
    let refused = command_lines::cases(refused);
    let unchanged = unchanged::plan(|| Setting::of(context, "unchanged"));
    let served = effects::cases(targets::cases(group("served")));
    let plan = refused.in_parallel().then(unchanged).then(served.in_parallel());
    Ok(plan.then(relocation_models(context)?))
}

fn relocation_models<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let sources = run_pass::sources(context)?;
    let run = |name: &&str| {
        let source = sources.iter().find(|path| stem(path) == **name);
        let source = source.with_context(|| format!("run-pass/{name} does not exist any more"))?;
        Ok(Run { name: program_case(name), source: source.clone(), variants: &MODELS })
    };
    let runs: Vec<Run> = PROGRAMS.iter().map(run).collect::<Result<_>>()?;
    Ok(run_pass::plan_runs(context, "flags", || Ok(Vec::new()), runs))
}

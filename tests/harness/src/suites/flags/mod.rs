//! The suite `flags`: the table of all options (`src/backend/src/session/table.rs`) is complete, and
//! each row is true.
//!
//! - [`documentation`]: no option is missing, and `docs/flags.md` matches the table;
//! - [`refused`]: options and targets that are refused; [`sources`]: constructs that are refused;
//! - [`command_lines`]: incomplete and unusual command lines;
//! - [`unchanged`]: options without effect, and those of the linker;
//! - [`targets`]: what the compiler says about targets, processors and features, compared with LLVM;
//! - [`effects`]: the effects of options that are served; in this file, programs with every relocation
//!   model.

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

use anyhow::{Context as _, Result};
use build_system::files::{self, Mode};
use build_system::process;

use super::run_pass::{self, Run, Variant, stem};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// Checking alone. Not to `/dev/null`: rustc renames the finished file to that name, and root would lose the
/// device.
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
/// The programs of run-pass that have what relocations are for: statics of all kinds, thread-locals,
/// vtables, landing pads.
const PROGRAMS: [&str; 6] =
    ["linkage", "statics", "stack_overflow", "thread_locals", "trait_objects", "unwind_cleanup"];

/// Both compilers, and folders to work in.
struct Setting {
    /// The compilers.
    compilers: BothCompilers,
    /// Where the folders are.
    scratch: PathBuf,
    /// The number of the next folder.
    next: AtomicUsize,
}

impl Setting {
    /// Without any folder yet; `part` is the part of the suite that works with it.
    fn of(context: &Context<'_>, part: &str) -> Result<Setting> {
        let scratch = context.scratch("flags").join(part);
        files::remove(&scratch)?;
        Ok(Setting { compilers: BothCompilers::of(context)?, scratch, next: AtomicUsize::new(0) })
    }

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
        let mut command = Self::prepare(self.compilers.clif(), folder, arguments);
        command.env("CLIF_VERIFY", "1");
        command
    }

    /// A call of the compiler with LLVM in a folder.
    fn llvm(&self, folder: &Path, arguments: &[&str]) -> Command {
        Self::prepare(self.compilers.llvm(), folder, arguments)
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

/// All cases, in the order of the modules.
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
        let source = source.with_context(|| format!("run-pass/{name}, which is named here, is gone"))?;
        Ok(Run { name: program_case(name), source: source.clone(), variants: &MODELS })
    };
    let runs: Vec<Run> = PROGRAMS.iter().map(run).collect::<Result<_>>()?;
    Ok(run_pass::plan_runs(context, "flags", || Ok(Vec::new()), runs))
}

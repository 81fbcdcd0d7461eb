//! Compiles one source in several ways, so that the results can be compared (`--between`).
//!
//! 1. [`sides`] finds out what to compare: backends, machines, or revisions of this repository.
//! 2. [`revisions`] builds a revision once, and keeps it.
//! 3. [`sources`] compiles a file, a project, or all programs of the tests with each side.
//!
//! Every side after the first one is compared with the first.

mod revisions;
mod sides;
mod sources;

use std::path::PathBuf;

use anyhow::{Result, bail};
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;
use build_system::toolchain::targets::ensure_target;
use clap::Args;
use clif_targets::Target;

use sources::{Job, Source};

/// What to compile, and in which ways.
#[derive(Args, Debug)]
pub struct Options {
    /// Compile this Rust source, and compare the objects.
    #[arg(long, value_name = "FILE.rs", requires = "between", conflicts_with_all = ["project", "programs"])]
    source: Option<PathBuf>,
    /// Build this cargo project, and compare its libraries and programs.
    #[arg(long, value_name = "DIR", requires = "between", conflicts_with = "programs")]
    project: Option<PathBuf>,
    /// Compile the programs of tests/run-pass.
    #[arg(long, requires = "between")]
    programs: bool,
    /// How: `llvm,clif`, machines such as `x86_64,aarch64`, or revisions of this repository such as
    /// `main,HEAD` (`.` is the working tree).
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    between: Vec<String>,
    /// Flags for rustc, separated by spaces.
    #[arg(long, value_name = "FLAGS", default_value = "-g", allow_hyphen_values = true)]
    flags: String,
    /// The machine, when backends or revisions are compared.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// The backend, when machines are compared: `llvm` or `clif`.
    #[arg(long, value_name = "BACKEND", default_value = "clif")]
    backend: String,
}

/// Two folders with results of one source.
#[derive(Debug)]
pub struct BuiltPair {
    /// What the sides are called: `llvm`, `aarch64`, `HEAD~1`.
    pub names: [String; 2],
    pub folders: [PathBuf; 2],
}

/// Compiles everything. Returns the folders to compare.
///
/// # Errors
///
/// Fails if a side is unknown, or if the source cannot be compiled.
pub fn build(options: &Options) -> Result<Vec<BuiltPair>> {
    let source = match (&options.source, &options.project, options.programs) {
        (Some(file), ..) => Source::File(file.clone()),
        (None, Some(folder), _) => Source::Project(folder.clone()),
        (None, None, true) => Source::Programs,
        (None, None, false) => bail!("--between needs --source, --project or --programs"),
    };
    let layout = Layout::find()?;
    let console = Console::new(false);
    let sides = sides::parse(options, &layout)?;
    let toolchain = Toolchain::obtain(&layout, None, console)?;
    for side in &sides {
        if !side.target.is_host() {
            ensure_target(&toolchain, side.target, &layout, console)?;
        }
    }
    let scratch = layout.build.join("objdiff");
    let mut built = Vec::new();
    for (index, side) in sides.iter().enumerate() {
        let compiler = side.compiler(&layout, &toolchain, console)?;
        // Of equal length, because paths are in debug information.
        let folder = scratch.join(format!("side-{index}"));
        let (target, flags) = (side.target, &*options.flags);
        let job = Job { compiler, target, flags, layout: &layout, folder: folder.clone() };
        let step = console.step(format!("Compiling for {}", side.name));
        job.compile(&source)?;
        drop(step);
        built.push((side.name.clone(), folder));
    }
    let Some(((first, base), others)) = built.split_first() else { bail!("--between needs two sides") };
    let pair = |(name, folder): &(String, PathBuf)| BuiltPair {
        names: [first.clone(), name.clone()],
        folders: [base.clone(), folder.clone()],
    };
    Ok(others.iter().map(pair).collect())
}

/// Returns the target with a name, or the host's.
fn target(name: Option<&str>) -> Result<&'static Target> {
    match name {
        None => Ok(Target::host()?),
        Some(name) => Target::named(name).ok_or_else(|| {
            let known: Vec<&str> = Target::all().iter().map(|target| target.machine).collect();
            anyhow::anyhow!("the target `{name}` is not known; the machines are {}", known.join(", "))
        }),
    }
}

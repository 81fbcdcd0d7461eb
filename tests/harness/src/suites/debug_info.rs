//! The suites `debug-info` and `all-debug-info`: check that everything in LLVM's debug information is in
//! ours.
//!
//! LLVM and the backend compile each program without optimisation and with full debug information, and
//! [`crate::debug_info`] compares the two. `debug-info` uses some programs. `all-debug-info` uses ripgrep and
//! all of `tests/run-pass` and `tests/debugger`, the first of them also with split debug information.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use build_system::files;

use super::projects;
use super::run_pass::{compile_into, programs, stem};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::debug_info::{self, Comparison};
use crate::directives::Directives;
use crate::suite::{Group, Plan};

/// The programs of `tests/debugger` that `debug-info` compares: those with the most kinds of types.
const SAMPLE: [&str; 12] = [
    "arguments",
    "closures",
    "collections",
    "enums",
    "futures",
    "generics",
    "niches",
    "smart_pointers",
    "statics",
    "trait_objects",
    "unions",
    "wide_integers",
];
/// How many missing facts are shown.
const SHOWN: usize = 12;
/// The case that compares a project.
const PROJECT: &str = "ripgrep";

/// The layout without flags.
const PLAIN: (&str, &[&str]) = ("", &[]);
/// All layouts of debug information. Some of them are unstable for some targets.
const LAYOUTS: [(&str, &[&str]); 4] = [
    PLAIN,
    (" unpacked", &["-Zunstable-options", "-Csplit-debuginfo=unpacked"]),
    (" packed", &["-Zunstable-options", "-Csplit-debuginfo=packed"]),
    (" DWARF 4", &["-Cdwarf-version=4"]),
];

/// A program, and the layout of its debug information.
struct Program {
    /// The source.
    source: PathBuf,
    /// The name and flags of the layout.
    layout: (&'static str, &'static [&'static str]),
}

impl Program {
    /// Returns the name of the case.
    fn name(&self) -> String {
        format!("{}{}", stem(&self.source), self.layout.0)
    }
}

/// Plans the cases of `debug-info`.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(plan_programs(context, "debug-info", sample(context)?))
}

/// Plans the cases of `all-debug-info`.
pub fn plan_all<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let project = Group::plain().case(PROJECT, |()| project(context));
    Ok(plan_programs(context, "all-debug-info", all(context)?).then(project.in_turn()))
}

/// Plans a case for each program. At the end, their total sizes are printed.
fn plan_programs<'a>(context: &'a Context<'a>, suite: &'a str, programs: Vec<Program>) -> Plan<'a> {
    let set_up = move || Ok((Comparer::of(context, suite)?, Mutex::new([0, 0])));
    let case = |(comparer, total): &(Comparer, Mutex<[u64; 2]>), program: &Program| {
        let comparison = comparer.compare(&program.source, &program.name(), program.layout.1)?;
        if program.layout == PLAIN {
            let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
            let sizes = comparison.total_sizes();
            *total = [0, 1].map(|index| total[index] + sizes[index]);
        }
        verdict(&comparison)?;
        files::remove(&comparer.scratch.join(program.name()))
    };
    let tear_down = |(_, total): &(Comparer, Mutex<[u64; 2]>)| {
        let [llvm, clif] = *total.lock().unwrap_or_else(PoisonError::into_inner);
        context.console.print(format!(
            "debug sections of the objects: {llvm} bytes of LLVM's, {clif} of ours, ratio {:.3}",
            clif as f64 / (llvm as f64).max(1.0)
        ));
        Ok(Vec::new())
    };
    Group::new(set_up).cases(programs, Program::name, case).tear_down(tear_down).in_parallel()
}

/// Returns some programs, and the first one in all layouts.
fn sample(context: &Context<'_>) -> Result<Vec<Program>> {
    let mut sources = programs(&context.layout.clone.join("tests/debugger"))?;
    sources.retain(|source| SAMPLE.contains(&stem(source).as_str()));
    Ok(with_layouts(sources, 1))
}

/// Returns all programs, and the first ones in all layouts.
fn all(context: &Context<'_>) -> Result<Vec<Program>> {
    let mut sources = Vec::new();
    for folder in ["tests/debugger", "tests/run-pass"] {
        sources.extend(programs(&context.layout.clone.join(folder))?);
    }
    Ok(with_layouts(sources, SAMPLE.len()))
}

/// Returns the programs of some sources. The first `many` are in all layouts.
fn with_layouts(sources: Vec<PathBuf>, many: usize) -> Vec<Program> {
    let layouts = |index| if index < many { &LAYOUTS[..] } else { &LAYOUTS[..1] };
    let of_source = |(index, source): (usize, PathBuf)| {
        layouts(index).iter().map(move |layout| Program { source: source.clone(), layout: *layout })
    };
    sources.into_iter().enumerate().flat_map(of_source).collect()
}

/// Compares ripgrep.
fn project(context: &Context<'_>) -> Result<()> {
    let (clif, llvm) = projects::built(context)?;
    let comparison = debug_info::compare_files(&llvm, &clif)?;
    context.console.print(format!("ripgrep: {}\n{}", comparison.report.summary(), comparison.size_table()));
    verdict(&comparison)
}

/// Checks that nothing is missing.
fn verdict(comparison: &Comparison) -> Result<()> {
    let missing = &comparison.report.missing;
    if missing.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> =
        missing.iter().take(SHOWN).map(|line| format!("\n    missing: {line}")).collect();
    let more = missing.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!("\n    and {more} more") };
    bail!("{}{}{more}", comparison.report.summary(), shown.concat())
}

/// Compiles programs with both compilers.
struct Comparer {
    /// The compilers.
    compilers: BothCompilers,
    /// The folder of all files.
    scratch: PathBuf,
}

impl Comparer {
    /// Creates a comparer with the compilers of the test run.
    fn of(context: &Context<'_>, suite: &str) -> Result<Comparer> {
        Ok(Comparer { compilers: BothCompilers::of(context)?, scratch: context.scratch(suite) })
    }

    /// Compiles a program with both compilers, and compares its debug information.
    fn compare(&self, source: &Path, name: &str, flags: &[&str]) -> Result<Comparison> {
        let directives = Directives::parse(&files::read_text(source)?)?;
        directives.require(self.compilers.target)?;
        let programs = self.compilers.both(|compiler, mut command| {
            let folder = self.scratch.join(name).join(compiler.name());
            files::remove(&folder)?;
            files::create_folder(&folder)?;
            let program = folder.join("program");
            command.args(["-Cdebuginfo=2", "-Ccodegen-units=1", "--cap-lints=allow"]).args(flags);
            // The comparison reads the code of blocks, also that of functions that nothing calls.
            command.arg("-Clink-arg=-Wl,--no-gc-sections");
            // The object's sizes do not include std's debug information.
            if flags.is_empty() {
                command.arg("--emit=link,obj");
            }
            if directives.unstable || flags.contains(&"-Zunstable-options") {
                command.env("RUSTC_BOOTSTRAP", "1");
            }
            compile_into(&mut command, &directives, source, &program)?;
            Ok(program)
        })?;
        let mut comparison = debug_info::compare_files(&programs[0], &programs[1])?;
        if flags.is_empty() {
            let [llvm, clif] = [0, 1].map(|index: usize| programs[index].with_extension("o"));
            comparison.sizes = debug_info::object_sizes(&llvm, &clif)?;
        }
        Ok(comparison)
    }
}

/// Runs `./y.sh compare-debug-info`: prints all differences.
pub fn command(context: &Context<'_>, paths: &[PathBuf], extra: bool) -> Result<ExitCode> {
    let comparison = match paths {
        [source] => {
            let source = source.canonicalize().with_context(|| format!("{}", source.display()))?;
            if let Some(obstacle) = context.obstacle() {
                bail!("{obstacle}");
            }
            let comparer = Comparer::of(context, "compare-debug-info")?;
            let comparison = comparer.compare(&source, &stem(&source), &[]);
            comparison.with_context(|| format!("cannot compare {}", source.display()))?
        }
        _ if !context.target.is_host => bail!("--target is for a source, which is compiled for that target"),
        [llvm, clif] => debug_info::compare_files(llvm, clif)?,
        _ => bail!("expected a source, or LLVM's file and ours"),
    };
    for line in &comparison.report.expected {
        println!("expected: {line}");
    }
    for line in &comparison.report.missing {
        println!("missing: {line}");
    }
    if extra {
        for line in &comparison.report.without_code {
            println!("without code: {line}");
        }
        for line in &comparison.report.extra {
            println!("extra: {line}");
        }
    }
    print!("{}", comparison.size_table());
    println!("{}", comparison.report.summary());
    Ok(if comparison.report.missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

//! The suites `debug-info` and `all-debug-info`: what LLVM's debug information says, ours says too.
//!
//! Each program is compiled by LLVM and by the backend, without optimisation and with full debug information; the
//! comparison is [`crate::debug_info`]'s. One suite takes some programs, the other all of `tests/run-pass` and
//! `tests/debugger`, the first ones split as well, and ripgrep.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use build_system::files;
use build_system::parallel;

use super::run_pass::{compile_into, programs, stem};
use super::{debugger, projects};
use crate::debug_info::{self, Comparison};
use crate::directives::Directives;
use crate::suite::{CaseResult, Context, Filter};

/// The programs of `tests/debugger` that every run of the tests compares: those with the most kinds of types.
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
/// How much of what is missing is shown.
const SHOWN: usize = 12;
/// The case that is a project.
const PROJECT: &str = "ripgrep";

/// How the debug information is written.
const PLAIN: (&str, &[&str]) = ("", &[]);
/// All ways.
const LAYOUTS: [(&str, &[&str]); 4] = [
    PLAIN,
    (" unpacked", &["-Csplit-debuginfo=unpacked"]),
    (" packed", &["-Csplit-debuginfo=packed"]),
    (" DWARF 4", &["-Cdwarf-version=4"]),
];

/// A program and how its debug information is written.
struct Case {
    /// The source.
    source: PathBuf,
    /// A name and flags.
    layout: (&'static str, &'static [&'static str]),
}

impl Case {
    /// Its name.
    fn name(&self) -> String {
        format!("{}{}", stem(&self.source), self.layout.0)
    }
}

/// The names of the cases of `debug-info`.
pub fn cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(sample(context)?.iter().map(Case::name).collect()))
}

/// The names of the cases of `all-debug-info`.
pub fn all_cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let mut names: Vec<String> = all(context)?.iter().map(Case::name).collect();
    names.push(PROJECT.to_owned());
    Ok(Some(names))
}

/// Some programs; the first one in all layouts.
fn sample(context: &Context<'_>) -> Result<Vec<Case>> {
    let mut sources = programs(&context.layout.clone.join("tests/debugger"))?;
    sources.retain(|source| SAMPLE.contains(&stem(source).as_str()));
    Ok(with_layouts(sources, 1))
}

/// All programs; the first ones in all layouts.
fn all(context: &Context<'_>) -> Result<Vec<Case>> {
    let mut sources = Vec::new();
    for folder in ["tests/debugger", "tests/run-pass"] {
        sources.extend(programs(&context.layout.clone.join(folder))?);
    }
    Ok(with_layouts(sources, SAMPLE.len()))
}

/// Cases of which the first `many` sources are in all layouts.
fn with_layouts(sources: Vec<PathBuf>, many: usize) -> Vec<Case> {
    let layouts = |index| if index < many { &LAYOUTS[..] } else { &LAYOUTS[..1] };
    let of_source = |(index, source): (usize, PathBuf)| {
        layouts(index).iter().map(move |layout| Case { source: source.clone(), layout: *layout })
    };
    sources.into_iter().enumerate().flat_map(of_source).collect()
}

/// Runs the selected cases of `debug-info`.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    run_cases(context, filter, sample(context)?)
}

/// Runs the selected cases of `all-debug-info`.
pub fn run_all(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let mut results = run_cases(context, filter, all(context)?)?;
    if filter.selects(PROJECT) {
        results.push(CaseResult::of(PROJECT, project(context)));
    }
    Ok(results)
}

/// Compares ripgrep.
fn project(context: &Context<'_>) -> Result<()> {
    let (clif, llvm) = projects::built(context)?;
    let comparison = debug_info::compare_files(&llvm, &clif)?;
    println!("ripgrep: {}\n{}", comparison.report.summary(), comparison.size_table());
    verdict(&comparison)
}

/// Runs cases, several at a time, and prints the sizes of all of them together.
fn run_cases(context: &Context<'_>, filter: &Filter<'_>, mut cases: Vec<Case>) -> Result<Vec<CaseResult>> {
    cases.retain(|case| filter.selects(&case.name()));
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let compilers = Compilers::of(context, filter.suite)?;
    let step = context.console.step(format!("Comparing the debug information of {} programs", cases.len()));
    let compared = parallel::map(&cases, |case| {
        step.progress(&case.name());
        let comparison = compilers.compare(&case.source, &case.name(), case.layout.1);
        let is_plain = case.layout.1.is_empty();
        let sizes =
            comparison.as_ref().ok().filter(|_| is_plain).map(Comparison::total_sizes).unwrap_or_default();
        let result = comparison.and_then(|comparison| verdict(&comparison));
        if result.is_ok() {
            let _ = files::remove(&compilers.scratch.join(case.name()));
        }
        (CaseResult::of(case.name(), result), sizes)
    });
    step.finish("Compared the debug information");
    let total = |index: usize| compared.iter().map(|(_, sizes)| sizes[index]).sum::<u64>();
    println!(
        "debug sections of the objects: {} bytes of LLVM's, {} of ours, ratio {:.3}",
        total(0),
        total(1),
        total(1) as f64 / (total(0) as f64).max(1.0)
    );
    Ok(compared.into_iter().map(|(result, _)| result).collect())
}

/// Nothing may be missing.
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

/// Both compilers.
struct Compilers {
    /// The compiler with LLVM; only its program and environment are used.
    llvm: Command,
    /// Our driver, likewise.
    clif: Command,
    /// Where everything is made.
    scratch: PathBuf,
}

impl Compilers {
    /// The compilers of the test run.
    fn of(context: &Context<'_>, suite: &str) -> Result<Compilers> {
        let llvm = context.toolchain()?.compiler.command();
        Ok(Compilers { llvm, clif: debugger::clif(context)?, scratch: context.scratch(suite) })
    }

    /// Compiles a program both ways and compares.
    fn compare(&self, source: &Path, name: &str, flags: &[&str]) -> Result<Comparison> {
        let directives = Directives::parse(&files::read_text(source)?)?;
        let mut programs = Vec::new();
        for (builder, compiler) in [("llvm", &self.llvm), ("clif", &self.clif)] {
            let folder = self.scratch.join(name).join(builder);
            files::remove(&folder)?;
            files::create_folder(&folder)?;
            let program = folder.join("program");
            let mut command = debugger::same_command(compiler);
            command.args(["-Cdebuginfo=2", "-Ccodegen-units=1", "--cap-lints=allow"]).args(flags);
            // The object has the sizes without std's debug information.
            if flags.is_empty() {
                command.arg("--emit=link,obj");
            }
            if directives.unstable {
                command.env("RUSTC_BOOTSTRAP", "1");
            }
            compile_into(&mut command, &directives, source, &program).with_context(|| builder.to_owned())?;
            programs.push(program);
        }
        let mut comparison = debug_info::compare_files(&programs[0], &programs[1])?;
        if flags.is_empty() {
            let [llvm, clif] = [0, 1].map(|index: usize| programs[index].with_extension("o"));
            comparison.sizes = debug_info::object_sizes(&llvm, &clif)?;
        }
        Ok(comparison)
    }
}

/// `./y.sh compare-debug-info`: prints all that was found.
pub fn command(context: &Context<'_>, paths: &[PathBuf], extra: bool) -> Result<ExitCode> {
    let comparison = match paths {
        [source] => {
            let source = source.canonicalize().with_context(|| format!("{}", source.display()))?;
            Compilers::of(context, "compare-debug-info")?.compare(&source, &stem(&source), &[])?
        }
        [llvm, clif] => debug_info::compare_files(llvm, clif)?,
        _ => bail!("name a source, or LLVM's file and ours"),
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

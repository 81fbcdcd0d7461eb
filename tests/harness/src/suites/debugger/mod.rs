//! The suites `debugger` and `split-debug-info`: scripted sessions in gdb and lldb.
//!
//! The comments of each program in `tests/debugger` describe a session with the expected answers ([`script`]).
//! A case is one program, compiled in one way ([`builds`]), with a session in each debugger ([`tools`]). LLVM's
//! program has to give the same answers as ours, so that an expectation is never what only we believe; that it
//! does is remembered under the build folder while nothing changes.
//!
//! In this order for each case: compile; write the session down; run each debugger with the driver (a Python
//! script that runs inside it and writes the answers down); compare.

mod builds;
mod pattern;
mod script;
mod tools;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::files::{self, Mode};
use build_system::parallel;
use build_system::process;
use build_system::toolchain::key::sha256;

use super::run_pass::{programs, stem};
use crate::suite::{CaseResult, Context, Filter, Verdict};
use builds::Build;
use pattern::single_blanks;
pub use script::Debugger;
use script::{Builder, Script};
pub use tools::Tool;

/// The drivers, as they are written into the scratch folder.
const DRIVERS: [(Debugger, &str, &str); 2] = [
    (Debugger::Gdb, "gdb_driver.py", include_str!("gdb_driver.py")),
    (Debugger::Lldb, "lldb_driver.py", include_str!("lldb_driver.py")),
];
/// The programs that every run of the tests also debugs with split debug information.
const SPLIT_SAMPLE: [&str; 4] = ["collections", "enums", "generics", "threads"];
/// Cases that are known to fail, and why. They are listed as skipped; one that passes has to leave this table.
const KNOWN_FAILURES: [(&str, &str); 6] = [
    ("llvm-packed-5/line_tables", LLVM_NAMELESS),
    ("llvm-unpacked-5/line_tables", LLVM_NAMELESS),
    ("llvm-unpacked-5/arguments", SPLIT_LISTS),
    ("llvm-unpacked-5/optimised", SPLIT_LISTS),
    ("llvm-unpacked-5/over_aligned", SPLIT_LISTS),
    ("unpacked-5/optimised", SPLIT_LISTS),
];
const LLVM_NAMELESS: &str =
    "LLVM's skeletons of units with nothing but lines name no file, which nobody can read";
const SPLIT_LISTS: &str = "gdb 13 takes variables with location lists in `.dwo` files of DWARF 5, LLVM's and ours, for optimised away";
/// The longest that a session may take.
const SESSION_LIMIT: Duration = Duration::from_secs(60);
/// How many wrong answers of a session are shown.
const SHOWN_MISTAKES: usize = 4;
/// Changed when sessions that LLVM's programs passed have to be run again.
const FORMAT: &str = "2";

/// The names of the cases of `debugger`.
pub fn cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(names(&usual_cases(context)?)))
}

/// The names of the cases of `split-debug-info`.
pub fn split_cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(names(&all_split_cases(context)?)))
}

/// Runs the selected cases of `debugger`.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    run_cases(context, filter, usual_cases(context)?)
}

/// Runs the selected cases of `split-debug-info`.
pub fn run_split(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    run_cases(context, filter, all_split_cases(context)?)
}

/// A program and how it is compiled.
struct Case {
    /// The program.
    source: PathBuf,
    /// How it is compiled.
    build: Build,
}

impl Case {
    /// Its name.
    fn name(&self) -> String {
        format!("{}/{}", self.build.name, stem(&self.source))
    }
}

/// The names of cases.
fn names(cases: &[Case]) -> Vec<String> {
    cases.iter().map(Case::name).collect()
}

/// The sources.
fn sources(context: &Context<'_>) -> Result<Vec<PathBuf>> {
    programs(&context.layout.clone.join("tests/debugger"))
}

/// What every run of the tests does: all programs of both compilers, and some with split debug information.
fn usual_cases(context: &Context<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for source in sources(context)? {
        let mut builds = vec![builds::LLVM, builds::CLIF];
        if SPLIT_SAMPLE.contains(&stem(&source).as_str()) {
            builds.extend(builds::SPLIT.iter().filter(|build| build.builder == Builder::Clif));
        }
        cases.extend(builds.into_iter().map(|build| Case { source: source.clone(), build }));
    }
    cases.sort_by_key(Case::name);
    Ok(cases)
}

/// Every program with every kind of split debug information.
fn all_split_cases(context: &Context<'_>) -> Result<Vec<Case>> {
    let of_source = |source: PathBuf| builds::SPLIT.map(|build| Case { source: source.clone(), build });
    let mut cases: Vec<Case> = sources(context)?.into_iter().flat_map(of_source).collect();
    cases.sort_by_key(Case::name);
    Ok(cases)
}

/// A failure that is known is no news; its end is.
fn with_known_failure(result: CaseResult) -> CaseResult {
    let Some((_, reason)) = KNOWN_FAILURES.iter().find(|(name, _)| *name == result.name) else {
        return result;
    };
    let verdict = match result.verdict {
        Verdict::Failed(_) => Verdict::Skipped(format!("known to fail: {reason}")),
        Verdict::Passed => Verdict::Failed("it passes: take it out of KNOWN_FAILURES".to_owned()),
        Verdict::Skipped(_) => return result,
    };
    CaseResult { name: result.name, verdict }
}

/// Runs cases, several at a time.
fn run_cases(context: &Context<'_>, filter: &Filter<'_>, mut cases: Vec<Case>) -> Result<Vec<CaseResult>> {
    cases.retain(|case| filter.selects(&case.name()));
    let (tools, mut results) = find_tools(context)?;
    if tools.is_empty() {
        return Ok(results);
    }
    let needs_clif = cases.iter().any(|case| case.build.builder == Builder::Clif);
    let scratch = context.scratch(filter.suite);
    let runner = Runner {
        llvm: context.toolchain()?.compiler.command(),
        clif: if needs_clif { clif(context)? } else { Command::new("rustc-clif") },
        identity: context.toolchain()?.compiler.sysroot.display().to_string(),
        tools,
        scratch,
    };
    for (_, name, text) in DRIVERS {
        files::write_file(&runner.scratch.join(name), text.as_bytes(), Mode::Plain)?;
    }
    print_differences(&cases)?;
    let step = context.console.step(format!("Debugging {} programs", cases.len()));
    results.extend(parallel::map(&cases, |case| {
        step.progress(&case.name());
        with_known_failure(CaseResult::of(case.name(), runner.case(case)))
    }));
    step.finish("Debugged the programs");
    Ok(results)
}

/// A command with the program and environment of another one.
pub fn same_command(other: &Command) -> Command {
    let mut command = Command::new(other.get_program());
    for (name, value) in other.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Our driver, with the verifier on.
pub fn clif(context: &Context<'_>) -> Result<Command> {
    let mut command = Command::new(context.dist()?.rustc_clif());
    command.env("CLIF_VERIFY", "1");
    Ok(command)
}

/// The debuggers that can be used; a missing one is a skipped case.
pub fn find_tools(context: &Context<'_>) -> Result<(Vec<Tool>, Vec<CaseResult>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    let scripts = match tools::scripts(context) {
        Ok(scripts) => scripts,
        Err(error) => return Ok((found, vec![CaseResult::skipped("all", format!("{error:#}"))])),
    };
    let sysroot = context.toolchain()?.compiler.sysroot.clone();
    for debugger in [Debugger::Gdb, Debugger::Lldb] {
        match Tool::find(debugger, &scripts, &sysroot) {
            Ok(tool) => found.push(tool),
            Err(error) => missing.push(CaseResult::skipped(debugger.name(), format!("{error:#}"))),
        }
    }
    Ok((found, missing))
}

/// Says where the programs of the two compilers do not answer the same, and why.
fn print_differences(cases: &[Case]) -> Result<()> {
    for case in cases.iter().filter(|case| case.build == builds::CLIF) {
        let name = files::name_of(&case.source);
        let script = Script::parse(&name, &files::read_text(&case.source)?).with_context(|| name.clone())?;
        for difference in script.differences() {
            println!("differs from LLVM: {name}, {difference}");
        }
    }
    Ok(())
}

/// What all cases are run with.
struct Runner {
    /// The compiler with LLVM; only its program and environment are used.
    llvm: Command,
    /// Our driver, likewise.
    clif: Command,
    /// What LLVM's remembered sessions belong to.
    identity: String,
    /// The debuggers.
    tools: Vec<Tool>,
    /// Where everything is made.
    scratch: PathBuf,
}

impl Runner {
    /// Runs one case; the error lists all wrong answers.
    fn case(&self, case: &Case) -> Result<()> {
        let text = files::read_text(&case.source)?;
        let script = Script::parse(&files::name_of(&case.source), &text)?;
        let passed = self.remembered(case, &text);
        if passed.as_ref().is_some_and(|path| path.exists()) {
            return Ok(());
        }
        let folder = self.scratch.join(case.build.name).join(stem(&case.source));
        let compiler = match case.build.builder {
            Builder::Llvm => &self.llvm,
            Builder::Clif => &self.clif,
        };
        let program = case.build.compile(compiler, &case.source, &script, &folder)?;
        let mut mistakes = Vec::new();
        for tool in self.tools.iter().filter(|tool| case.build.is_for(tool.debugger, &script)) {
            if let Err(error) = self.session(tool, case.build.builder, &script, &program) {
                mistakes.push(format!("\n  {}: {error:#}", tool.debugger.name()));
            }
        }
        if !mistakes.is_empty() {
            bail!("{}\n  (the program is {})", mistakes.concat(), program.display());
        }
        if let Some(path) = passed {
            files::write_file(&path, b"", Mode::Plain)?;
        }
        files::remove(&folder)
    }

    /// The file that says that LLVM's program passes; nothing is remembered of ours.
    fn remembered(&self, case: &Case, text: &str) -> Option<PathBuf> {
        if case.build.builder == Builder::Clif {
            return None;
        }
        let mut key = format!("{FORMAT}\n{}\n{text}", self.identity);
        key.extend(self.tools.iter().map(|tool| format!("\n{}", tool.version)));
        key.extend(DRIVERS.iter().map(|(_, _, driver)| *driver));
        let name = format!("{}-{}", stem(&case.source), &sha256(key.as_bytes())[..16]);
        Some(self.scratch.join("passed").join(case.build.name).join(name))
    }

    /// Runs one session and checks the answers.
    fn session(&self, tool: &Tool, builder: Builder, script: &Script, program: &Path) -> Result<()> {
        let folder = program.parent().unwrap_or(Path::new("."));
        let file = |kind: &str| folder.join(format!("{}-{kind}", tool.debugger.name()));
        let commands = script.commands(tool.debugger);
        let words: Vec<[&str; 2]> =
            commands.iter().map(|one| [one.verb.as_str(), one.argument.as_str()]).collect();
        files::write_file(&file("session.json"), serde_json::to_string(&words)?.as_bytes(), Mode::Plain)?;
        let driver =
            DRIVERS.iter().find(|row| row.0 == tool.debugger).context("a debugger without a driver")?;
        let mut command = tool.session(&self.scratch.join(driver.1), program, &script.directives.arguments);
        command.current_dir(folder);
        command.env("CLIF_SESSION", file("session.json")).env("CLIF_ANSWERS", file("answers.json"));
        command.envs(script.directives.environment.iter().map(|(name, value)| (name, value)));
        let outcome = process::run_limited(&mut command, b"", SESSION_LIMIT)?;
        let answers = files::read_text(&file("answers.json")).unwrap_or_default();
        let answers: Vec<String> =
            answers.lines().map(serde_json::from_str).collect::<Result<_, _>>().context("damaged answers")?;
        let mut mistakes = Vec::new();
        for (command, answer) in commands.iter().zip(&answers) {
            if let Err(error) = command.check(tool.debugger, builder, &single_blanks(answer)) {
                let words = format!("{} {}", command.verb, command.argument);
                mistakes.push(format!("line {}, `{}`: {error}", command.line, words.trim_end()));
            }
        }
        if let Some(unanswered) = commands.get(answers.len()) {
            let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
            let last: Vec<&str> = errors.lines().rev().take(3).collect();
            mistakes.push(format!(
                "no answer to line {} and what follows ({}): {}",
                unanswered.line,
                outcome.status_text(),
                last.into_iter().rev().collect::<Vec<_>>().join("; ")
            ));
        }
        if mistakes.is_empty() {
            return Ok(());
        }
        let more = mistakes.len().saturating_sub(SHOWN_MISTAKES);
        mistakes.truncate(SHOWN_MISTAKES);
        if more > 0 {
            mistakes.push(format!("and {more} more"));
        }
        bail!("{}", mistakes.join("\n    "))
    }
}

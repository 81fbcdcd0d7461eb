//! The suites `debugger` and `split-debug-info`: run scripted sessions in gdb and lldb.
//!
//! The comments of each program in `tests/debugger` describe a session with the expected answers
//! ([`script`]). A case is one program, compiled in one way ([`builds`]), with a session in each debugger
//! ([`tools`]). LLVM's program must give the same answers as ours, so no expectation rests only on our own
//! opinion. That LLVM's program passes is remembered in the build folder until something changes.
//!
//! Programs of another machine run in its emulator. The expectations are those of the host: debuggers and the
//! emulator cannot do the same everywhere (the names of threads, watchpoints), and LLVM's line tables differ.
//! So an answer counts as wrong only if LLVM's program gives a right one.
//!
//! A case compiles the program, runs the session in each debugger ([`session`]), and compares the answers.

mod builds;
mod pattern;
mod script;
mod session;
mod tools;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use build_system::console::Console;
use build_system::files::{self, Mode};
use build_system::toolchain::key::sha256;

use super::run_pass::{programs, stem};
use crate::compilers::{BothCompilers, Compiler};
use crate::context::Context;
use crate::suite::{CaseResult, Group, Plan, skip};
use crate::target::TestTarget;
use builds::Build;
use pattern::single_blanks;
pub use script::Debugger;
use script::Script;
pub use session::{Debuggee, write_drivers};
pub use tools::Tool;

/// The programs that `debugger` also tests with split debug information.
const SPLIT_SAMPLE: [&str; 4] = ["collections", "enums", "generics", "threads"];
/// Cases that are known to fail, with the reasons. They are listed as skipped. A case that passes must be
/// removed here. A name may begin with the only machine that it is for.
const KNOWN_FAILURES: [(&str, &str); 7] = [
    ("llvm-packed-5/line_tables", LLVM_NAMELESS),
    ("llvm-unpacked-5/line_tables", LLVM_NAMELESS),
    ("llvm-unpacked-5/arguments", SPLIT_LISTS),
    ("llvm-unpacked-5/optimised", SPLIT_LISTS),
    ("llvm-unpacked-5/over_aligned", SPLIT_LISTS),
    ("unpacked-5/optimised", SPLIT_LISTS),
    ("riscv64 clif/dwarf_4", LLDB_ZERO),
];
const LLDB_ZERO: &str = "lldb 22 reads the code of functions instead of `.eh_frame`, and takes `sw zero, N(sp)` for a store of the caller's pc";
const LLVM_NAMELESS: &str =
    "LLVM's skeletons of units that only have lines do not name a file, so debuggers cannot read them";
const SPLIT_LISTS: &str = "gdb 13 reports variables with location lists in `.dwo` files of DWARF 5, LLVM's and ours, as optimised away";
/// How many wrong answers of a session are shown.
const SHOWN_MISTAKES: usize = 4;
/// Changes when sessions that LLVM's programs have passed must be run again.
const FORMAT: &str = "2";

/// Plans the cases of `debugger`: all programs with both compilers, and some with split debug information.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let mut sessions = Vec::new();
    for source in sources(context)? {
        let mut builds = vec![builds::CLIF];
        if context.target.is_host {
            builds.push(builds::LLVM);
        }
        if SPLIT_SAMPLE.contains(&stem(&source).as_str()) {
            builds.extend(builds::SPLIT.iter().filter(|build| build.compiler == Compiler::Clif));
        }
        sessions.extend(builds.into_iter().map(|build| Session { source: source.clone(), build }));
    }
    Ok(plan_sessions(context, "debugger", sessions))
}

/// Plans the cases of `split-debug-info`: every program with every kind of split debug information.
pub fn plan_split<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let of_source = |source: PathBuf| builds::SPLIT.map(|build| Session { source: source.clone(), build });
    let sessions = sources(context)?.into_iter().flat_map(of_source).collect();
    Ok(plan_sessions(context, "split-debug-info", sessions))
}

/// A program, and how it is compiled.
struct Session {
    /// The source.
    source: PathBuf,
    /// How it is compiled.
    build: Build,
}

impl Session {
    /// Returns the name of the case.
    fn name(&self) -> String {
        format!("{}/{}", self.build.name, stem(&self.source))
    }
}

/// Returns the sources.
fn sources(context: &Context<'_>) -> Result<Vec<PathBuf>> {
    programs(&context.layout.clone.join("tests/debugger"))
}

/// Skips a known failure. Fails if the case passes.
fn with_known_failure(target: TestTarget, name: &str, result: Result<()>) -> Result<()> {
    let on_target = format!("{} {name}", target.name());
    let Some((_, reason)) = KNOWN_FAILURES.iter().find(|(known, _)| *known == name || *known == on_target)
    else {
        return result;
    };
    match result {
        Err(_) => Err(skip(format!("known to fail: {reason}"))),
        Ok(()) => bail!("the case passes: remove it from KNOWN_FAILURES"),
    }
}

/// Plans a case for each session, sorted by name.
fn plan_sessions<'a>(context: &'a Context<'a>, suite: &'a str, mut sessions: Vec<Session>) -> Plan<'a> {
    sessions.sort_by_key(Session::name);
    let set_up = || {
        let (tools, missing) = find_tools(context)?;
        let setting = Setting {
            console: context.console,
            compilers: BothCompilers::of(context)?,
            identity: context.toolchain()?.compiler.sysroot.display().to_string(),
            tools,
            missing,
            scratch: context.scratch(suite),
        };
        write_drivers(&setting.scratch)?;
        Ok(setting)
    };
    let case = |setting: &Setting, session: &Session| {
        with_known_failure(context.target, &session.name(), setting.case(session))
    };
    let group = Group::new(set_up).cases(sessions, Session::name, case);
    group.tear_down(|setting| Ok(setting.missing.clone())).in_parallel()
}

/// Finds usable debuggers. A missing one is a skipped case. If both are missing, there is nothing to test.
fn find_tools(context: &Context<'_>) -> Result<(Vec<Tool>, Vec<CaseResult>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    let mut reasons = Vec::new();
    for debugger in [Debugger::Gdb, Debugger::Lldb] {
        match find(debugger, context) {
            Ok(tool) => found.push(tool),
            Err(error) => {
                reasons.push(format!("{error:#}"));
                missing.push(CaseResult::of(debugger.name(), Err(skip(format!("{error:#}")))));
            }
        }
    }
    if found.is_empty() {
        return Err(skip(reasons.join("; ")));
    }
    Ok((found, missing))
}

/// Finds a debugger. The error says why it cannot be used.
pub fn find(debugger: Debugger, context: &Context<'_>) -> Result<Tool> {
    let scripts = tools::scripts(context)?;
    Tool::find(debugger, context.target, &scripts, &context.toolchain()?.compiler.sysroot)
}

/// A wrong answer.
struct Mistake {
    /// The line of the command.
    line: usize,
    /// What is wrong.
    text: String,
}

/// The setup that all cases share.
struct Setting {
    /// Prints to the user.
    console: Console,
    /// The compilers.
    compilers: BothCompilers,
    /// The identity of the compiler and tools that LLVM's remembered sessions were run with.
    identity: String,
    /// The debuggers.
    tools: Vec<Tool>,
    /// The missing debuggers, as skipped cases.
    missing: Vec<CaseResult>,
    /// The folder of all files.
    scratch: PathBuf,
}

impl Setting {
    /// Runs one case. The error lists all wrong answers.
    fn case(&self, case: &Session) -> Result<()> {
        let text = files::read_text(&case.source)?;
        let script = Script::parse(&files::name_of(&case.source), &text)?;
        script.directives.require(self.compilers.target)?;
        let passed = self.remembered(case, &text);
        if passed.as_ref().is_some_and(|path| path.exists()) {
            return Ok(());
        }
        if case.build == builds::CLIF {
            // Prints where and why the answers of the two compilers' programs differ.
            for difference in script.differences() {
                let name = files::name_of(&case.source);
                self.console.print(format!("differs from LLVM: {name}, {difference}"));
            }
        }
        let folder = self.scratch.join(case.build.name).join(stem(&case.source));
        let program = case.build.compile(&self.compilers, &case.source, &script, &folder)?;
        let mut mistakes = Vec::new();
        for tool in self.tools.iter().filter(|tool| case.build.is_for(tool.debugger, &script)) {
            if let Err(error) = self.session(tool, case, &script, &program) {
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

    /// Returns the file that records that LLVM's program passes. Ours is always run.
    fn remembered(&self, case: &Session, text: &str) -> Option<PathBuf> {
        if case.build.compiler == Compiler::Clif {
            return None;
        }
        let mut key = format!("{FORMAT}\n{}\n{text}", self.identity);
        key.extend(self.tools.iter().map(|tool| format!("\n{}", tool.version)));
        key.extend(session::scripts());
        let name = format!("{}-{}", stem(&case.source), &sha256(key.as_bytes())[..16]);
        Some(self.scratch.join("passed").join(case.build.name).join(name))
    }

    /// Runs one session and checks the answers. On other machines, LLVM's program has to answer correctly.
    fn session(&self, tool: &Tool, case: &Session, script: &Script, program: &Path) -> Result<()> {
        let mut mistakes = self.mistakes(tool, case.build.compiler, script, program)?;
        if !mistakes.is_empty() && !self.compilers.target.is_host {
            let folder = self.scratch.join(format!("llvm for {}", case.build.name)).join(stem(&case.source));
            let program = builds::LLVM.compile(&self.compilers, &case.source, script, &folder)?;
            let theirs = self.mistakes(tool, Compiler::Llvm, script, &program)?;
            mistakes.retain(|mistake| !theirs.iter().any(|other| other.line == mistake.line));
            files::remove(&folder)?;
        }
        if mistakes.is_empty() {
            return Ok(());
        }
        let more = mistakes.len().saturating_sub(SHOWN_MISTAKES);
        let mut texts: Vec<String> =
            mistakes.into_iter().take(SHOWN_MISTAKES).map(|mistake| mistake.text).collect();
        if more > 0 {
            texts.push(format!("and {more} more"));
        }
        bail!("{}", texts.join("\n    "))
    }

    /// Runs one session. Returns the wrong answers.
    fn mistakes(
        &self,
        tool: &Tool,
        compiler: Compiler,
        script: &Script,
        program: &Path,
    ) -> Result<Vec<Mistake>> {
        let commands = script.commands(tool.debugger);
        let words: Vec<[&str; 2]> =
            commands.iter().map(|one| [one.verb.as_str(), one.argument.as_str()]).collect();
        let debuggee = Debuggee {
            program,
            arguments: &script.directives.arguments,
            environment: &script.directives.environment,
            target: self.compilers.target,
        };
        let (answers, outcome) = debuggee.answers(tool, &self.scratch, &words)?;
        let mut mistakes = Vec::new();
        for (command, answer) in commands.iter().zip(&answers) {
            if let Err(error) = command.check(tool.debugger, compiler, &single_blanks(answer)) {
                let words = format!("{} {}", command.verb, command.argument);
                let text = format!("line {}, `{}`: {error}", command.line, words.trim_end());
                mistakes.push(Mistake { line: command.line, text });
            }
        }
        if let Some(unanswered) = commands.get(answers.len()) {
            let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
            let last: Vec<&str> = errors.lines().rev().take(3).collect();
            let text = format!(
                "no answer to line {} and the following ones ({}): {}",
                unanswered.line,
                outcome.status_text(),
                last.into_iter().rev().collect::<Vec<_>>().join("; ")
            );
            mistakes.push(Mistake { line: unanswered.line, text });
        }
        Ok(mistakes)
    }
}

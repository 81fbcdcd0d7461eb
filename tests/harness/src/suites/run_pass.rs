//! The suite `run-pass`: compares the output and exit status of whole programs with LLVM's.
//!
//! LLVM compiles each program once (debug), and it is run. The result is kept in the build folder as long as
//! program and compiler stay the same. Then the backend compiles the program in all [`VARIANTS`], with the
//! CLIF verifier on, and it is run each time.

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::files::{self, Mode};
use build_system::process::{self, Outcome};
use build_system::toolchain::key::sha256;

use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::directives::{Directives, End};
use crate::suite::{Group, Plan};
use crate::target::TestTarget;

/// A way to compile programs: its name, and rustc's flags.
pub type Variant = (&'static str, &'static [&'static str]);

/// LLVM's flags for each program.
const LLVM_FLAGS: &[&str] = &["-Cdebuginfo=2", "-Ccodegen-units=1"];
/// The variants in which the backend compiles each program.
const VARIANTS: [Variant; 4] = [
    ("debug, 1 CGU", LLVM_FLAGS),
    ("debug, 16 CGUs", &["-Cdebuginfo=2", "-Ccodegen-units=16"]),
    ("-O, 1 CGU", &["-O", "-Ccodegen-units=1"]),
    ("-O, 16 CGUs", &["-O", "-Ccodegen-units=16"]),
];
/// The time limit for compiling a program.
const COMPILE_LIMIT: Duration = Duration::from_secs(180);
/// The time limit of a program.
const RUN_LIMIT: Duration = Duration::from_secs(30);
/// How many lines of an unexpected text are shown.
const SHOWN_LINES: usize = 12;
/// Changes when kept results of LLVM cannot be used any more.
const FORMAT: &str = "1";

/// The observed behaviour of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Observed {
    /// The end of the process.
    end: End,
    /// The output.
    stdout: Vec<u8>,
}

/// Plans a case for each program.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let runs =
        sources(context)?.into_iter().map(|source| Run { name: stem(&source), source, variants: &VARIANTS });
    Ok(plan_runs(context, "run-pass", || Ok(Vec::new()), runs))
}

/// Returns the sources of all programs of this suite.
pub fn sources(context: &Context<'_>) -> Result<Vec<PathBuf>> {
    programs(&context.layout.clone.join("tests/run-pass"))
}

/// Returns the sources in a folder.
pub fn programs(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = if folder.is_dir() { files::entries(folder)? } else { Vec::new() };
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    Ok(found)
}

/// Returns the name of a program.
pub fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A program, and the variants in which the backend compiles it.
pub struct Run {
    /// The name of the case.
    pub name: String,
    /// The program.
    pub source: PathBuf,
    /// The variants.
    pub variants: &'static [Variant],
}

/// Plans a case for each of `runs`. `flags` are added to the backend's flags in every variant.
pub fn plan_runs<'a>(
    context: &'a Context<'a>,
    suite: &'a str,
    flags: impl FnOnce() -> Result<Vec<OsString>> + 'a,
    runs: impl IntoIterator<Item = Run>,
) -> Plan<'a> {
    let set_up = move || {
        let programs = Programs {
            flags: flags()?,
            compilers: BothCompilers::of(context)?,
            llvm_identity: context.toolchain()?.compiler.sysroot.display().to_string(),
            kept: context.scratch("run-pass").join("llvm"),
            scratch: context.scratch(suite),
        };
        files::create_folder(&programs.scratch)?;
        Ok(programs)
    };
    Group::new(set_up).cases(runs, |run| run.name.clone(), Programs::case).in_parallel()
}

/// The setup that all programs share.
struct Programs {
    /// Flags for our driver, before those of the variant.
    flags: Vec<OsString>,
    /// The compilers.
    compilers: BothCompilers,
    /// The identity of the compiler that LLVM's kept results belong to.
    llvm_identity: String,
    /// The folder of LLVM's results, for all suites.
    kept: PathBuf,
    /// The folder of all other files.
    scratch: PathBuf,
}

impl Programs {
    /// Runs one program in all its variants. The error lists all differences.
    fn case(&self, run: &Run) -> Result<()> {
        let source = &*run.source;
        let folder = self.scratch.join(run.name.replace('/', "-"));
        let text = files::read_text(source)?;
        let directives = Directives::parse(&text)?;
        directives.require(self.compilers.target)?;
        let expected = self.expected(source, &text, &directives, &folder.join("llvm"))?;
        let mut failures = Vec::new();
        for (index, (name, flags)) in run.variants.iter().enumerate() {
            let folder = folder.join(index.to_string());
            let mut compiler = self.compilers.clif();
            compiler.args(&self.flags);
            let observed = compile(&mut compiler, flags, &directives, source, &folder)
                .and_then(|program| execute(self.compilers.target, &program, &directives, &folder));
            match observed.and_then(|observed| compare(&expected, &observed)) {
                Ok(()) => files::remove(&folder)?,
                Err(error) => failures.push(format!("\n  {name}: {error:#}")),
            }
        }
        if !failures.is_empty() {
            bail!("{}", failures.concat());
        }
        files::remove(&folder)
    }

    /// Returns the behaviour of the program compiled by LLVM in `folder`.
    fn expected(
        &self,
        source: &Path,
        text: &str,
        directives: &Directives,
        folder: &Path,
    ) -> Result<Observed> {
        let key = sha256(format!("{FORMAT}\n{}\n{text}", self.llvm_identity).as_bytes());
        let kept = self.kept.join(format!("{}-{}", stem(source), &key[..16]));
        if let Some(observed) = fs::read(&kept).ok().and_then(|bytes| Observed::from_bytes(&bytes)) {
            return Ok(observed);
        }
        let mut compiler = self.compilers.llvm();
        let observed = compile(&mut compiler, LLVM_FLAGS, directives, source, folder)
            .and_then(|program| execute(self.compilers.target, &program, directives, folder))
            .context("with LLVM")?;
        if observed.end != directives.end {
            bail!(
                "with LLVM, the program ends with {:?}, but its head says {:?}",
                observed.end,
                directives.end
            );
        }
        files::write_file(&kept, &observed.to_bytes(), Mode::Plain)?;
        files::remove(folder)?;
        Ok(observed)
    }
}

/// Compiles a program, and returns its path.
fn compile(
    compiler: &mut Command,
    flags: &[&str],
    directives: &Directives,
    source: &Path,
    folder: &Path,
) -> Result<PathBuf> {
    files::remove(folder)?;
    files::create_folder(folder)?;
    let program = folder.join("program");
    compiler.args(flags);
    if directives.unstable {
        compiler.env("RUSTC_BOOTSTRAP", "1");
    }
    compile_into(compiler, directives, source, &program)?;
    Ok(program)
}

/// Calls a compiler for one program. The flags of the variant are already set.
pub fn compile_into(
    compiler: &mut Command,
    directives: &Directives,
    source: &Path,
    program: &Path,
) -> Result<()> {
    compiler.arg(format!("--edition={}", directives.edition)).args(&directives.flags);
    // Panic messages contain the file name, which must not depend on the path of the clone.
    compiler.current_dir(source.parent().unwrap_or(Path::new("."))).arg(files::name_of(source));
    compiler.arg("--crate-name").arg(stem(source)).arg("-o").arg(program);
    let outcome = process::run_limited(compiler, b"", COMPILE_LIMIT)?;
    if !outcome.succeeded() {
        bail!("the program does not compile ({}):\n{}", outcome.status_text(), shown(&outcome.stderr));
    }
    Ok(())
}

/// Runs a compiled program for the target that is tested.
fn execute(target: TestTarget, program: &Path, directives: &Directives, folder: &Path) -> Result<Observed> {
    let mut command = target.program(program);
    command.args(&directives.arguments).current_dir(folder);
    for variable in
        ["RUST_BACKTRACE", "RUST_LIB_BACKTRACE", "RUST_MIN_STACK", "CLIF_VERIFY", "LD_LIBRARY_PATH"]
    {
        command.env_remove(variable);
    }
    command.envs(directives.environment.iter().map(|(name, value)| (name, value)));
    let outcome = process::run_limited(&mut command, directives.input.as_bytes(), RUN_LIMIT)?;
    check_errors(&outcome, directives)?;
    match outcome.status {
        Some(status) => Ok(Observed { end: end_of(status), stdout: outcome.stdout }),
        None => {
            bail!(
                "the program runs for more than {} s; it printed:\n{}",
                RUN_LIMIT.as_secs(),
                shown(&outcome.stdout)
            )
        }
    }
}

/// Checks that standard error contains the expected texts.
fn check_errors(outcome: &Outcome, directives: &Directives) -> Result<()> {
    let text = String::from_utf8_lossy(&outcome.stderr);
    match directives.errors.iter().find(|wanted| !text.contains(wanted.as_str())) {
        Some(wanted) => bail!("standard error does not contain {wanted:?}:\n{}", shown(&outcome.stderr)),
        None => Ok(()),
    }
}

/// Returns how a process ended.
fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Status(code),
        (None, signal) => End::Signal(signal.unwrap_or_default()),
    }
}

/// Compares the behaviour of two programs.
fn compare(expected: &Observed, observed: &Observed) -> Result<()> {
    if expected.stdout != observed.stdout {
        let difference = first_difference(&expected.stdout, &observed.stdout);
        bail!("the output differs from LLVM's (and the program ends with {:?}): {difference}", observed.end);
    }
    if expected.end != observed.end {
        bail!("the program ends with {:?}, with LLVM with {:?}", observed.end, expected.end);
    }
    Ok(())
}

/// Describes the first line in which two texts differ.
pub fn first_difference(expected: &[u8], observed: &[u8]) -> String {
    let (expected, observed) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(observed));
    let mut number = 0;
    let (mut left, mut right) = (expected.lines(), observed.lines());
    loop {
        number += 1;
        match (left.next(), right.next()) {
            (None, None) => return "only the line ends differ".to_owned(),
            (left, right) if left == right => {}
            (left, right) => {
                let show = |line: Option<&str>| {
                    line.map_or_else(|| "nothing".to_owned(), |line| format!("{line:?}"))
                };
                return format!("line {number}: expected {}, found {}", show(left), show(right));
            }
        }
    }
}

/// Returns the first lines of a text, indented.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut lines: Vec<String> = text.lines().take(SHOWN_LINES).map(|line| format!("      {line}")).collect();
    if text.lines().count() > SHOWN_LINES {
        lines.push("      ...".to_owned());
    }
    lines.join("\n")
}

impl Observed {
    /// Returns the form in which it is kept: a line with the end, then the output.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = match self.end {
            End::Status(code) => format!("status {code}\n"),
            End::Signal(number) => format!("signal {number}\n"),
        }
        .into_bytes();
        bytes.extend_from_slice(&self.stdout);
        bytes
    }

    /// Reads the output of [`Observed::to_bytes`].
    fn from_bytes(bytes: &[u8]) -> Option<Observed> {
        let line_end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (kind, number) = std::str::from_utf8(&bytes[..line_end]).ok()?.split_once(' ')?;
        let number = number.parse().ok()?;
        let end = match kind {
            "status" => End::Status(number),
            "signal" => End::Signal(number),
            _ => return None,
        };
        Some(Observed { end, stdout: bytes[line_end + 1..].to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        for end in [End::Status(101), End::Signal(6)] {
            let observed = Observed { end, stdout: b"a\nb\xff\n".to_vec() };
            assert_eq!(Observed::from_bytes(&observed.to_bytes()), Some(observed));
        }
        assert_eq!(Observed::from_bytes(b"status"), None);
        assert_eq!(Observed::from_bytes(b"other 1\n"), None);
    }

    #[test]
    fn differences_are_seen_and_named() {
        let one = Observed { end: End::Status(0), stdout: b"a\nb\n".to_vec() };
        compare(&one, &one).unwrap();
        let mut other = one.clone();
        other.stdout = b"a\nc\n".to_vec();
        assert!(
            compare(&one, &other).unwrap_err().to_string().contains("line 2: expected \"b\", found \"c\"")
        );
        other = Observed { end: End::Signal(11), ..one.clone() };
        assert!(compare(&one, &other).unwrap_err().to_string().contains("Signal(11)"));
        assert_eq!(first_difference(b"a\n", b"a"), "only the line ends differ");
        assert_eq!(first_difference(b"a\n", b""), "line 1: expected \"a\", found nothing");
    }
}

//! Runs the system's assembler: once for each unit that has assembly, with the source on its standard input.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::source::{Origin, UnitAssembly};

/// The programs that are tried, in this order: name, arguments before the output's path, arguments after it.
const PROGRAMS: [(&str, &[&str], &[&str]); 4] = [
    ("as", &["--64", "-o"], &["-"]),
    ("x86_64-linux-gnu-as", &["--64", "-o"], &["-"]),
    ("cc", &["-c", "-x", "assembler", "-o"], &["-"]),
    ("clang", &["--target=x86_64-linux-gnu", "-c", "-x", "assembler", "-o"], &["-"]),
];

/// The program that was found first, an index of [`PROGRAMS`].
static FOUND: AtomicUsize = AtomicUsize::new(0);

/// How bad a [`Complaint`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    Error,
    Warning,
}

/// What the assembler says of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    pub level: Level,
    /// With the line of assembly that it is about.
    pub message: String,
    pub origin: Option<Origin>,
}

/// Why nothing was assembled.
#[derive(Debug, thiserror::Error)]
pub enum AssemblerError {
    /// The surroundings.
    #[error(
        "this crate has inline assembly, but no assembler was found: none of the programs {} is installed (package `binutils`)",
        names()
    )]
    Missing,
    /// The surroundings.
    #[error("cannot run the assembler `{program}`: {error}")]
    Run { program: &'static str, error: io::Error },
    /// The assembler failed for another reason than a line of its input.
    #[error("the assembler `{program}` failed ({status}): {message}")]
    Failed { program: &'static str, status: std::process::ExitStatus, message: String },
    /// The surroundings.
    #[error("cannot read what the assembler wrote: {0}")]
    Read(io::Error),
}

/// What became of a unit's assembly.
#[derive(Debug)]
pub struct Assembled {
    /// The object file; `None` if a complaint is an error.
    pub object: Option<Vec<u8>>,
    pub complaints: Vec<Complaint>,
}

fn names() -> String {
    PROGRAMS.map(|(name, ..)| format!("`{name}`")).join(", ")
}

/// Assembles `assembly`. `scratch` is the path of a temporary file, gone afterwards.
pub fn assemble(assembly: &UnitAssembly, scratch: &Path) -> Result<Assembled, AssemblerError> {
    let result = run(assembly, scratch).and_then(|(program, output)| {
        let complaints = complaints(assembly, &String::from_utf8_lossy(&output.stderr));
        if output.status.success() {
            let object = std::fs::read(scratch).map_err(AssemblerError::Read)?;
            return Ok(Assembled { object: Some(object), complaints });
        }
        if complaints.iter().any(|complaint| complaint.level == Level::Error) {
            return Ok(Assembled { object: None, complaints });
        }
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(AssemblerError::Failed { program, status: output.status, message })
    });
    // It may never have been written.
    let _ = std::fs::remove_file(scratch);
    result
}

/// Runs the first program that exists.
fn run(assembly: &UnitAssembly, scratch: &Path) -> Result<(&'static str, Output), AssemblerError> {
    let first = FOUND.load(Ordering::Relaxed);
    for (index, &(program, before, after)) in PROGRAMS.iter().enumerate().skip(first) {
        let mut command = Command::new(program);
        command.args(before).arg(scratch).args(after).env("LC_ALL", "C");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(AssemblerError::Run { program, error }),
        };
        FOUND.store(index, Ordering::Relaxed);
        let input = child.stdin.take();
        let output = std::thread::scope(|scope| {
            scope.spawn(|| {
                // An assembler that stops reading says why itself.
                input.map(|mut input| input.write_all(assembly.text().as_bytes()))
            });
            child.wait_with_output()
        });
        return output
            .map(|output| (program, output))
            .map_err(|error| AssemblerError::Run { program, error });
    }
    Err(AssemblerError::Missing)
}

/// Reads `FILE:LINE: Error: MESSAGE` (GNU) and `FILE:LINE:COLUMN: error: MESSAGE` (LLVM).
fn complaints(assembly: &UnitAssembly, stderr: &str) -> Vec<Complaint> {
    stderr.lines().filter_map(|line| complaint(assembly, line)).collect()
}

fn complaint(assembly: &UnitAssembly, line: &str) -> Option<Complaint> {
    let (level, place, message) = [
        (Level::Error, ": Error: "),
        (Level::Error, ": error: "),
        (Level::Error, ": Fatal error: "),
        (Level::Warning, ": Warning: "),
        (Level::Warning, ": warning: "),
    ]
    .into_iter()
    .find_map(|(level, mark)| line.split_once(mark).map(|(place, message)| (level, place, message)))?;
    // Of the one or two numbers at the end of the place, the first is the line.
    let numbers: Vec<usize> = place.rsplit(':').map_while(|part| part.parse().ok()).collect();
    let found = numbers.last().and_then(|&number| assembly.line(number));
    Some(match found {
        Some((text, origin)) if message.contains(text.trim()) => {
            Complaint { level, message: message.to_owned(), origin }
        }
        Some((text, origin)) => {
            Complaint { level, message: format!("{message}, in the assembly `{}`", text.trim()), origin }
        }
        None => Complaint { level, message: message.to_owned(), origin: None },
    })
}

//! The suite `emit`: compares the files that a compilation writes, and its messages, for every kind of
//! output.
//!
//! LLVM and the backend compile one small source (`tests/emit/cgus.rs`) through the same compiler, with the
//! same arguments, each in an empty folder. The suite tests all combinations of [`KINDS`], [`DESTINATIONS`],
//! 1 and 16 CGUs, with and without `-Csave-temps`, library and (for kinds that link) program. The names of
//! the written files, the exit status, whether something was written to standard output, and the messages and
//! notifications (as JSON) must be equal.
//!
//! [`difference`] has the intended differences with their reasons. A reason is printed when its difference
//! occurs.

mod difference;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use build_system::files;
use build_system::process;

use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};
use difference::{Difference, without_differences};

/// The time limit of one compilation.
const LIMIT: Duration = Duration::from_secs(120);

/// The values of `--emit`.
const KINDS: [&str; 14] = [
    "obj",
    "asm",
    "llvm-ir",
    "metadata",
    "dep-info",
    "mir",
    "link",
    "obj,link",
    "asm,link",
    "llvm-ir,link",
    "obj,asm,llvm-ir",
    "metadata,link",
    "dep-info,metadata,link",
    "obj,asm,llvm-ir,mir,dep-info,metadata,link",
];

/// How the outputs get their names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Destination {
    /// rustc chooses the names.
    Default,
    /// `-o`.
    OutputOption,
    /// `--out-dir`.
    OutputFolder,
    /// `--emit KIND=PATH`, for the first kind.
    EmitPath,
    /// `--emit KIND=-`, for the first kind.
    Stdout,
}

/// All destinations, with their names in cases.
const DESTINATIONS: [(&str, Destination); 5] = [
    ("default", Destination::Default),
    ("-o", Destination::OutputOption),
    ("--out-dir", Destination::OutputFolder),
    ("path", Destination::EmitPath),
    ("stdout", Destination::Stdout),
];

/// A row of the matrix that becomes one case.
struct Row {
    name: String,
    /// The number, which names the folder.
    number: usize,
    kinds: &'static str,
    destination: Destination,
}

/// The results of a compilation.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Observed {
    status: Option<i32>,
    writes_to_stdout: bool,
    /// The written files, relative to the folder, without random parts of names.
    files: BTreeSet<String>,
    /// Messages and notifications, one per line of JSON, in the compiler's order.
    messages: Vec<String>,
}

/// Plans a case for each row. The intended differences that occurred are printed.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        Ok(Setting {
            source: context.layout.clone.join("tests/emit/cgus.rs"),
            scratch: context.scratch("emit"),
            compilers: BothCompilers::of(context)?,
            met: Mutex::default(),
        })
    };
    let tear_down = |setting: &Setting| {
        for difference in &*setting.met.lock().unwrap_or_else(PoisonError::into_inner) {
            context.console.print(format!("intended difference: {}", difference.reason()));
        }
        files::remove(&setting.scratch)?;
        Ok(Vec::new())
    };
    let group = Group::new(set_up).cases(rows(), |row| row.name.clone(), Setting::row);
    Ok(group.tear_down(tear_down).in_parallel())
}

fn rows() -> impl Iterator<Item = Row> {
    let pairs =
        KINDS.iter().flat_map(|&kinds| DESTINATIONS.iter().map(move |destination| (kinds, destination)));
    pairs.enumerate().map(|(number, (kinds, &(name, destination)))| Row {
        name: format!("{kinds} ({name})"),
        number,
        kinds,
        destination,
    })
}

/// The setup that all rows share.
struct Setting {
    source: PathBuf,
    scratch: PathBuf,
    compilers: BothCompilers,
    /// The intended differences that occurred.
    met: Mutex<BTreeSet<Difference>>,
}

impl Setting {
    /// Runs all compilations of a row.
    fn row(&self, row: &Row) -> Result<()> {
        let links = row.kinds.split(',').any(|kind| kind == "link");
        for cgus in ["1", "16"] {
            for saves in [false, true] {
                // Linking takes longest, and the destination of the program does not affect temporary files.
                let linked = links && (!saves || row.destination == Destination::Default);
                for crate_type in if linked { &["lib", "bin"][..] } else { &["lib"] } {
                    let mut arguments = row.arguments();
                    arguments.push(format!("-Ccodegen-units={cgus}"));
                    arguments.push(format!("--crate-type={crate_type}"));
                    arguments.extend(saves.then(|| "-Csave-temps".to_owned()));
                    self.compare(row, &arguments)?;
                }
            }
        }
        Ok(())
    }

    fn compare(&self, row: &Row, arguments: &[String]) -> Result<()> {
        let folder = self.scratch.join(row.number.to_string());
        let [expected, observed] = self
            .compilers
            .both(|compiler, command| self.compile(command, &folder.join(compiler.name()), arguments))?;
        let (expected, observed, met) = without_differences(expected, observed);
        if expected != observed {
            let only = |one: &Observed, other: &Observed| {
                let files: Vec<_> = one.files.difference(&other.files).collect();
                let messages: Vec<_> =
                    one.messages.iter().filter(|message| !other.messages.contains(message)).collect();
                let (status, writes) = (one.status, one.writes_to_stdout);
                format!("status {status:?}, writes to stdout: {writes}, only here: {files:?} {messages:?}")
            };
            let (llvm, clif) = (only(&expected, &observed), only(&observed, &expected));
            bail!("with {}:\n  LLVM: {llvm}\n  ours: {clif}", arguments.join(" "));
        }
        self.met.lock().unwrap_or_else(PoisonError::into_inner).extend(met);
        Ok(())
    }

    fn compile(&self, mut command: Command, folder: &Path, arguments: &[String]) -> Result<Observed> {
        files::remove(folder)?;
        files::create_folder(&folder.join("out"))?;
        process::clean_environment(&mut command);
        command.current_dir(folder).arg(&self.source).args(arguments);
        command.args(["--edition=2024", "--error-format=json", "--json=artifacts", "-Copt-level=0"]);
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        ensure!(outcome.status.is_some(), "{} exceeds the time limit", process::shown(&command));
        let messages = String::from_utf8_lossy(&outcome.stderr);
        Ok(Observed {
            status: outcome.status.and_then(|status| status.code()),
            writes_to_stdout: !outcome.stdout.is_empty(),
            files: files_of(folder)?,
            messages: messages.lines().map(without_places).collect(),
        })
    }
}

impl Row {
    /// Returns the arguments for the kinds and the destination.
    fn arguments(&self) -> Vec<String> {
        let (first, rest) = match self.kinds.split_once(',') {
            Some((first, rest)) => (first, format!(",{rest}")),
            None => (self.kinds, String::new()),
        };
        match self.destination {
            Destination::Default => vec![format!("--emit={}", self.kinds)],
            Destination::OutputOption => {
                vec![format!("--emit={}", self.kinds), "-o".to_owned(), "chosen.name".to_owned()]
            }
            Destination::OutputFolder => vec![format!("--emit={}", self.kinds), "--out-dir=out".to_owned()],
            Destination::EmitPath => vec![format!("--emit={first}=out/chosen.name{rest}")],
            Destination::Stdout => vec![format!("--emit={first}=-{rest}")],
        }
    }
}

/// Returns all files below a folder.
fn files_of(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in files::entries(&next)? {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                found.insert(without_random_folder(&name));
            }
        }
    }
    Ok(found)
}

/// Removes the random part of `out/rustcAbCdEf/lib.rmeta` and `rmetaAbCdEf/full.rmeta`, which `-Csave-temps`
/// keeps.
fn without_random_folder(name: &str) -> String {
    let part = |part: &str| match part.strip_prefix("rustc").or_else(|| part.strip_prefix("rmeta")) {
        Some(random) if random.len() == 6 => format!("{}*", &part[..5]),
        _ => part.to_owned(),
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Removes the rendered text from a message, because it contains paths. It only repeats the rest.
fn without_places(line: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<serde_json::Value>(line) else { return line.to_owned() };
    if let Some(fields) = value.as_object_mut() {
        fields.remove("rendered");
    }
    value.to_string()
}

//! The suite `emit`: the files that a compilation leaves behind, and what it says, for every kind of output.
//!
//! One small source (`tests/emit/units.rs`) is compiled by LLVM and by the backend, through the same compiler and with the
//! same arguments, each in an empty folder: all [`KINDS`] x [`DESTINATIONS`] x 1 and 16 units x `-Csave-temps` or not x
//! library and (where something is linked) program. The names of the files that are left, the exit status, whether
//! something was written to standard output, and the messages and notifications (as JSON) must be equal.
//!
//! What differs on purpose is in [`difference`], with its reason; it is printed when it occurs.

mod difference;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use build_system::files;
use build_system::parallel;
use build_system::process;

use crate::suite::{CaseResult, Context, Filter};
use difference::{Difference, without_differences};

/// The longest that one compilation may take.
const LIMIT: Duration = Duration::from_secs(120);

/// What is asked for with `--emit`.
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

/// Who names the outputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Destination {
    /// Nobody.
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
    /// Names its folder.
    number: usize,
    kinds: &'static str,
    destination: Destination,
}

/// What a compilation left behind.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Observed {
    status: Option<i32>,
    writes_to_stdout: bool,
    /// Relative to the folder, without what is random in names.
    files: BTreeSet<String>,
    /// Messages and notifications, one per line of JSON; their order is the compiler's.
    messages: Vec<String>,
}

/// The names of all cases.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    Ok(Some(rows().map(|row| row.name).collect()))
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

/// Runs the selected rows, several at a time, and prints the differences that were met.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let toolchain = context.toolchain()?;
    let runner = Runner {
        source: context.layout.clone.join("tests/emit/units.rs"),
        scratch: context.scratch("emit"),
        compilers: [Box::new(|| toolchain.compiler.command()), {
            let driver = context.dist()?.rustc_clif();
            Box::new(move || Command::new(&driver))
        }],
    };
    let rows: Vec<Row> = rows().filter(|row| filter.selects(&row.name)).collect();
    let step = context.console.step(format!("Comparing the outputs of {} kinds of compilations", rows.len()));
    let results = parallel::map(&rows, |row| {
        step.progress(&row.name);
        runner.row(row)
    });
    step.finish("Compared the outputs");
    let mut met = BTreeSet::new();
    let mut verdicts = Vec::new();
    for (row, result) in rows.iter().zip(results) {
        let verdict = result.map(|differences| met.extend(differences));
        verdicts.push(CaseResult::of(&row.name, verdict));
    }
    for difference in met {
        println!("differs on purpose: {}", difference.reason());
    }
    files::remove(&runner.scratch)?;
    Ok(verdicts)
}

/// Makes the commands of one compiler.
type Compiler<'a> = Box<dyn Fn() -> Command + Sync + 'a>;

/// What all rows are compiled with.
struct Runner<'a> {
    source: PathBuf,
    scratch: PathBuf,
    /// LLVM's, then ours.
    compilers: [Compiler<'a>; 2],
}

impl Runner<'_> {
    /// All compilations of a row; the differences that are meant to be.
    fn row(&self, row: &Row) -> Result<BTreeSet<Difference>> {
        let mut met = BTreeSet::new();
        let links = row.kinds.split(',').any(|kind| kind == "link");
        for units in ["1", "16"] {
            for saves in [false, true] {
                // Linking takes longest; the place of the program has nothing to do with temporary files.
                let linked = links && (!saves || row.destination == Destination::Default);
                for crate_type in if linked { &["lib", "bin"][..] } else { &["lib"] } {
                    let mut arguments = row.arguments();
                    arguments.push(format!("-Ccodegen-units={units}"));
                    arguments.push(format!("--crate-type={crate_type}"));
                    arguments.extend(saves.then(|| "-Csave-temps".to_owned()));
                    met.extend(self.compare(row, &arguments)?);
                }
            }
        }
        Ok(met)
    }

    fn compare(&self, row: &Row, arguments: &[String]) -> Result<BTreeSet<Difference>> {
        let [llvm, clif] = ["llvm", "clif"].map(|name| self.scratch.join(row.number.to_string()).join(name));
        let expected = self.compile(&self.compilers[0], &llvm, arguments)?;
        let observed = self.compile(&self.compilers[1], &clif, arguments)?;
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
        Ok(met)
    }

    fn compile(&self, compiler: &Compiler<'_>, folder: &Path, arguments: &[String]) -> Result<Observed> {
        files::remove(folder)?;
        files::create_folder(&folder.join("out"))?;
        let mut command = compiler();
        process::clean_environment(&mut command);
        command.current_dir(folder).arg(&self.source).args(arguments);
        command.args(["--edition=2024", "--error-format=json", "--json=artifacts", "-Copt-level=0"]);
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        ensure!(outcome.status.is_some(), "{} takes too long", process::shown(&command));
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
    /// What asks for the kinds at the destination.
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

/// All files below a folder.
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

/// `out/rustcAbCdEf/lib.rmeta` and `rmetaAbCdEf/full.rmeta`, which `-Csave-temps` keeps, are somewhere else each time.
fn without_random_folder(name: &str) -> String {
    let part = |part: &str| match part.strip_prefix("rustc").or_else(|| part.strip_prefix("rmeta")) {
        Some(random) if random.len() == 6 => format!("{}*", &part[..5]),
        _ => part.to_owned(),
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A message without what is not the same in both folders: nothing but the rendered text, which repeats the rest.
fn without_places(line: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<serde_json::Value>(line) else { return line.to_owned() };
    if let Some(fields) = value.as_object_mut() {
        fields.remove("rendered");
    }
    value.to_string()
}

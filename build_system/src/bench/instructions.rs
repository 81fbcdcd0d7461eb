//! `./y.sh bench --instructions`: counts with valgrind how many instructions the compiler executes for one
//! crate.
//!
//! The count hardly depends on the load of the machine, so small differences are visible. For `check` and
//! LLVM it is the same each time, so it is kept for the next run. Only the backends are counted again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::Bench;
use super::builds::{Scenario, empty_folder};
use super::candidates::{Candidate, Generator};
use super::measure;
use super::projects::COUNTED;
use crate::files::{self, Mode};
use crate::process;
use crate::toolchain::key::sha256;

/// The features of the counted crate: its default features.
const FEATURES: [&str; 9] = [
    "std",
    "unicode",
    "unicode-age",
    "unicode-bool",
    "unicode-case",
    "unicode-gencat",
    "unicode-perl",
    "unicode-script",
    "unicode-segment",
];

/// The groups of functions, and texts that the names of their functions contain. The first match counts.
const GROUPS: [(&str, &[&str]); 7] = [
    ("register allocation", &["regalloc2::"]),
    ("Cranelift", &["cranelift_"]),
    ("engine", &["clif_engine::", "gimli::", "object::write", "object::elf"]),
    ("backend", &["rustc_codegen_clif::"]),
    ("rustc_codegen_ssa", &["rustc_codegen_ssa::"]),
    (
        "malloc, memcpy",
        &[
            "malloc",
            "_int_malloc",
            "_int_free",
            "free",
            "calloc",
            "realloc",
            "unlink_chunk",
            "__memcpy",
            "__memset",
            "__memcmp",
            "__memmove",
        ],
    ),
    ("LLVM", &["llvm::", "rustc_codegen_llvm::", "LLVMRust"]),
];
/// The group of all other functions: the compiler itself, and LLVM's functions, which have no names.
const REST: &str = "rest (rustc; LLVM has no names)";

/// The number of instructions that a candidate executed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// All instructions.
    pub total: u64,
    /// The instructions by group. Their sum is the total.
    pub groups: BTreeMap<String, u64>,
}

/// The counts of all candidates.
#[derive(Debug)]
pub struct CountResult {
    /// The scenario in which the crate was built.
    pub scenario: Scenario,
    /// The counts, by candidate.
    pub counts: Vec<Count>,
}

/// Counts every candidate with each requested kind of debug information.
pub fn measure_all(bench: &Bench<'_>) -> Result<Vec<CountResult>> {
    let sources = COUNTED.fetch(&bench.folder.join("sources"), &bench.layout.logs(), bench.console)?;
    let valgrind = process::output(Command::new("valgrind").arg("--version"))?;
    let fresh = [Scenario::FreshNone, Scenario::FreshLines, Scenario::Fresh];
    let mut results = Vec::new();
    for scenario in fresh.into_iter().filter(|scenario| bench.plan.scenarios.contains(scenario)) {
        let mut counts = Vec::new();
        for candidate in &bench.candidates {
            bench.progress(&format!("counting instructions, {}, {}", scenario.name(), candidate.name));
            let arguments = arguments(candidate, scenario, &sources);
            counts.push(count(bench, candidate, &arguments, &valgrind)?);
        }
        results.push(CountResult { scenario, counts });
    }
    anyhow::ensure!(
        !results.is_empty(),
        "instructions are counted for fresh builds only; leave --scenario out"
    );
    Ok(results)
}

/// Returns the compiler's arguments.
fn arguments(candidate: &Candidate, scenario: Scenario, sources: &Path) -> Vec<String> {
    let emit = if candidate.generates_code() { "--emit=link,metadata" } else { "--emit=metadata" };
    let debug = match scenario {
        Scenario::FreshNone => "-Cdebuginfo=0",
        Scenario::FreshLines => "-Cdebuginfo=line-tables-only",
        _ => "-Cdebuginfo=2",
    };
    let fixed =
        ["--crate-name=regex_syntax", "--edition=2021", "--crate-type=lib", "--cap-lints=allow", emit, debug];
    let mut arguments: Vec<String> = fixed.map(str::to_owned).to_vec();
    arguments.extend(FEATURES.map(|feature| format!("--cfg=feature=\"{feature}\"")));
    arguments.push(sources.join("src/lib.rs").display().to_string());
    arguments
}

/// Counts once, or returns the count of an earlier run if it cannot have changed.
fn count(bench: &Bench<'_>, candidate: &Candidate, arguments: &[String], valgrind: &str) -> Result<Count> {
    let folder = bench.folder.join("instructions");
    let kept = match candidate.generator {
        Generator::Check | Generator::Llvm => {
            let compiler = bench.toolchain.compiler.version()?.description;
            let text = format!("{GROUPS:?} {valgrind} {compiler} {} {arguments:?}", candidate.name);
            Some(folder.join(format!("{}.counted", sha256(text.as_bytes()))))
        }
        Generator::Clif | Generator::Library(_) => None,
    };
    if let Some(path) = kept.as_deref().filter(|path| path.exists()) {
        return Ok(parse(&files::read_text(path)?));
    }
    let raw = folder.join("raw");
    let inner = candidate.rustc(bench.toolchain, bench.dist);
    let mut command = under_valgrind(&inner, &raw);
    command.args(arguments).arg("--out-dir").arg(empty_folder(&folder.join("out"))?);
    let what = format!("counting the instructions of {}", candidate.name);
    measure::run(&what, &mut command, &bench.layout.logs().join("bench-instructions.log"))?;
    let count = parse(&files::read_text(&raw)?);
    anyhow::ensure!(count.total > 0, "{} contains no counts", raw.display());
    if let Some(path) = kept {
        files::write_file(&path, shown(&count).as_bytes(), Mode::Plain)?;
    }
    Ok(count)
}

/// Returns the same command, run by valgrind.
pub fn under_valgrind(inner: &Command, output: &Path) -> Command {
    let mut file = std::ffi::OsString::from("--cachegrind-out-file=");
    file.push(output);
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=cachegrind", "--cache-sim=no"])
        .arg(file)
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Returns the group of a function.
fn group_of(function: &str) -> &'static str {
    let is_in = |(_, words): &&(&'static str, &[&str])| {
        words.iter().any(|word| {
            if word.ends_with("::") { function.contains(word) } else { function.starts_with(word) }
        })
    };
    GROUPS.iter().find(is_in).map_or(REST, |(group, _)| group)
}

/// Reads cachegrind's file: a line for each function, followed by lines with a line number and a count.
pub fn parse(text: &str) -> Count {
    let mut count = Count::default();
    let mut group = REST;
    for line in text.lines() {
        if let Some(function) = line.strip_prefix("fn=") {
            group = group_of(function);
        } else if let Some((number, instructions)) = line.split_once(' ')
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(instructions) = instructions.trim().parse::<u64>()
        {
            count.total += instructions;
            *count.groups.entry(group.to_owned()).or_default() += instructions;
        }
    }
    count
}

/// Writes a count as the shortest text that [`parse`] reads.
fn shown(count: &Count) -> String {
    let one_of = |group: &str| match GROUPS.iter().find(|(name, _)| *name == group) {
        Some((_, words)) => words[0],
        None => "other",
    };
    count
        .groups
        .iter()
        .map(|(group, instructions)| format!("fn={}\n0 {instructions}\n", one_of(group)))
        .collect()
}

/// Returns all groups in the order of the table, and then the rest.
pub fn group_names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(name, _)| *name).chain([REST])
}

/// Returns the file of the last counted candidate, for `cg_annotate`.
pub fn raw_file(bench: &Path) -> PathBuf {
    bench.join("instructions/raw")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "desc: I1 cache: none\ncmd: rustc x\nevents: Ir\nfl=a.rs\n\
        fn=<regalloc2::ion::Env<cranelift_codegen::VCode>>::init\n10 100\n12 20\n\
        fn=<rustc_codegen_clif::builder::Builder as rustc_codegen_ssa::traits::X>::load\n0 7\n\
        fn=_int_malloc\n5 50\nfl=???\nfn=0x1234\n0 3\nsummary: 180\n";

    #[test]
    fn counts_are_grouped() {
        let count = parse(FILE);
        assert_eq!(count.total, 180);
        let group = |name: &str| count.groups.get(name).copied();
        assert_eq!(group("register allocation"), Some(120));
        assert_eq!((group("backend"), group("malloc, memcpy"), group(REST)), (Some(7), Some(50), Some(3)));
        assert_eq!(group("Cranelift"), None);
    }

    #[test]
    fn a_kept_count_is_read_back() {
        let count = parse(FILE);
        assert_eq!(parse(&shown(&count)), count);
        for name in group_names() {
            let one = Count { total: 5, groups: BTreeMap::from([(name.to_owned(), 5)]) };
            assert_eq!(parse(&shown(&one)), one);
        }
    }

    #[test]
    fn the_environment_goes_along() {
        let mut inner = Command::new("rustc");
        inner.arg("-Zx").env("A", "1").env_remove("B");
        let command = under_valgrind(&inner, Path::new("/out"));
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_str().unwrap()).collect();
        assert_eq!(&arguments[2..], ["--cachegrind-out-file=/out", "rustc", "-Zx"]);
        assert_eq!(command.get_envs().count(), 2);
    }
}

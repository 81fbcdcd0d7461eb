//! The suites `debug-versions` and `all-debug-versions`: test every version of DWARF in every place where it
//! can be stored.
//!
//! The backend compiles one small program (`tests/debug-versions`) in each variant. So does LLVM, but without
//! LTO: LLVM's LTO takes the highest version of all crates, including std's. Then:
//! 1. If a file names a `.dwo` file or an object, that file must exist.
//! 2. readelf and llvm-dwarfdump must read everything, and report no errors that they do not report for
//!    LLVM's files.
//! 3. gdb must stop at lines, and show the same frames, variables and types as for LLVM's program.
//!
//! If gdb cannot read a variant of LLVM's program, the variant is skipped.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use build_system::files;
use gimli::Reader as _;

use super::debugger::{self, Debuggee, Debugger, Tool, write_drivers};
use crate::commands::{finish, succeed};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::debug_info::dwarf_of;
use crate::suite::{CaseResult, Group, Plan, skip};

/// The program.
const PROGRAM: &str = "tests/debug-versions/program.rs";
/// The versions of DWARF.
const VERSIONS: [u8; 4] = [2, 3, 4, 5];
/// Where the debug information is stored: a name and flags.
const PLACES: [(&str, &[&str]); 5] = [
    ("linked", &[]),
    ("unpacked", &["-Csplit-debuginfo=unpacked"]),
    ("unpacked in objects", &["-Csplit-debuginfo=unpacked", "-Zsplit-dwarf-kind=single"]),
    ("packed", &["-Csplit-debuginfo=packed"]),
    ("packed from objects", &["-Csplit-debuginfo=packed", "-Zsplit-dwarf-kind=single"]),
];
/// How the CGUs are compiled: a name and flags.
const CGUS: [(&str, &[&str]); 3] = [
    ("CGUs apart", &["-Ccodegen-units=4"]),
    ("LTO", &["-Ccodegen-units=4", "-Clto=fat"]),
    ("remapped LTO", &["-Ccodegen-units=4", "-Clto=thin"]),
];
/// The variants that always run.
const QUICK: [&str; 6] = [
    "DWARF 2, linked, CGUs apart",
    "DWARF 3, unpacked, CGUs apart",
    "DWARF 4, unpacked, LTO",
    "DWARF 5, unpacked in objects, LTO",
    "DWARF 4, unpacked, remapped LTO",
    "DWARF 4, packed, LTO",
];
/// The commands for gdb after the program has first stopped.
const SESSION: [&str; 15] = [
    "backtrace",
    "info args",
    "info locals",
    "up",
    "info locals",
    "continue",
    "backtrace",
    "info locals",
    "info args",
    "continue",
    "info locals",
    "print program::GLOBAL",
    "ptype program::Shape",
    "ptype program::Large",
    "ptype program::Either",
];
/// The marked lines where the program stops.
const MARKS: [&str; 3] = ["method", "inlined", "main"];
/// Texts that gdb's answers must contain for LLVM's program. Otherwise the comparison means nothing.
const ANSWERS: [&str; 3] = ["area = 20", "squared = 81", "= 42"];

/// A variant.
#[derive(Clone)]
struct Way {
    /// The name.
    name: String,
    /// The flags, except the next ones.
    flags: Vec<String>,
    /// The flags for the CGUs.
    cgu_flags: &'static [&'static str],
    /// Whether the paths in the program are remapped.
    is_remapped: bool,
}

/// Returns all variants.
fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for version in VERSIONS {
        for (place, place_flags) in PLACES {
            for (cgus, cgu_flags) in CGUS {
                let is_remapped = cgus.starts_with("remapped");
                // The compiler finds the files that it packs by the names in the objects, so these must exist
                // here.
                if is_remapped && !place.starts_with("unpacked") {
                    continue;
                }
                let mut flags = vec![format!("-Cdwarf-version={version}")];
                flags.extend(place_flags.iter().map(|flag| (*flag).to_owned()));
                let name = format!("DWARF {version}, {place}, {cgus}");
                ways.push(Way { name, flags, cgu_flags, is_remapped });
            }
        }
    }
    ways
}

/// Plans the variants that always run.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    // They run in the order of the table.
    let quick = QUICK.iter().filter_map(|name| ways().into_iter().find(|way| way.name == *name));
    Ok(plan_ways(context, "debug-versions", quick))
}

/// Plans the other variants.
pub fn plan_all<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let others = ways().into_iter().filter(|way| !QUICK.contains(&&*way.name));
    Ok(plan_ways(context, "all-debug-versions", others))
}

/// Plans a case for each variant.
fn plan_ways<'a>(context: &'a Context<'a>, suite: &'a str, ways: impl Iterator<Item = Way>) -> Plan<'a> {
    let set_up = move || {
        let program = context.layout.clone.join(PROGRAM);
        let tester = Tester {
            compilers: BothCompilers::of(context)?,
            lines: marked_lines(&files::read_text(&program)?)?,
            program,
            scratch: context.scratch(suite),
            gdb: debugger::find(Debugger::Gdb, context).map_err(|error| format!("{error:#}")),
            dwarfdump: ["llvm-dwarfdump-22", "llvm-dwarfdump"].into_iter().find(|tool| is_installed(tool)),
        };
        files::remove(&tester.scratch)?;
        write_drivers(&tester.scratch)?;
        Ok(tester)
    };
    let missing = |tester: &Tester| {
        let reason = "llvm-dwarfdump (package llvm-22) is not installed";
        let missing = || CaseResult::of("llvm-dwarfdump", Err(skip(reason)));
        Ok(tester.dwarfdump.is_none().then(missing).into_iter().collect())
    };
    Group::new(set_up).cases(ways, |way| way.name.clone(), Tester::test).tear_down(missing).in_parallel()
}

/// Whether a tool is installed.
pub fn is_installed(tool: &str) -> bool {
    finish(Command::new(tool).arg("--version")).is_ok_and(|outcome| outcome.succeeded())
}

/// Returns the numbers of the lines that end with `// #mark`.
fn marked_lines(text: &str) -> Result<Vec<usize>> {
    let line = |mark: &str| {
        let end = format!("// #{mark}");
        let found = text.lines().position(|line| line.ends_with(&end));
        found.map(|index| index + 1).with_context(|| format!("no line is marked {mark}"))
    };
    MARKS.into_iter().map(line).collect()
}

/// The setup that all cases share.
struct Tester {
    /// The compilers.
    compilers: BothCompilers,
    /// The source of the program.
    program: PathBuf,
    /// The lines where the program stops.
    lines: Vec<usize>,
    /// The folder of all files.
    scratch: PathBuf,
    /// gdb, or why it cannot be used.
    gdb: Result<Tool, String>,
    /// The program of llvm-dwarfdump, if it is installed.
    dwarfdump: Option<&'static str>,
}

impl Tester {
    /// Tests one variant.
    fn test(&self, way: &Way) -> Result<()> {
        let folder = self.scratch.join(way.name.replace([',', ' '], "-"));
        let (llvm, clif) = (folder.join("llvm"), folder.join("clif"));
        self.compile(self.compilers.llvm(), way, CGUS[0].1, &llvm)?;
        self.compile(self.compilers.clif(), way, way.cgu_flags, &clif)?;
        names_of_split_files(&clif, way)?;
        let (known, found) = (self.reported_errors(&llvm)?, self.reported_errors(&clif)?);
        let new: Vec<&String> = found.difference(&known).collect();
        ensure!(new.is_empty(), "errors that are not reported for LLVM's files: {new:#?}");
        if way.is_remapped {
            return Ok(());
        }
        let gdb = self.gdb.as_ref().map_err(|reason| skip(reason.clone()))?;
        let (expected, found) = (self.session(gdb, &llvm)?, self.session(gdb, &clif)?);
        if let Some(missing) = ANSWERS.iter().find(|answer| !expected.contains(**answer)) {
            return Err(skip(format!("gdb does not find `{missing}` in LLVM's program")));
        }
        ensure!(found == expected, "gdb prints\n{found}\nand for LLVM's program\n{expected}");
        Ok(())
    }

    /// Compiles the program in `folder`.
    fn compile(&self, mut command: Command, way: &Way, cgu_flags: &[&str], folder: &Path) -> Result<()> {
        files::create_folder(folder)?;
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(folder).arg(&self.program);
        command.args(["-Cdebuginfo=2", "-Cpanic=abort", "-o", "program"]).args(&way.flags).args(cgu_flags);
        // Split debug information is not stable for every target.
        command.arg("-Zunstable-options");
        if way.is_remapped {
            command.arg(format!("--remap-path-prefix={}=/elsewhere", folder.display()));
        }
        succeed(&mut command)?;
        Ok(())
    }

    /// Returns the errors that tools report for the files in `folder`, without numbers and file names.
    fn reported_errors(&self, folder: &Path) -> Result<BTreeSet<String>> {
        let mut files: Vec<String> =
            files::entries(folder)?.iter().map(|path| files::name_of(path)).collect();
        // Unrelocated objects give few results.
        files.retain(|name| !name.ends_with(".o"));
        let mut errors = BTreeSet::new();
        let readelf = ("readelf", "--debug-dump");
        let dwarfdump = self.dwarfdump.map(|tool| (tool, "--verify"));
        for (tool, argument) in [readelf].into_iter().chain(dwarfdump) {
            let mut command = Command::new(tool);
            // readelf looks for `.dwo` files in the folder of the program.
            command.arg(argument).args(&files).current_dir(folder);
            let outcome = finish(&mut command)?;
            for text in [&outcome.stdout, &outcome.stderr] {
                // Its warnings may begin in the middle of a line.
                let text = String::from_utf8_lossy(text).replace("readelf: ", "\nreadelf: ");
                let lines = text.lines().map(str::trim_start).filter(|line| is_error(line));
                errors.extend(lines.map(|line| format!("{tool}: {}", general(line))));
            }
        }
        Ok(errors)
    }

    /// Returns gdb's answers for the program in `folder`.
    fn session(&self, gdb: &Tool, folder: &Path) -> Result<String> {
        let breaks: Vec<String> = self.lines.iter().map(|line| format!("program.rs:{line}")).collect();
        let mut commands = vec![["raw", "set print address off"]];
        commands.extend(breaks.iter().map(|place| ["break", place]));
        commands.push(["run", ""]);
        commands.extend(SESSION.map(|command| ["raw", command]));
        let program = &folder.join("program");
        let debuggee = Debuggee { program, arguments: &[], environment: &[], target: self.compilers.target };
        let (answers, outcome) = debuggee.answers(gdb, &self.scratch, &commands)?;
        let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
        ensure!(answers.len() == commands.len(), "gdb gave {} answers: {errors}", answers.len());
        let errors = errors.lines().filter(|line| {
            // gdb 13 warns about LLVM 22's tables of DWARF 5.
            let is_about_a_table = [".debug_aranges", ".debug_names"].iter().any(|name| line.contains(name));
            !is_about_a_table && !line.is_empty()
        });
        let lines = answers.iter().map(String::as_str).chain(errors);
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Whether a line of a tool's output is an error about the file.
pub fn is_error(line: &str) -> bool {
    // The linker sets addresses of dropped code to 0.
    let is_about_dropped_code = line.contains("overlapping") && line.contains("DW_AT_ranges");
    // readelf expects the lists of the first unit first. Ours has none, and those of std's come in any order.
    let is_about_order = line.contains("Location lists in .debug_loc section start at");
    let is_of_the_file = ["error:", "warning:", "readelf: "].iter().any(|start| line.starts_with(start));
    is_of_the_file && !is_about_dropped_code && !is_about_order
}

/// Returns an error without numbers and file names.
pub fn general(line: &str) -> String {
    let words = line.split_whitespace().map(|word| if word.contains("program.") { "a file" } else { word });
    let text = words.collect::<Vec<_>>().join(" ");
    let parts = text.split_inclusive(|separator: char| !separator.is_ascii_alphanumeric());
    let is_number = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    parts.map(|part| if is_number(part) { "N" } else { part }).collect()
}

/// Checks that each file that the program names exists.
fn names_of_split_files(folder: &Path, way: &Way) -> Result<()> {
    let bytes = files::read_file(&folder.join("program"))?;
    let file = object::File::parse(&*bytes)?;
    let dwarf = dwarf_of(&file)?;
    let is_unpacked = way.flags.iter().any(|flag| flag.ends_with("=unpacked"));
    let mut headers = dwarf.units();
    let mut found = 0;
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        let Some(name) = unit.dwo_name()? else { continue };
        let text = |value| -> Result<String> {
            Ok(dwarf.attr_string(&unit, value)?.to_string_lossy()?.into_owned())
        };
        let name = text(name)?;
        let directory = unit.comp_dir.as_ref().map(gimli::Reader::to_string_lossy).transpose()?;
        let directory = directory.context("a unit has no directory")?;
        let place = if way.is_remapped { "/elsewhere" } else { &*folder.to_string_lossy() };
        ensure!(directory == place, "the directory of {name} is {directory} instead of {place}");
        ensure!(!Path::new(&name).is_absolute(), "{name} is an absolute path");
        ensure!(!is_unpacked || folder.join(&name).exists(), "{name} does not exist");
        found += 1;
    }
    ensure!(found > 0 || !is_unpacked, "no debug information is split");
    Ok(())
}

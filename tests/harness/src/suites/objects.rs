//! The suite `objects`: tools that check files must find nothing wrong in ours.
//!
//! Both compilers compile programs of `tests/run-pass` with full debug information. [`TOOLS`] read the object
//! and the linked program. They must report nothing that they do not report for LLVM's files. With `--all`,
//! these are all programs, otherwise a sample.
//!
//! One more case compares the offsets of thread-locals in debug information with those in the symbol table,
//! because the emulator of other machines does not let debuggers read thread-locals.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use build_system::files::{self, Mode};
use gimli::Reader as _;
use object::{Object as _, ObjectSymbol as _};

use super::debug_versions::{general, is_error, is_installed};
use super::run_pass::{compile_into, programs, stem};
use crate::commands::{finish, succeed};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::debug_info::dwarf_of;
use crate::directives::Directives;
use crate::suite::{Group, Plan, skip};

/// The programs that always run: those with the most kinds of sections, symbols and relocations.
const SAMPLE: [&str; 6] = ["asm_unwind", "int128", "linkage", "statics", "thread_locals", "unwind_cleanup"];

/// A tool that checks a file.
struct Tool {
    /// Its names.
    names: &'static [&'static str],
    arguments: &'static [&'static str],
    /// Whether a line of its output is a message about the file.
    is_message: fn(&str) -> bool,
}

const TOOLS: [Tool; 3] = [
    Tool { names: &["readelf"], arguments: &["-aW"], is_message: is_error },
    Tool { names: &["llvm-dwarfdump-22", "llvm-dwarfdump"], arguments: &["--verify"], is_message: is_error },
    Tool {
        names: &["eu-elflint"],
        arguments: &["--gnu-ld"],
        is_message: |line| !line.is_empty() && line != "No errors",
    },
];

/// A library whose thread-locals are at different offsets.
const THREAD_LOCALS: &str = "\
use std::cell::Cell;
std::thread_local! {
    static FIRST: Cell<u8> = const { Cell::new(1) };
    static SECOND: Cell<u64> = const { Cell::new(2) };
    static THIRD: Cell<[u32; 40]> = const { Cell::new([3; 40]) };
}
fn main() {
    FIRST.set(SECOND.get() as u8 + THIRD.get()[1] as u8);
}
";

/// Plans a case for each program, and the one for thread-locals.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let mut sources = programs(&context.layout.clone.join("tests/run-pass"))?;
    sources.retain(|source| context.all || SAMPLE.contains(&&*stem(source)));
    let set_up = || {
        let setting = Setting { compilers: BothCompilers::of(context)?, scratch: context.scratch("objects") };
        files::remove(&setting.scratch)?;
        Ok(setting)
    };
    let group = Group::new(set_up).cases(
        sources,
        |source| stem(source),
        |setting: &Setting, source| setting.compare(source),
    );
    Ok(group.case("offsets of thread-locals", Setting::thread_locals).in_parallel())
}

/// The setup that all cases share.
struct Setting {
    compilers: BothCompilers,
    /// The folder of all files.
    scratch: PathBuf,
}

impl Setting {
    /// Compiles a program with both compilers, and compares what the tools report.
    fn compare(&self, source: &Path) -> Result<()> {
        let directives = Directives::parse(&files::read_text(source)?)?;
        directives.require(self.compilers.target)?;
        let folder = self.scratch.join(stem(source));
        let [known, found] = self.compilers.both(|compiler, mut command| {
            let folder = folder.join(compiler.name());
            files::create_folder(&folder)?;
            command.args(["-Cdebuginfo=2", "-Ccodegen-units=1", "--cap-lints=allow", "--emit=link,obj"]);
            if directives.unstable {
                command.env("RUSTC_BOOTSTRAP", "1");
            }
            compile_into(&mut command, &directives, source, &folder.join("program"))?;
            messages(&folder)
        })?;
        let new: Vec<&String> = found.difference(&known).collect();
        ensure!(new.is_empty(), "messages that there are not for LLVM's files: {new:#?}");
        files::remove(&folder)
    }

    /// The offsets of thread-locals in debug information are those in the symbol table. Where LLVM's debug
    /// information has none, ours need not.
    fn thread_locals(&self) -> Result<()> {
        let folder = self.scratch.join("offsets");
        files::create_folder(&folder)?;
        let source = folder.join("offsets.rs");
        files::write_file(&source, THREAD_LOCALS.as_bytes(), Mode::Plain)?;
        let [llvm, clif] = self.compilers.both(|compiler, mut command| {
            let program = folder.join(compiler.name());
            command.args(["--edition=2024", "-Cdebuginfo=2"]).arg(&source).arg("-o").arg(&program);
            succeed(&mut command)?;
            thread_local_offsets(&program)
        })?;
        ensure!(clif.len() == llvm.len(), "{clif:?}, LLVM's: {llvm:?}");
        for (name, (described, actual)) in &clif {
            ensure!(described == actual, "{name} is at {actual}, and debug information says {described}");
        }
        Ok(())
    }
}

/// Returns the messages of all tools about the files in `folder`, without numbers and names.
fn messages(folder: &Path) -> Result<BTreeSet<String>> {
    let mut messages = BTreeSet::new();
    for Tool { names, arguments, is_message } in &TOOLS {
        let Some(name) = names.iter().find(|name| is_installed(name)) else {
            return Err(skip(format!("{} is not installed", names[0])));
        };
        for file in ["program.o", "program"] {
            let outcome = finish(Command::new(name).args(*arguments).arg(file).current_dir(folder))?;
            for text in [&outcome.stdout, &outcome.stderr] {
                let text = String::from_utf8_lossy(text);
                let lines = text.lines().map(str::trim).filter(|line| is_message(line));
                // eu-elflint pads the numbers of sections.
                messages.extend(lines.map(|line| format!("{name}: {}", general(&line.replace("[ ", "[")))));
            }
        }
    }
    Ok(messages)
}

/// Returns the offset of each thread-local that a program's own units describe, and the one in the symbol
/// table, in bytes from the start of the thread's storage.
fn thread_local_offsets(program: &Path) -> Result<BTreeMap<String, (u64, u64)>> {
    let bytes = files::read_file(program)?;
    let file = object::File::parse(&*bytes)?;
    let thread_locals: BTreeMap<&str, u64> = file
        .symbols()
        .filter(|symbol| symbol.kind() == object::SymbolKind::Tls)
        .filter_map(|symbol| Some((symbol.name().ok()?, symbol.address())))
        .collect();
    let dwarf = dwarf_of(&file)?;
    let mut offsets = BTreeMap::new();
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        let mut entries = unit.entries();
        while let Some(entry) = entries.next_dfs()? {
            let (Some(name), Some(location)) =
                (entry.attr_value(gimli::DW_AT_linkage_name), entry.attr(gimli::DW_AT_location))
            else {
                continue;
            };
            let name = dwarf.attr_string(&unit, name)?.to_string_lossy()?.into_owned();
            // Those of std are LLVM's.
            let (Some(&actual), true) = (thread_locals.get(&*name), name.contains("7offsets")) else {
                continue;
            };
            let Some(expression) = location.exprloc_value() else { continue };
            let mut operations = expression.operations(unit.encoding());
            if let Some(gimli::Operation::UnsignedConstant { value }) = operations.next()? {
                offsets.insert(name, (value, actual));
            }
        }
    }
    Ok(offsets)
}

//! The suite `sections`: tests the names of objects' sections, and the compiler's version in them.
//!
//! Linker scripts, maps and the linker's messages use these names, so they must be LLVM's. Small private
//! constants are not compared: LLVM gives each its own section, and we put them all into one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _};

use crate::commands::succeed;
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// A library with a symbol of every kind.
const LIBRARY: &str = "\
#[cold] #[inline(never)] #[unsafe(no_mangle)] pub fn cold(x: u32) -> u32 { std::hint::black_box(x) }
#[unsafe(no_mangle)] pub fn function(x: u32) -> u32 { if x > 5 { cold(x) } else { LOCAL.with(|it| it.get()) } }
#[unsafe(link_section = \".text.chosen\")] #[unsafe(no_mangle)] pub fn placed() {}
#[unsafe(no_mangle)] pub static ADDRESSES: [&u32; 2] = [&1, &2];
#[unsafe(no_mangle)] pub static DATA: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(5);
#[unsafe(no_mangle)] pub static ZERO: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
#[unsafe(no_mangle)] pub static CONSTANT: [u64; 4] = [1; 4];
#[unsafe(no_mangle)] pub static LARGE: [u64; 1024] = [1; 1024];
#[used] static KEPT: u32 = 7;
std::thread_local! { static LOCAL: std::cell::Cell<u32> = const { std::cell::Cell::new(7) } }
";
/// The symbols that are compared.
const OWN: [&str; 9] =
    ["cold", "function", "placed", "ADDRESSES", "DATA", "ZERO", "CONSTANT", "LARGE", "KEPT"];
/// A program with a function that is never called.
const PROGRAM: &str = "\
#[unsafe(no_mangle)] pub extern \"C\" fn nothing_calls_this() {}
fn main() { println!(\"{}\", std::env::args().count()); }
";

/// Tests the compilers in one respect.
type Check = fn(&Setting) -> Result<()>;

/// The names of the cases, and their functions.
const CHECKS: [(&str, Check); 5] = [
    ("names", |setting| names(setting, &[&[], &["-Copt-level=3"]])),
    ("one section per kind", |setting| names(setting, &[&["-Zfunction-sections=no"]])),
    ("sections without unique names", |setting| {
        let flag = "-Zno-unique-section-names";
        names(setting, &[&[flag], &[flag, "-Copt-level=3"], &[flag, "-Zfunction-sections=no"]])
    }),
    ("the compiler's version", versions),
    ("dropped sections", dropped),
];

/// Plans a case for each of [`CHECKS`].
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        let setting =
            Setting { compilers: BothCompilers::of(context)?, scratch: context.scratch("sections") };
        files::remove(&setting.scratch)?;
        files::create_folder(&setting.scratch)?;
        for (name, text) in [("library.rs", LIBRARY), ("program.rs", PROGRAM)] {
            files::write_file(&setting.scratch.join(name), text.as_bytes(), Mode::Plain)?;
        }
        Ok(setting)
    };
    let check = |setting: &Setting, (_, check): &(&str, Check)| check(setting);
    Ok(Group::new(set_up).cases(CHECKS, |(name, _)| (*name).to_owned(), check).in_turn())
}

/// The setup that all cases share.
struct Setting {
    /// The compilers.
    compilers: BothCompilers,
    /// The folder of the sources and of all other files.
    scratch: PathBuf,
}

impl Setting {
    /// Compiles a source file with both compilers. Returns LLVM's output file and messages, then ours.
    fn both(&self, source: &str, flags: &[&str]) -> Result<[(Vec<u8>, String); 2]> {
        self.compilers.both(|compiler, mut command| {
            let output = self.scratch.join(compiler.name());
            command.env("RUSTC_BOOTSTRAP", "1").current_dir(&self.scratch);
            command.args([source, "--edition=2024", "-Ccodegen-units=1"]).args(flags).arg("-o").arg(&output);
            let (stdout, stderr) = succeed(&mut command)?;
            Ok((files::read_file(&output)?, format!("{stdout}{stderr}")))
        })
    }
}

/// Returns the section of each symbol in an object.
fn sections_of(object: &[u8]) -> Result<BTreeMap<String, String>> {
    let file = object::File::parse(object)?;
    let mut found = BTreeMap::new();
    for symbol in file.symbols().filter(object::ObjectSymbol::is_definition) {
        let Some(index) = symbol.section_index() else { continue };
        let name = symbol.name()?;
        // Other symbols may exist with only one of the compilers.
        let is_own =
            OWN.iter().any(|own| name == *own || name.ends_with(&format!("7library{}{own}", own.len())));
        if is_own {
            found.insert(name.to_owned(), file.section_by_index(index)?.name()?.to_owned());
        }
    }
    Ok(found)
}

/// Compares the sections of the library's symbols.
fn names(setting: &Setting, all_flags: &[&[&str]]) -> Result<()> {
    for flags in all_flags {
        let flags = [&["--crate-type=lib", "--emit=obj"], *flags].concat();
        let [(llvm, _), (clif, _)] = setting.both("library.rs", &flags)?;
        let (expected, found) = (sections_of(&llvm)?, sections_of(&clif)?);
        ensure!(expected.len() == OWN.len(), "LLVM's object has only {expected:?}");
        ensure!(found == expected, "{flags:?}: {found:#?}, LLVM's: {expected:#?}");
    }
    Ok(())
}

/// Returns the contents of `.comment`.
fn comment(file: &[u8]) -> Result<Vec<u8>> {
    let file = object::File::parse(file)?;
    Ok(file.section_by_name(".comment").context("no .comment")?.data()?.to_vec())
}

/// Objects contain the compiler's version, and a program contains it once.
fn versions(setting: &Setting) -> Result<()> {
    for (source, flags) in [("library.rs", &["--crate-type=lib", "--emit=obj"][..]), ("program.rs", &[])] {
        let [(llvm, _), (clif, _)] = setting.both(source, flags)?;
        let (expected, found) = (comment(&llvm)?, comment(&clif)?);
        ensure!(
            found == expected,
            "{source}: {:?} instead of {:?}",
            String::from_utf8_lossy(&found),
            String::from_utf8_lossy(&expected)
        );
    }
    Ok(())
}

/// The linker names the sections that it drops, and a linker script can keep them by name.
fn dropped(setting: &Setting) -> Result<()> {
    let section = ".text.nothing_calls_this";
    let verbose = "-Clink-arg=-Wl,--print-gc-sections";
    for (_, printed) in setting.both("program.rs", &[verbose, "--print=link-args", "-Wlinker-messages"])? {
        ensure!(printed.contains(section), "the linker does not report that it drops {section}");
    }
    let script = format!("SECTIONS {{ .kept : {{ KEEP(*({section})) }} }} INSERT AFTER .text;\n");
    let path: &Path = &setting.scratch.join("keep.ld");
    files::write_file(path, script.as_bytes(), Mode::Plain)?;
    let argument = format!("-Clink-arg=-Wl,-T,{}", path.display());
    for (program, _) in setting.both("program.rs", &[&argument])? {
        let file = object::File::parse(&*program)?;
        ensure!(file.section_by_name(".kept").is_some(), "{section} was not kept");
    }
    Ok(())
}

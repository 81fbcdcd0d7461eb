//! The suite `debug-info-options`: tests flags that change what debug information says about files, or where
//! it is stored.
//!
//! LLVM and the backend compile a small program with the same flags. Each check looks at both programs or
//! objects. If there is no fixed expectation, ours must equal LLVM's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use build_system::files::{self, Mode};
use build_system::process;
use gimli::Reader as _;
use object::{CompressionFormat, Object as _, ObjectSection as _};

use crate::commands::{fail, succeed};
use crate::compilers::{BothCompilers, Compiler};
use crate::context::Context;
use crate::debug_info::dwarf_of;
use crate::suite::{Group, Plan};

/// The program.
const SOURCE: &str = "fn main() {\n    println!(\"{}\", std::env::args().count());\n}\n";
/// The file name of the source.
const FILE: &str = "program.rs";

/// Tests the compilers in one respect.
type Check = fn(&Setting) -> Result<()>;

/// The names of the cases, and their functions.
const CHECKS: [(&str, Check); 7] = [
    ("checksums and embedded sources", file_table),
    ("paths are remapped", remapped_paths),
    ("paths are trimmed", trimmed_paths),
    ("stripping", stripped),
    ("compression", compression),
    ("the section for gdb's scripts", gdb_scripts),
    ("refused flags", refusals),
];

/// Plans a case for each of [`CHECKS`].
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        let setting = Setting {
            compilers: BothCompilers::of(context)?,
            scratch: context.scratch("debug-info-options"),
        };
        files::remove(&setting.scratch)?;
        files::create_folder(&setting.scratch)?;
        files::write_file(&setting.scratch.join(FILE), SOURCE.as_bytes(), Mode::Plain)?;
        Ok(setting)
    };
    let check = |setting: &Setting, (_, check): &(&str, Check)| check(setting);
    Ok(Group::new(set_up).cases(CHECKS, |(name, _)| (*name).to_owned(), check).in_turn())
}

/// The setup that all cases share.
struct Setting {
    /// The compilers.
    compilers: BothCompilers,
    /// The folder of the source and of all other files.
    scratch: PathBuf,
}

impl Setting {
    /// Returns a call of one of the compilers.
    fn call(&self, compiler: Compiler, flags: &[&str], output: &Path) -> Command {
        let mut command = self.compilers.command(compiler);
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(&self.scratch);
        command.args([FILE, "-Cdebuginfo=2", "-Ccodegen-units=1"]).args(flags).arg("-o").arg(output);
        command
    }

    /// Compiles the program with both compilers. Returns LLVM's output, then ours.
    fn both(&self, flags: &[&str]) -> Result<[Vec<u8>; 2]> {
        self.compilers.both(|compiler, _| {
            let output = self.scratch.join(compiler.name());
            succeed(&mut self.call(compiler, flags, &output))?;
            files::read_file(&output)
        })
    }
}

/// The program's own file in a line table.
#[derive(Debug, PartialEq, Eq)]
struct OwnFile {
    /// Whether its directory is the scratch folder.
    is_here: bool,
    /// Its checksum.
    md5: [u8; 16],
    /// The embedded source.
    text: Option<String>,
}

/// Finds the program's file in the first unit of an object.
fn own_file(data: &[u8], folder: &Path) -> Result<OwnFile> {
    let file = object::File::parse(data)?;
    let dwarf = dwarf_of(&file)?;
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        let Some(program) = &unit.line_program else { continue };
        let text = |value| -> Result<String> {
            Ok(dwarf.attr_string(&unit, value)?.to_string_lossy()?.into_owned())
        };
        for entry in program.header().file_names() {
            if text(entry.path_name())? != FILE {
                continue;
            }
            let directory = entry.directory(program.header()).context("the file has no directory")?;
            return Ok(OwnFile {
                is_here: Path::new(&text(directory)?) == folder,
                md5: *entry.md5(),
                text: entry.source().map(text).transpose()?,
            });
        }
    }
    bail!("no unit contains the file {FILE}")
}

/// Tests `-Zembed-source`, and the checksums of DWARF 5. The programs are linked, so that sections refer to
/// each other.
fn file_table(setting: &Setting) -> Result<()> {
    for (flags, text) in [
        (&["-Cdwarf-version=5"][..], None),
        (&["-Cdwarf-version=5", "-Zembed-source=yes"], Some(SOURCE.to_owned())),
    ] {
        let [llvm, clif] = setting.both(flags)?;
        // LLVM omits all checksums of a unit if one file has none. The embedded source is the same.
        let [llvm, clif] = [own_file(&llvm, &setting.scratch)?, own_file(&clif, &setting.scratch)?];
        ensure!(
            clif.text == text && llvm.text == text,
            "{flags:?}: {:?} and LLVM's {:?}",
            clif.text,
            llvm.text
        );
        ensure!(clif.is_here && llvm.is_here, "{flags:?}: {clif:?} and LLVM's {llvm:?}");
        let md5: String = clif.md5.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = process::output(Command::new("md5sum").arg(setting.scratch.join(FILE)))?;
        ensure!(expected.starts_with(&md5), "{flags:?}: the checksum {md5}, but {expected}");
        ensure!(llvm.md5 == [0; 16] || llvm.md5 == clif.md5, "{flags:?}: {clif:?} and LLVM's {llvm:?}");
    }
    Ok(())
}

/// Tests `--remap-path-prefix`: the program does not contain the path where it was compiled.
fn remapped_paths(setting: &Setting) -> Result<()> {
    let here = setting.scratch.display().to_string();
    let remap = format!("--remap-path-prefix={here}=/elsewhere");
    for split in ["off", "packed"] {
        let split = format!("-Csplit-debuginfo={split}");
        for (program, builder) in
            setting.both(&[&remap, "-Zunstable-options", &split])?.iter().zip(["LLVM", "ours"])
        {
            ensure!(!contains(program, &here), "{builder} with {split} contains {here}");
            ensure!(contains(program, "/elsewhere"), "{builder} with {split} does not contain /elsewhere");
        }
    }
    Ok(())
}

/// Tests the flags of cargo's `trim-paths`: paths are remapped only in the given scopes.
fn trimmed_paths(setting: &Setting) -> Result<()> {
    let here = setting.scratch.display().to_string();
    let remap = format!("--remap-path-prefix={here}=/elsewhere");
    let paths = [&*here, "/elsewhere"];
    for (scope, expected) in
        [("macro", paths[0]), ("debuginfo", paths[1]), ("object", paths[1]), ("diagnostics", paths[0])]
    {
        let scope = format!("--remap-path-scope={scope}");
        for (program, builder) in setting.both(&[&remap, &scope])?.iter().zip(["LLVM", "ours"]) {
            let found: Vec<&str> = paths.into_iter().filter(|path| contains(program, path)).collect();
            ensure!(found == [expected], "{builder} with {scope} contains {found:?}");
        }
    }
    Ok(())
}

/// Whether `bytes` contain `text`.
fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Tests `-Cstrip`: only the expected sections are left.
fn stripped(setting: &Setting) -> Result<()> {
    const SECTIONS: [&str; 2] = [".symtab", ".debug_info"];
    for (strip, left) in [("none", &SECTIONS[..]), ("debuginfo", &SECTIONS[..1]), ("symbols", &[])] {
        for program in setting.both(&[&format!("-Cstrip={strip}")])? {
            let file = object::File::parse(&*program)?;
            let names: BTreeSet<&str> = file.sections().filter_map(|section| section.name().ok()).collect();
            let found: Vec<&str> = SECTIONS.into_iter().filter(|name| names.contains(name)).collect();
            ensure!(found == left, "-Cstrip={strip}: {names:?}");
        }
    }
    Ok(())
}

/// Tests `-Zdebuginfo-compression`: sections have the requested compression.
fn compression(setting: &Setting) -> Result<()> {
    for (flag, format) in [
        ("none", CompressionFormat::None),
        ("zlib", CompressionFormat::Zlib),
        ("zstd", CompressionFormat::Zstandard),
    ] {
        let objects = setting.both(&["--emit=obj", &format!("-Zdebuginfo-compression={flag}")])?;
        for (object, builder) in objects.iter().zip(["LLVM", "ours"]) {
            let file = object::File::parse(&**object)?;
            let section = file.section_by_name(".debug_info").context("no .debug_info")?;
            let found = section.compressed_file_range()?.format;
            ensure!(found == format, "{builder} with {flag}: {found:?}");
        }
    }
    Ok(())
}

/// Tests the section that makes gdb load its scripts for Rust.
fn gdb_scripts(setting: &Setting) -> Result<()> {
    let section = |program: &[u8]| -> Result<Vec<u8>> {
        let file = object::File::parse(program)?;
        let section = file.section_by_name(".debug_gdb_scripts").context("no .debug_gdb_scripts")?;
        Ok(section.data()?.to_vec())
    };
    let [llvm, clif] = setting.both(&[])?;
    let [llvm, clif] = [section(&llvm)?, section(&clif)?];
    ensure!(
        clif == llvm,
        "{:?} instead of {:?}",
        String::from_utf8_lossy(&clif),
        String::from_utf8_lossy(&llvm)
    );
    Ok(())
}

/// Tests flags that only make sense for LLVM's tools.
fn refusals(setting: &Setting) -> Result<()> {
    for flag in ["-Zdebug-info-for-profiling", "-Zsplit-dwarf-inlining"] {
        let output = setting.scratch.join("refused");
        let errors = fail(&mut setting.call(Compiler::Clif, &[flag], &output), 1)?;
        ensure!(errors.contains(&format!("does not support `{flag}`")), "{flag}: {errors}");
    }
    Ok(())
}

//! The suite `code-size`: the code of the programs in `tests/bench/programs`, compiled for debugging, is not
//! larger than LLVM's.
//!
//! Each program is compiled as one CGU. Our sections with code also have the constants that code loads, so
//! the sections with LLVM's (`.rodata.cst8` and the like) count as code.
//!
//! 1. The setup finds the programs.
//! 2. A case for each program compiles it with both compilers. The linked program, most of which is the
//!    standard library, must not be larger than LLVM's, apart from [`LINKERS_SHARE`].
//! 3. The tear-down prints the table. All objects together must not be larger than LLVM's, and neither must
//!    all linked programs.
//!
//! Our functions always have frame pointers. Where LLVM's do not and code with them is much larger
//! ([`TestTarget::frame_pointers_cost`](crate::target::TestTarget::frame_pointers_cost)), LLVM compiles with
//! `-Cforce-frame-pointers` as well, and that code is the limit.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, ensure};
use build_system::bench::product::size_of;
use build_system::files;
use object::{Object as _, ObjectSection as _};

use super::run_pass::stem;
use crate::commands::succeed;
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{CaseResult, Group, Plan};

/// The results that are about all programs.
const OBJECTS: &str = "all objects together";
const PROGRAMS: &str = "all linked programs together";

/// What linkers add to one program, depending on addresses: the thousandth parts of its code. Stubs for
/// errata of processors come with up to 4 KiB of padding.
const LINKERS_SHARE: u64 = 20;

/// The sizes of a program's code in bytes: LLVM's, and ours.
struct Sizes {
    program: String,
    object: [u64; 2],
    linked: [u64; 2],
    /// What neither may exceed: LLVM's code, with frame pointers where they cost much.
    limits: Limits,
}

/// The sizes of LLVM's object and linked program.
#[derive(Clone, Copy)]
struct Limits {
    object: u64,
    linked: u64,
}

/// The compilers, and what the cases found.
struct Setting {
    compilers: BothCompilers,
    scratch: PathBuf,
    found: Mutex<Vec<Sizes>>,
}

/// Plans a case for each program.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let sources = files::entries(&context.layout.clone.join("tests/bench/programs"))?;
    let programs = sources.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let set_up = || {
        let scratch = context.scratch("code-size");
        files::remove(&scratch)?;
        files::create_folder(&scratch)?;
        Ok(Setting { compilers: BothCompilers::of(context)?, scratch, found: Mutex::default() })
    };
    let check = |setting: &Setting, source: &PathBuf| check(setting, source);
    let group = Group::new(set_up).cases(programs, |source| stem(source), check);
    let report = |setting: &Setting| {
        let mut found = setting.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.sort_by(|one, other| one.program.cmp(&other.program));
        if found.is_empty() {
            return Ok(Vec::new());
        }
        context.console.print(table(setting.compilers.target.name(), &found));
        let objects = sum(&found, |sizes| [sizes.limits.object, sizes.object[1]]);
        let linked = sum(&found, |sizes| [sizes.limits.linked, sizes.linked[1]]);
        let result = |name, sizes| CaseResult::of(name, not_larger(name, sizes));
        Ok(vec![result(OBJECTS, objects), result(PROGRAMS, linked)])
    };
    Ok(group.tear_down(report).in_parallel())
}

/// Compiles a program with both compilers, and compares the sizes of its code.
fn check(setting: &Setting, source: &Path) -> Result<()> {
    let program = stem(source);
    let measure = |mut command: Command, name: &str, also: &[&str]| -> Result<u64> {
        let output = setting.scratch.join(format!("{program}-{name}"));
        let flags = ["--edition=2024", "-Cdebuginfo=2", "-Copt-level=0", "-Ccodegen-units=1"];
        succeed(command.args(flags).args(also).arg(source).arg("-o").arg(&output))?;
        Ok(size_of(&output)?.code + constants_of(&output)?)
    };
    let object = setting
        .compilers
        .both(|compiler, command| measure(command, &format!("{}.o", compiler.name()), &["--emit=obj"]))?;
    let linked = setting.compilers.both(|compiler, command| measure(command, compiler.name(), &[]))?;
    let mut limits = Limits { object: object[0], linked: linked[0] };
    if setting.compilers.target.frame_pointers_cost() {
        let flag = "-Cforce-frame-pointers=yes";
        let again = |name, also: &[&str]| measure(setting.compilers.llvm(), name, also);
        limits.object = again("frames.o", &["--emit=obj", flag])?;
        limits.linked = again("frames", &[flag])?;
    }
    let limit = limits.linked + limits.linked * LINKERS_SHARE / 1000;
    let verdict = not_larger("the linked program", [limit, linked[1]]);
    let sizes = Sizes { program, object, linked, limits };
    setting.found.lock().unwrap_or_else(PoisonError::into_inner).push(sizes);
    verdict
}

/// Returns the size of LLVM's sections with constants that code loads. The linker merges them with others.
fn constants_of(path: &Path) -> Result<u64> {
    let data = files::read_file(path)?;
    let file = object::File::parse(&*data)?;
    let is_constant =
        |section: &object::Section<'_, '_>| section.name().is_ok_and(|name| name.starts_with(".rodata.cst"));
    Ok(file.sections().filter(is_constant).map(|section| section.size()).sum())
}

/// Fails if the second of two sizes is the larger one.
fn not_larger(what: &str, [llvm, clif]: [u64; 2]) -> Result<()> {
    ensure!(llvm > 0 && clif <= llvm, "{what}: {clif} bytes of code, {llvm} with LLVM");
    Ok(())
}

/// Adds up the sizes of all programs.
fn sum(found: &[Sizes], of: fn(&Sizes) -> [u64; 2]) -> [u64; 2] {
    found.iter().map(of).fold([0, 0], |[llvm, clif], sizes| [llvm + sizes[0], clif + sizes[1]])
}

/// Returns the table of all programs.
fn table(machine: &str, found: &[Sizes]) -> String {
    let row = |name: &str, object: [u64; 2], linked: [u64; 2]| {
        let ratio = |[llvm, clif]: [u64; 2]| clif as f64 / llvm as f64;
        let [llvm, clif] = object;
        format!("| {name} | {llvm} | {clif} | {:.2} | {:.2} |\n", ratio(object), ratio(linked))
    };
    let mut text = format!(
        "bytes of code on {machine}:\n| program | LLVM | clif | ratio | linked |\n|---|---:|---:|---:|---:|\n"
    );
    for sizes in found {
        let _ = write!(text, "{}", row(&sizes.program, sizes.object, sizes.linked));
    }
    let (objects, linked) = (sum(found, |sizes| sizes.object), sum(found, |sizes| sizes.linked));
    text += &row("together", objects, linked);
    let [limit, clif] = sum(found, |sizes| [sizes.limits.object, sizes.object[1]]);
    if limit != objects[0] {
        let _ = write!(text, "with frame pointers, LLVM's objects have {limit} bytes of code: ");
        let _ = writeln!(text, "ours are {:.2} of that", clif as f64 / limit as f64);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_code_is_an_error() {
        assert!(not_larger("it", [10, 10]).is_ok());
        assert!(
            not_larger("it", [10, 11]).unwrap_err().to_string().contains("11 bytes of code, 10 with LLVM")
        );
        assert!(not_larger("it", [0, 0]).is_err(), "no code was found");
    }

    #[test]
    fn the_table_has_ratios() {
        let sizes = |program: &str, object: [u64; 2], linked: [u64; 2], limit| {
            let limits = Limits { object: limit, linked: linked[0] };
            Sizes { program: program.to_owned(), object, linked, limits }
        };
        let found = [sizes("a", [100, 90], [1000, 990], 100), sizes("b", [100, 130], [1000, 1030], 100)];
        let text = table("x", &found);
        assert!(text.contains("| a | 100 | 90 | 0.90 | 0.99 |\n"), "{text}");
        assert!(text.ends_with("| together | 200 | 220 | 1.10 | 1.01 |\n"), "{text}");
        let found = [sizes("a", [100, 110], [1000, 990], 220)];
        assert!(table("x", &found).ends_with("220 bytes of code: ours are 0.50 of that\n"));
    }
}

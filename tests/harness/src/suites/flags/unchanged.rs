//! Tests options that have no effect according to the table: the object is the same. Tests options of the
//! linker: it gets the same arguments as with LLVM.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Result, ensure};
use build_system::files;
use clif_options::{Row, TABLE, Treatment};

use super::{PROGRAM, Setting, text};
use crate::commands::finish;
use crate::suite::{Group, Plan};

/// A crate that most options would affect.
const LIBRARY: &str = "
use std::cell::Cell;
pub static mut COUNTER: [u64; 4] = [1; 4];
static CONSTANT: [u8; 70] = [7; 70];
unsafe extern \"C\" { static environ: *const u8; fn getpid() -> i32; }
thread_local! { static LOCAL: Cell<u32> = const { Cell::new(5) } }
pub fn first(x: u32) -> u32 { match x { 0 => 5, 1 => 9, 2 => 2, 3 => 8, 4 => 77, 5 => 3, 6 => 1, _ => 0 } }
pub fn second(x: u32) -> u32 { match x { 0 => 5, 1 => 9, 2 => 2, 3 => 8, 4 => 77, 5 => 3, 6 => 1, _ => 0 } }
pub fn sum(a: &mut [f32], b: &[f32]) { for (a, b) in a.iter_mut().zip(b) { *a += *b; } }
pub fn boxed(a: Box<u32>, b: &mut u32) -> u32 { *b = *a; *a }
pub fn process() -> (i32, bool) { unsafe { (getpid(), environ.is_null()) } }
pub fn local() -> u32 { LOCAL.with(|local| local.get()) + CONSTANT[3] as u32 }
pub fn never(x: u8) -> u8 { match x { 1 => 2, _ => unsafe { std::hint::unreachable_unchecked() } } }
pub fn half(x: bool) -> [std::mem::MaybeUninit<u8>; 2] { if x { [const { std::mem::MaybeUninit::uninit() }; 2] } else { \
     [std::mem::MaybeUninit::new(1); 2] } }
";
/// The flags that it is compiled with.
const FLAGS: [&str; 6] = [
    "main.rs",
    "--crate-type=lib",
    "-Copt-level=2",
    "-Cdebuginfo=1",
    "-Ccodegen-units=1",
    "--emit=obj=main.o",
];

fn case(row: &Row) -> Option<String> {
    match row.treatment {
        Treatment::NoEffect { .. } => Some(format!("no effect: {}", row.option)),
        Treatment::Linker => Some(format!("linker: {}", row.option)),
        Treatment::Served { .. } | Treatment::Refused { .. } => None,
    }
}

/// Plans a case for each option without effect, and for each option that only affects the linker.
pub fn plan<'a>(set_up: impl FnOnce() -> Result<Setting> + 'a) -> Plan<'a> {
    let set_up = || {
        let setting = set_up()?;
        let plain = object(&setting, "")?;
        let linked = Linked::of(&setting, "")?;
        Ok((setting, plain, linked))
    };
    let check = |(setting, plain, linked): &(Setting, Vec<u8>, Linked), (row, _): &(&Row, String)| {
        row.examples.iter().try_for_each(|example| match row.treatment {
            Treatment::Linker => told_the_same(setting, linked, example),
            _ => same_object(setting, plain, example),
        })
    };
    let rows = TABLE.iter().filter_map(|row| Some((row, case(row)?)));
    Group::new(set_up).cases(rows, |(_, name)| name.clone(), check).in_parallel()
}

fn words(example: &str) -> impl Iterator<Item = &str> {
    // In `-Clink-args=-a -b`, the second word belongs to the argument, because no option of rustc begins like
    // it.
    let mut rest = example;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let is_next = |at: &usize| [" -C", " -Z"].iter().any(|start| rest[*at..].starts_with(start));
        let end = (0..rest.len()).find(is_next).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after.trim_start();
        Some(word)
    })
}

/// Returns the object of the library.
fn object(setting: &Setting, example: &str) -> Result<Vec<u8>> {
    let folder = setting.folder(&format!("object {example}"), LIBRARY)?;
    // The folder is remapped, because debug information contains it.
    let remap = format!("--remap-path-prefix={}=/here", folder.display());
    let outcome = finish(setting.clif(&folder, &FLAGS).arg(remap).args(words(example)))?;
    ensure!(outcome.succeeded(), "{example}: {}", text(&outcome.stderr));
    files::read_file(&folder.join("main.o"))
}

fn same_object(setting: &Setting, plain: &[u8], example: &str) -> Result<()> {
    ensure!(object(setting, example)? == plain, "{example} changes the object");
    Ok(())
}

/// The linker's arguments with both compilers, or the compilers' errors.
#[derive(Debug, PartialEq, Eq)]
struct Linked {
    llvm: Told,
    clif: Told,
}

/// The arguments that a compiler passes to the linker, or its error.
type Told = Result<BTreeSet<String>, String>;

impl Linked {
    fn of(setting: &Setting, example: &str) -> Result<Linked> {
        let folder = setting.folder(&format!("linked {example}"), PROGRAM)?;
        let arguments = ["main.rs", "--print=link-args", "-Clinker=true"];
        let told = |mut command: Command| -> Result<Told> {
            let outcome = finish(command.args(words(example)))?;
            if !outcome.succeeded() {
                return Ok(Err(text(&outcome.stderr)));
            }
            Ok(Ok(text(&outcome.stdout).split(' ').map(without_folders).collect()))
        };
        Ok(Linked {
            llvm: told(setting.llvm(&folder, &arguments))?,
            clif: told(setting.clif(&folder, &arguments))?,
        })
    }
}

/// Removes folders from an argument, which differ between the compilers, and the names of CGUs.
fn without_folders(argument: &str) -> String {
    let argument = argument.trim().trim_matches('"');
    let name = match (argument.split_once('/'), argument.rsplit_once('/')) {
        (Some((start, _)), Some((_, name))) => format!("{start}{name}"),
        _ => argument.to_owned(),
    };
    if name.ends_with(".rcgu.o") { "rcgu.o".to_owned() } else { name }
}

/// Checks that the option adds and removes the same arguments, or causes the same error.
fn told_the_same(setting: &Setting, plain: &Linked, example: &str) -> Result<()> {
    let linked = Linked::of(setting, example)?;
    let change = |plain: &Told, linked: &Told| -> Result<[Vec<String>; 2], String> {
        let (plain, linked) =
            (plain.as_ref().map_err(String::clone)?, linked.as_ref().map_err(String::clone)?);
        Ok([linked.difference(plain).cloned().collect(), plain.difference(linked).cloned().collect()])
    };
    let (llvm, clif) = (change(&plain.llvm, &linked.llvm), change(&plain.clif, &linked.clif));
    ensure!(llvm == clif, "{example}: added and removed with LLVM: {llvm:?}; with Cranelift: {clif:?}");
    Ok(())
}

//! Damages files of the incremental cache between two builds of the same program.
//!
//! Each file of the session (two objects, the dependency graph, the query cache, the list of work products,
//! and so on) is emptied, cut in half, replaced by garbage of the same length, or removed. Then the program
//! is built again. Either the program is right, or the compiler ends with status 1 and one error that names
//! the file or folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use build_system::files::{self, Mode};

use crate::commands;
use crate::synthetic::{Workplace, files_below};

/// The kind of damage.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Emptied,
    CutInHalf,
    Garbage,
    Removed,
}

const DAMAGES: [Damage; 4] = [Damage::Emptied, Damage::CutInHalf, Damage::Garbage, Damage::Removed];
/// How many of the objects are damaged, one at a time.
const OBJECTS: usize = 2;

const SOURCE: &str = "mod one { pub fn f(x: u64) -> u64 { x * 3 } }\n\
                      mod two { pub fn f(x: u64) -> String { format!(\"{x} {:?}\", vec![x; 2]) } }\n\
                      fn main() { println!(\"{}\", two::f(one::f(14))); }\n";
const OUTPUT: &str = "42 [42, 42]\n";
/// The flags: none, and those for every kind of file that the cache can have for a CGU.
const FLAGS: [&[&str]; 2] = [
    &["main.rs", "-Cincremental=cache", "-Cdebuginfo=2", "-o", "main"],
    &[
        "main.rs",
        "-Cincremental=cache",
        "-Cdebuginfo=2",
        "-Zunstable-options",
        "-Csplit-debuginfo=unpacked",
        "-Ccodegen-units=1",
        "--emit=link=main,llvm-ir=main.ll,asm=main.s",
    ],
];
/// The kinds of files that belong to CGUs.
const OF_CGUS: [&str; 4] = ["o", "dwo", "ll", "s"];

/// Damages each file in each way, and rebuilds.
pub fn damaged_cache(place: &Workplace) -> Result<()> {
    place.write("main.rs", SOURCE)?;
    let mut failures = Vec::new();
    for (flags, is_chosen) in FLAGS.into_iter().zip([is_chosen_of_all, is_of_cgu]) {
        let (cache, whole) = (place.folder.join("cache"), place.folder.join("whole cache"));
        files::remove(&cache)?;
        files::remove(&whole)?;
        place.compile(flags)?;
        ensure!(place.run("main")? == OUTPUT, "the program is wrong before any damage");
        copy_folder(&cache, &whole)?;
        for file in damageable(&whole, is_chosen)? {
            for damage in DAMAGES {
                files::remove(&cache)?;
                copy_folder(&whole, &cache)?;
                apply(damage, &cache.join(&file))?;
                if let Err(error) = rebuild(place, flags, &file) {
                    failures.push(format!("\n  {} {damage:?}: {error:#}", file.display()));
                }
            }
        }
    }
    ensure!(failures.is_empty(), "{}", failures.concat());
    Ok(())
}

/// Checks that the rebuild works or fails with a clear error. With `-Zincremental-info`, a damaged CGU is
/// reported to be compiled again.
fn rebuild(place: &Workplace, flags: &[&str], damaged: &Path) -> Result<()> {
    for name in ["main", "main.ll", "main.s"] {
        files::remove(&place.folder.join(name))?;
    }
    let outcome = commands::finish(place.rustc(flags).arg("-Zincremental-info"))?;
    let messages = String::from_utf8_lossy(&outcome.stderr);
    // All messages except the statistics.
    let messages: String = messages.split_inclusive('\n').filter(|line| !line.starts_with("[inc")).collect();
    let is_of_cgu = is_of_cgu(damaged);
    if outcome.succeeded() {
        let output = place.run("main").context("the program")?;
        ensure!(output == OUTPUT, "the program prints {output:?}, the compiler {messages:?}");
        // rustc itself reports missing files.
        let again = messages.matches("is compiled again: ").count()
            + messages.matches("could not find file for work product").count();
        ensure!(!is_of_cgu || again == 1, "{again} CGUs were compiled again: {messages}");
        for name in ["main.ll", "main.s"].iter().filter(|name| flags.iter().any(|flag| flag.contains(*name)))
        {
            let text = files::read_text(&place.folder.join(name))?;
            ensure!(text.contains("codegen unit ") && text.ends_with('\n'), "{name} is {text:?}");
        }
        return Ok(());
    }
    ensure!(!is_of_cgu, "a CGU cannot be compiled again: {messages}");
    let errors =
        messages.lines().filter(|line| line.starts_with("error: ") && !line.contains("aborting due to"));
    ensure!(
        outcome.status.and_then(|status| status.code()) == Some(1) && errors.count() == 1,
        "the compiler ends with {}: {messages}",
        outcome.status_text()
    );
    ensure!(messages.contains("cache"), "the error does not name the file or folder: {messages}");
    ensure!(!place.folder.join("main").exists(), "there is a program in spite of the error: {messages}");
    Ok(())
}

fn is_of_cgu(file: &Path) -> bool {
    OF_CGUS.iter().any(|extension| file.extension().is_some_and(|found| found == *extension))
}

/// Selects every file of the session but locks.
fn is_chosen_of_all(file: &Path) -> bool {
    file.extension().is_none_or(|extension| extension != "lock")
}

/// Returns the files to damage. At most [`OBJECTS`] of them are objects.
fn damageable(cache: &Path, is_chosen: fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let is_object = |path: &PathBuf| path.extension().is_some_and(|found| found == "o");
    let found = files_below(cache)?;
    for name in ["dep-graph.bin", "query-cache.bin", "work-products.bin"] {
        if !found.iter().any(|path| path.ends_with(name)) {
            bail!("the cache does not contain {name}: {found:?}");
        }
    }
    let chosen = found.into_iter().filter(|path| is_chosen(path));
    let (objects, others): (Vec<PathBuf>, Vec<PathBuf>) = chosen.partition(is_object);
    ensure!(!objects.is_empty(), "the cache has no objects");
    Ok(objects.into_iter().take(OBJECTS).chain(others).collect())
}

fn apply(damage: Damage, file: &Path) -> Result<()> {
    let bytes = files::read_file(file)?;
    let damaged = match damage {
        Damage::Removed => return files::remove(file),
        Damage::Emptied => Vec::new(),
        Damage::CutInHalf => half(&bytes),
        Damage::Garbage => (0..bytes.len()).map(|index| (index * 37 + 11) as u8).collect(),
    };
    files::write_file(file, &damaged, Mode::Plain)
}

/// Returns the first half, which ends with a line if there is one: lines of a text may all be whole.
fn half(bytes: &[u8]) -> Vec<u8> {
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
    let length = half.iter().rposition(|&byte| byte == b'\n').map_or(half.len(), |position| position + 1);
    half.get(..length).unwrap_or_default().to_vec()
}

/// Copies a folder. Modification times do not matter here.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        let target = to.join(&file);
        files::create_folder(target.parent().unwrap_or(to))?;
        fs::copy(from.join(&file), &target).with_context(|| format!("cannot create {}", target.display()))?;
    }
    Ok(())
}

//! Files of the incremental cache are damaged between two builds of the same program.
//!
//! Each file of the session (two objects, the dependency graph, the query cache, the list of work products, and so on)
//! is emptied, cut in half, replaced by garbage of the same length, and removed; then the program is built again. It has
//! to be right, or the compiler has to say in one error which file or folder is at fault and end with status 1.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::files::{self, Mode};
use crate::test::commands;
use crate::test::made_up::{Workplace, files_below};

/// What is done to a file.
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
const FLAGS: [&str; 5] = ["main.rs", "-Cincremental=cache", "-Cdebuginfo=2", "-o", "main"];

/// See the module.
pub fn damaged_cache(place: &Workplace) -> Result<()> {
    place.write("main.rs", SOURCE)?;
    place.compile(&FLAGS)?;
    ensure!(place.run("main")? == OUTPUT, "the program is wrong before anything was damaged");
    let (cache, whole) = (place.folder.join("cache"), place.folder.join("whole cache"));
    copy_folder(&cache, &whole)?;
    let mut failures = Vec::new();
    for file in damageable(&whole)? {
        for damage in DAMAGES {
            files::remove(&cache)?;
            copy_folder(&whole, &cache)?;
            apply(damage, &cache.join(&file))?;
            if let Err(error) = rebuild(place) {
                failures.push(format!("\n  {} {damage:?}: {error:#}", file.display()));
            }
        }
    }
    ensure!(failures.is_empty(), "{}", failures.concat());
    Ok(())
}

/// Right, or an error that is clear.
fn rebuild(place: &Workplace) -> Result<()> {
    files::remove(&place.folder.join("main"))?;
    let outcome = commands::finish(&mut place.rustc(&FLAGS))?;
    let messages = String::from_utf8_lossy(&outcome.stderr);
    if outcome.succeeded() {
        let output = place.run("main").context("the program")?;
        ensure!(output == OUTPUT, "the program prints {output:?}; the compiler said {messages:?}");
        return Ok(());
    }
    let errors =
        messages.lines().filter(|line| line.starts_with("error: ") && !line.contains("aborting due to"));
    ensure!(
        outcome.status.and_then(|status| status.code()) == Some(1) && errors.count() == 1,
        "the compiler ends with {}: {messages}",
        outcome.status_text()
    );
    ensure!(messages.contains("cache"), "the error does not name the file or folder: {messages}");
    ensure!(!place.folder.join("main").exists(), "a program was left: {messages}");
    Ok(())
}

/// Every file of the session but most of the objects, and locks.
fn damageable(cache: &Path) -> Result<Vec<PathBuf>> {
    let is = |path: &Path, extension: &str| path.extension().is_some_and(|found| found == extension);
    let found = files_below(cache)?;
    let (objects, others): (Vec<PathBuf>, Vec<PathBuf>) = found.into_iter().partition(|path| is(path, "o"));
    ensure!(objects.len() > OBJECTS, "the cache has too few objects: {objects:?}");
    let others = others.into_iter().filter(|path| !is(path, "lock"));
    let chosen: Vec<PathBuf> = objects.into_iter().take(OBJECTS).chain(others).collect();
    for name in ["dep-graph.bin", "query-cache.bin", "work-products.bin"] {
        if !chosen.iter().any(|path| path.ends_with(name)) {
            bail!("there is no {name} in the cache: {chosen:?}");
        }
    }
    Ok(chosen)
}

fn apply(damage: Damage, file: &Path) -> Result<()> {
    let bytes = files::read_file(file)?;
    let damaged = match damage {
        Damage::Removed => return files::remove(file),
        Damage::Emptied => Vec::new(),
        Damage::CutInHalf => bytes[..bytes.len() / 2].to_vec(),
        Damage::Garbage => (0..bytes.len()).map(|index| (index * 37 + 11) as u8).collect(),
    };
    files::write_file(file, &damaged, Mode::Plain)
}

/// With modification times that do not matter here.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        let target = to.join(&file);
        files::create_folder(target.parent().unwrap_or(to))?;
        fs::copy(from.join(&file), &target).with_context(|| format!("cannot create {}", target.display()))?;
    }
    Ok(())
}

//! Tests that the same input gives the same bytes with any number of threads.
//!
//! A crate with 16 CGUs is compiled with a jobserver of 1, 2 and 8 tokens, with `-Zno-parallel-backend`, and
//! incrementally; some of these twice. The jobserver is a pipe like make's, and `CLIF_THREADS=8` is set
//! because the machine may have fewer cores. All objects are compared byte by byte. The backend's trace
//! (`CLIF_TRACE`) shows how many threads actually worked, and the pipe shows whether all tokens were
//! returned.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use build_system::files;

use crate::commands;
use crate::jobserver::Jobserver;
use crate::synthetic::{LARGE_ROOT, Workplace, files_below, write_large};
use crate::trace::Trace;

/// A way of compiling the crate.
struct Variant {
    name: &'static str,
    /// The number of tokens, including the implicit one.
    tokens: usize,
    flags: &'static [&'static str],
    /// How many threads must have worked, not counting lowering.
    workers: std::ops::RangeInclusive<usize>,
}

const PARALLEL: usize = 8;
const WHOLE: [Variant; 5] = [
    Variant { name: "1 token", tokens: 1, flags: &[], workers: 1..=1 },
    Variant { name: "2 tokens", tokens: 2, flags: &[], workers: 1..=2 },
    Variant { name: "8 tokens", tokens: PARALLEL, flags: &[], workers: 3..=PARALLEL },
    Variant { name: "8 tokens again", tokens: PARALLEL, flags: &[], workers: 3..=PARALLEL },
    Variant {
        name: "no parallel backend",
        tokens: PARALLEL,
        flags: &["-Zno-parallel-backend"],
        workers: 0..=0,
    },
];
const INCREMENTAL: [Variant; 3] = [
    Variant { name: "incremental, 1 token", tokens: 1, flags: &["-Cincremental=one"], workers: 1..=1 },
    Variant {
        name: "incremental, 8 tokens",
        tokens: PARALLEL,
        flags: &["-Cincremental=two"],
        workers: 3..=PARALLEL,
    },
    // All CGUs are reused.
    Variant {
        name: "incremental again",
        tokens: PARALLEL,
        flags: &["-Cincremental=two"],
        workers: 1..=PARALLEL,
    },
];
/// The least number of objects in each of the two groups.
const LEAST_OBJECTS: usize = 12;

/// Objects, by the names of their CGUs.
type Objects = BTreeMap<String, Vec<u8>>;

/// Compiles the crate in all ways and compares the objects.
pub fn same_bytes(place: &Workplace) -> Result<()> {
    write_large(place, 4, 3, 0)?;
    for variants in [&WHOLE[..], &INCREMENTAL] {
        let mut first: Option<Objects> = None;
        for variant in variants {
            let objects = compile(place, variant).map_err(|error| error.context(variant.name))?;
            ensure!(objects.len() >= LEAST_OBJECTS, "{}: only {} objects", variant.name, objects.len());
            match &first {
                None => first = Some(objects),
                Some(first) => compare(first, &objects)
                    .map_err(|error| error.context(format!("{} and {}", variants[0].name, variant.name)))?,
            }
        }
    }
    Ok(())
}

fn compile(place: &Workplace, variant: &Variant) -> Result<Objects> {
    let (output, trace) = (place.folder.join("objects"), place.folder.join("trace"));
    files::remove(&output)?;
    files::remove(&trace)?;
    files::create_folder(&output)?;
    let jobserver = Jobserver::create(&place.folder.join("tokens"), variant.tokens - 1)?;
    // Only objects are compared, so the program is not linked.
    let flags =
        ["--crate-type=lib", "-Ccodegen-units=16", "-Cdebuginfo=2", "-Csave-temps", "--out-dir=objects"];
    let mut command = place.rustc(&[&[LARGE_ROOT, "--emit=link"], &flags[..], variant.flags].concat());
    command.env("MAKEFLAGS", jobserver.flags()).env("CLIF_THREADS", PARALLEL.to_string());
    commands::succeed(command.env("CLIF_TRACE", &trace))?;
    let free = jobserver.free()?;
    ensure!(free == variant.tokens - 1, "{free} of {} tokens were returned", variant.tokens - 1);
    let workers = Trace::parse(&files::read_text(&trace)?)?.workers_beside_lowering();
    ensure!(variant.workers.contains(&workers), "{workers} workers; expected {:?}", variant.workers);
    let objects = files_below(&output)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "o"));
    objects.map(|path| Ok((cgu_of(&path), files::read_file(&output.join(path))?))).collect()
}

/// Returns the name of an object's CGU. Incremental objects are called `CRATE.CGU.INVOCATION.rcgu.o`, with a
/// new number each time; others are called `CRATE.CGU.rcgu.o`, where the CGU's name may contain a dot.
fn cgu_of(path: &Path) -> String {
    let name = files::name_of(path);
    let name = name.strip_suffix(".rcgu.o").unwrap_or(&name);
    match name.rsplit_once('.') {
        Some((cgu, _)) if !name.contains("-cgu.") => cgu.to_owned(),
        _ => name.to_owned(),
    }
}

fn compare(first: &Objects, second: &Objects) -> Result<()> {
    let names = |objects: &Objects| objects.keys().cloned().collect::<Vec<_>>();
    ensure!(names(first) == names(second), "other objects: {:?} and {:?}", names(first), names(second));
    for (name, bytes) in first {
        let place = bytes.iter().zip(&second[name]).position(|(left, right)| left != right);
        ensure!(*bytes == second[name], "{name} differs at byte {place:?}");
    }
    Ok(())
}

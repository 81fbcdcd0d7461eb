//! Makes many kinds of edits to `tests/incremental`, one after the other.
//!
//! After each edit, the program of the incremental build must print the same as that of a build from scratch,
//! and the expected line. `-Zprint-mono-items` tells which CGUs were reused. None may be reused when flags
//! changed. Otherwise some must be, or the edit would show nothing about reuse.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use build_system::files;

use crate::synthetic::Workplace;

/// The files of the program.
const FILES: [&str; 4] = ["main.rs", "parts.rs", "shapes.rs", "dependency.rs"];

/// The CGUs that are reused after an edit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reuse {
    /// At least one, but not all.
    Some,
    /// All: the edit changes no compiled code.
    All,
    /// None.
    None,
}

/// A step.
struct Edit {
    name: &'static str,
    /// The file, the text to replace, and the new text.
    changes: &'static [(&'static str, &'static str, &'static str)],
    /// The flags from now on. `None` if they do not change.
    flags: Option<&'static [&'static str]>,
    reuse: Reuse,
    /// A line that the program then prints.
    line: &'static str,
}

/// Returns a step that edits one place.
const fn edit(
    name: &'static str,
    changes: &'static [(&'static str, &'static str, &'static str)],
    reuse: Reuse,
    line: &'static str,
) -> Edit {
    Edit { name, changes, flags: None, reuse, line }
}

/// Returns a step that changes the flags.
const fn flags(name: &'static str, flags: &'static [&'static str], line: &'static str) -> Edit {
    Edit { name, changes: &[], flags: Some(flags), reuse: Reuse::None, line }
}

/// All steps, in order.
const EDITS: [Edit; 20] = [
    edit("nothing", &[], Reuse::All, "body 41"),
    edit("body", &[("parts.rs", "x * 2 + 1", "x * 3 + 1")], Reuse::Some, "body 61"),
    edit(
        "signature",
        &[(
            "parts.rs",
            "with_signature(x: u32) -> u32 {\n    x + 10",
            "with_signature(x: u64) -> u64 {\n    x + 11",
        )],
        Reuse::Some,
        "signature 17",
    ),
    edit(
        "new function",
        &[("parts.rs", "x * 3 + 1\n}", "x * 3 + added()\n}\n\nfn added() -> u32 {\n    5\n}")],
        Reuse::Some,
        "body 65",
    ),
    edit(
        "removed function",
        &[("parts.rs", "x * 3 + added()\n}\n\nfn added() -> u32 {\n    5\n}", "x * 3 + 2\n}")],
        Reuse::Some,
        "body 62",
    ),
    edit("generic function", &[("parts.rs", "* 100", "* 200")], Reuse::Some, "generic 600 800"),
    edit("inline function", &[("parts.rs", "x + 1000", "x + 2000")], Reuse::Some, "inline 2005"),
    edit("static's value", &[("parts.rs", "[1, 2, 3, 4]", "[1, 2, 3, 40]")], Reuse::Some, "static 46"),
    edit("constant", &[("parts.rs", "\"first\"", "\"second\"")], Reuse::Some, "constant second"),
    edit(
        "private type's layout",
        &[
            ("shapes.rs", "small: u8", "small: [u8; 9]"),
            ("shapes.rs", "small: 1", "small: [1; 9]"),
            ("shapes.rs", "value.small", "value.small.len()"),
        ],
        Reuse::Some,
        "layout 24 9 2",
    ),
    edit(
        "method",
        &[("shapes.rs", "self.width * self.height", "self.width + self.height")],
        Reuse::Some,
        "method 7",
    ),
    edit(
        "trait implementation",
        &[("shapes.rs", "\"shape\".to_owned()", "\"figure\".to_owned()")],
        Reuse::Some,
        "trait figure",
    ),
    edit("closure", &[("main.rs", "|x| x + 1", "|x| x + 2")], Reuse::Some, "closure 43"),
    edit(
        "doc comment",
        &[("parts.rs", "//! Functions and data.", "//! Functions, and data.")],
        Reuse::All,
        "body 62",
    ),
    edit(
        "attribute",
        &[("parts.rs", "pub fn body", "#[inline(never)]\npub fn body")],
        Reuse::Some,
        "body 62",
    ),
    edit("dependency's function", &[("dependency.rs", "x + 7\n", "x + 8\n")], Reuse::All, "dependency 15 77"),
    edit(
        "dependency's generic function",
        &[("dependency.rs", "+ 70", "+ 80")],
        Reuse::Some,
        "dependency 15 87",
    ),
    flags("overflow checks", &["-Coverflow-checks=off"], "overflow true"),
    flags("optimisation", &["-Coverflow-checks=off", "-Copt-level=1"], "overflow true"),
    flags("debug information", &["-Coverflow-checks=on", "-Cdebuginfo=2"], "overflow false"),
];

/// Makes all edits and checks each.
pub fn edits(place: &Workplace) -> Result<()> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../incremental");
    for file in FILES {
        place.write(file, &files::read_text(&sources.join(file))?)?;
    }
    let mut flags: &[&str] = &[];
    build(place, "cache", "first", flags)?;
    let mut printed = place.run("first")?;
    for edit in &EDITS {
        for (file, from, to) in edit.changes {
            let text = files::read_text(&place.folder.join(file))?;
            ensure!(
                text.matches(from).count() == 1,
                "{}: {file} does not contain {from:?} exactly once",
                edit.name
            );
            place.write(file, &text.replace(from, to))?;
        }
        flags = edit.flags.unwrap_or(flags);
        printed = check(place, edit, flags, &printed).with_context(|| format!("edit: {}", edit.name))?;
    }
    Ok(())
}

/// Builds incrementally and from scratch, and compares. Returns the program's output.
fn check(place: &Workplace, edit: &Edit, flags: &[&str], before: &str) -> Result<String> {
    let messages = build(place, "cache", "incremental", flags)?;
    let reused =
        messages.lines().filter(|line| line.starts_with("CGU_REUSE") && !line.ends_with(" No")).count();
    let compiled =
        messages.lines().filter(|line| line.starts_with("CGU_REUSE") && line.ends_with(" No")).count();
    let as_expected = match edit.reuse {
        Reuse::Some => reused > 0 && compiled > 0,
        Reuse::All => reused > 0 && compiled == 0,
        Reuse::None => reused == 0 && compiled > 0,
    };
    ensure!(as_expected, "{reused} CGUs were reused, {compiled} compiled; expected {:?}", edit.reuse);
    files::remove(&place.folder.join("fresh cache"))?;
    build(place, "fresh cache", "fresh", flags)?;
    let (incremental, fresh) = (place.run("incremental")?, place.run("fresh")?);
    ensure!(
        incremental == fresh,
        "the program of a fresh build prints {fresh:?}, the incremental one {incremental:?}"
    );
    ensure!(fresh.lines().any(|line| line == edit.line), "{:?} is not in {fresh:?}", edit.line);
    let changes_output = edit.reuse == Reuse::Some && edit.name != "attribute";
    ensure!(!changes_output || fresh != before, "the edit does not change the output");
    Ok(fresh)
}

/// Builds the dependency and the program. Returns rustc's messages about CGUs of the program.
fn build(place: &Workplace, cache: &str, program: &str, flags: &[&str]) -> Result<String> {
    let cache = format!("-Cincremental={cache}");
    let dependency = ["dependency.rs", "--crate-type=lib", "-Cmetadata=dependency", &cache];
    place.compile(&[&dependency[..], flags].concat())?;
    let main =
        ["main.rs", "--extern=dependency=libdependency.rlib", "-Zquery-dep-graph", "-Zprint-mono-items"];
    place.compile(&[&main[..], &[&cache, "-o", program], flags].concat())
}

//! The case `golden/kinds`: checks that every kind of MIR construct has a golden file that shows its CLIF, or
//! a reason why not.
//!
//! `tests/golden/kinds.txt` is the table. The MIR of each golden file must contain the text in the table. The
//! enums in the compiler's sources, if they are available (in Debian's packages and in rustup's rustc-dev),
//! must have no variant that is missing in the table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use build_system::files;
use build_system::parallel;

use crate::commands::succeed;

/// The name of the case.
pub const NAME: &str = "kinds";
/// The table.
const TABLE: &str = "kinds.txt";
/// The enums: a source file of the compiler, and their names in it.
const ENUMS: [(&str, &[&str]); 3] = [
    (
        "rustc_middle/src/mir/syntax.rs",
        &[
            "TerminatorKind",
            "UnwindAction",
            "UnwindTerminateReason",
            "AssertKind",
            "InlineAsmOperand",
            "StatementKind",
            "NonDivergingIntrinsic",
            "Rvalue",
            "RawPtrKind",
            "CastKind",
            "BinOp",
            "UnOp",
            "AggregateKind",
            "ProjectionElem",
            "Operand",
            "RuntimeChecks",
        ],
    ),
    ("rustc_middle/src/ty/adjustment.rs", &["PointerCoercion"]),
    ("rustc_abi/src/extern_abi.rs", &["ExternAbi"]),
];
/// The enum whose variants are looked for in the golden file's source instead of its MIR.
const CONVENTIONS: &str = "ExternAbi";

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row<'a> {
    /// `ENUM::VARIANT`
    kind: &'a str,
    /// The golden file, and the text in its MIR. `None` if a reason is given instead.
    place: Option<(&'a str, &'a str)>,
}

/// Checks the table. `sysroot` is the compiler's.
pub fn check(compiler: &Path, folder: &Path, sysroot: &Path) -> Result<()> {
    let text = files::read_text(&folder.join(TABLE))?;
    let rows = rows(&text)?;
    let mut wrong = absent(&rows, compiler, folder)?;
    for sources in ["src/rustc-1.96.0/compiler", "lib/rustlib/rustc-src/rust/compiler"] {
        let sources = sysroot.join(sources);
        if sources.is_dir() {
            wrong.extend(unlisted(&rows, &sources)?);
            break;
        }
    }
    if !wrong.is_empty() {
        bail!("{}:\n    {}", folder.join(TABLE).display(), wrong.join("\n    "));
    }
    Ok(())
}

/// Parses the table.
fn rows(text: &str) -> Result<Vec<Row<'_>>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split(" | ").collect::<Vec<_>>()[..] {
            [kind, "none", _reason] => Ok(Row { kind, place: None }),
            [kind, name, text] => Ok(Row { kind, place: Some((name, text)) }),
            _ => bail!("expected ENUM::VARIANT | NAME | TEXT: {line}"),
        })
        .collect()
}

/// Returns the rows whose text is not in the golden file.
fn absent(rows: &[Row<'_>], compiler: &Path, folder: &Path) -> Result<Vec<String>> {
    let names: BTreeSet<&str> = rows.iter().filter_map(|row| Some(row.place?.0)).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut texts = BTreeMap::new();
    for (name, mir) in names.iter().zip(parallel::map(&names, |name| mir(compiler, folder, name))) {
        let source = files::read_text(&folder.join(format!("{name}.rs")))?;
        texts.insert(*name, (mir.with_context(|| format!("cannot get the MIR of {name}.rs"))?, source));
    }
    let mut wrong = Vec::new();
    for row in rows {
        let Some((name, text)) = row.place else { continue };
        let has = texts.get(name).is_some_and(|(mir, source)| {
            if row.kind.starts_with(CONVENTIONS) { source.contains(text) } else { mir.contains(text) }
        });
        if !has {
            wrong.push(format!("{}: {name}.rs does not contain {text:?}", row.kind));
        }
    }
    Ok(wrong)
}

/// Returns the MIR of a golden file.
fn mir(compiler: &Path, folder: &Path, name: &str) -> Result<String> {
    let mut command = Command::new(compiler);
    super::golden::flags(&mut command);
    command.current_dir(folder).args(["--emit=mir=-", &format!("{name}.rs")]).env("RUSTC_BOOTSTRAP", "1");
    Ok(succeed(&mut command)?.0)
}

/// Returns the variants that are missing in the table, and the rows for variants that do not exist.
fn unlisted(rows: &[Row<'_>], sources: &Path) -> Result<Vec<String>> {
    let listed: BTreeSet<String> = rows.iter().map(|row| row.kind.to_owned()).collect();
    let mut existing = BTreeSet::new();
    for (file, enums) in ENUMS {
        let text = files::read_text(&sources.join(file))?;
        for name in enums {
            let variants = variants(&text, name);
            if variants.is_empty() {
                bail!("{file} has no enum {name}");
            }
            existing.extend(variants.into_iter().map(|variant| format!("{name}::{variant}")));
        }
    }
    let missing = existing.difference(&listed).map(|kind| format!("{kind} is not listed"));
    let unknown = listed.difference(&existing).map(|kind| format!("{kind} does not exist"));
    Ok(missing.chain(unknown).collect())
}

/// Returns the variants of an enum: the words with a capital letter at the first level of indentation.
fn variants(text: &str, name: &str) -> Vec<String> {
    let begins = |line: &&str| {
        let rest = line.strip_prefix("pub enum ").and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with([' ', '<']))
    };
    let body =
        text.lines().skip_while(|line| !begins(line)).skip(1).take_while(|line| !line.starts_with('}'));
    let names = body.filter_map(|line| line.strip_prefix("    "));
    names
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let found = rows("# x\n\nA::B | file | some text\nA::C | none | a reason\n").unwrap();
        let expected =
            [Row { kind: "A::B", place: Some(("file", "some text")) }, Row { kind: "A::C", place: None }];
        assert_eq!(found, expected);
        assert!(rows("A::B | file\n").is_err());
    }

    #[test]
    fn variants_are_found_in_their_enum_only() {
        let text = "pub enum KindOf {\n    Not,\n}\npub enum Kind<'a> {\n    /// Text\n    One,\n    Two(u8),\n    \
                    Three {\n        Field: u8,\n    },\n}\nenum Other {\n    Four,\n}\n";
        assert_eq!(variants(text, "Kind"), ["One", "Two", "Three"]);
        assert!(variants(text, "Absent").is_empty());
    }

    #[test]
    fn what_is_not_listed_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for (file, enums) in ENUMS {
            let text: String =
                enums.iter().map(|name| format!("pub enum {name} {{\n    One,\n}}\n")).collect();
            files::write_file(&folder.path().join(file), text.as_bytes(), files::Mode::Plain).unwrap();
        }
        let kinds: Vec<String> =
            ENUMS.iter().flat_map(|(_, enums)| enums.iter().map(|name| format!("{name}::One"))).collect();
        let all: Vec<Row<'_>> = kinds.iter().map(|kind| Row { kind, place: None }).collect();
        assert!(unlisted(&all, folder.path()).unwrap().is_empty());
        assert_eq!(unlisted(&all[1..], folder.path()).unwrap(), [format!("{} is not listed", kinds[0])]);
    }
}

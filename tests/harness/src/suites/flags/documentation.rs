//! Checks that the table of options is complete, that each row names an existing test, and that
//! `docs/flags.md` matches the table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};
use clif_options::{FRONT_END, Row, TABLE, Treatment};

use super::{PROGRAM, Setting};
use crate::commands::succeed;
use crate::context::Context;
use crate::suite::Group;
use crate::suites::SUITES;

/// The case that compares the table with the compiler's options.
const COMPLETE: &str = "table: every option of the compiler";
/// The case that looks for the tests.
const TESTED: &str = "table: every row has a test";
/// The case that compares the page with the table.
const PAGE: &str = "table: docs/flags.md";
/// The variable that makes the case rewrite the page.
const BLESS: &str = "BLESS";
/// The line before the README's list of refused options.
const LIST_START: &str = "<!-- refused flags: BLESS=1 ./y.sh test flags/table -->";
/// The line after it.
const LIST_END: &str = "<!-- end -->";
/// The line length of lists.
const WIDTH: usize = 116;
/// The README.
const README: &str = "README.md";
/// The page.
const PATH: &str = "docs/flags.md";

/// Adds the cases of the table itself.
pub fn cases<'a>(context: &'a Context<'a>, group: Group<'a, Setting>) -> Group<'a, Setting> {
    group.case(COMPLETE, complete).case(TESTED, |_| tested(context)).case(PAGE, |_| documented(context))
}

/// Returns the options that `-C help` and `-Z help` list.
fn options(setting: &Setting) -> Result<BTreeSet<String>> {
    let folder = setting.folder("help", PROGRAM)?;
    let mut options = BTreeSet::new();
    for kind in ["-C", "-Z"] {
        let (help, _) = succeed(&mut setting.clif(&folder, &[kind, "help"]))?;
        for line in help.lines() {
            let mut words = line.split_whitespace();
            if let (Some(first), Some(option)) = (words.next(), words.next())
                && first == kind
                && line.contains(" -- ")
            {
                options.insert(format!("{kind}{}", option.split('=').next().unwrap_or_default()));
            }
        }
    }
    Ok(options)
}

/// Checks that no option is missing or unknown, that none is in both lists, and that both are sorted.
fn complete(setting: &Setting) -> Result<()> {
    let options = options(setting)?;
    ensure!(options.len() > 250, "only {} options", options.len());
    let listed = || FRONT_END.iter().copied().chain(TABLE.iter().map(|row| row.option));
    let names: BTreeSet<String> = listed().map(str::to_owned).collect();
    let missing: Vec<_> = options.difference(&names).collect();
    let extra: Vec<_> = names.difference(&options).collect();
    ensure!(missing.is_empty() && extra.is_empty(), "missing: {missing:?}; unknown to rustc: {extra:?}");
    let twice = TABLE.iter().find(|row| FRONT_END.contains(&row.option));
    ensure!(twice.is_none(), "{twice:?} is in both lists");
    ensure!(FRONT_END.is_sorted() && TABLE.is_sorted_by_key(|row| row.option), "a list is not sorted");
    Ok(())
}

/// Checks that every served row names an existing suite or case, and that the others have examples.
fn tested<'a>(context: &'a Context<'a>) -> Result<()> {
    for row in TABLE {
        match row.treatment {
            Treatment::Served { test, .. } => {
                let (suite, case) = test.split_once('/').unwrap_or((test, ""));
                let found = SUITES.iter().find(|known| known.name == suite);
                ensure!(found.is_some(), "{}: the suite {suite} does not exist", row.option);
                let plan = found.map(|suite| (suite.plan)(context)).transpose()?;
                ensure!(
                    case.is_empty() || plan.is_some_and(|plan| plan.names().any(|name| name == case)),
                    "{}: no {test}",
                    row.option
                );
            }
            Treatment::Refused { way_out, .. } => {
                ensure!(!way_out.is_empty() && has_examples(row), "{} has no example", row.option);
            }
            Treatment::NoEffect { why } => {
                ensure!(!why.is_empty() && has_examples(row), "{} has no example", row.option);
            }
            Treatment::Linker => ensure!(has_examples(row), "{} has no example", row.option),
        }
    }
    Ok(())
}

/// Whether the row has examples. Options that need a sanitizer or another machine cannot have one.
fn has_examples(row: &Row) -> bool {
    !row.examples.is_empty() || row.option.starts_with("-Zsanitizer-") || row.option == "-Zbranch-protection"
}

/// Compares the page and the README's list with the table, or rewrites them.
fn documented(context: &Context<'_>) -> Result<()> {
    let bless = std::env::var_os(BLESS).is_some_and(|value| !value.is_empty() && value != "0");
    let readme = files::read_text(&context.layout.clone.join(README))?;
    let (before, rest) = readme.split_once(LIST_START).context("the README has no list of refused flags")?;
    let (_, after) = rest.split_once(LIST_END).context("the README's list of refused flags has no end")?;
    let readme = format!("{before}{LIST_START}{}{LIST_END}{after}", readme_list());
    for (name, expected) in [(PATH, page()), (README, readme)] {
        let path = context.layout.clone.join(name);
        if bless {
            files::write_file(&path, expected.as_bytes(), Mode::Plain)?;
        }
        let is_right = files::read_text(&path)? == expected;
        ensure!(
            is_right,
            "{name} does not match the table; rewrite it with {BLESS}=1 ./y.sh test flags/table"
        );
    }
    Ok(())
}

/// Returns the README's list of refused options.
fn readme_list() -> String {
    let mut options: Vec<String> = Vec::new();
    for row in TABLE.iter().filter(|row| matches!(row.treatment, Treatment::Refused { .. })) {
        let start = if is_partly_served(row) { "some uses of " } else { "" };
        let option = format!("{start}`{}`", row.option);
        if !options.contains(&option) {
            options.push(option);
        }
    }
    let text = format!(
        "- {}, `--emit=llvm-bc`; [docs/flags.md](docs/flags.md) lists every option;",
        options.join(", ")
    );
    let mut lines = String::from("\n");
    let mut line = String::new();
    for word in text.split(' ') {
        if line.len() + word.len() > WIDTH {
            let _ = writeln!(lines, "{}", line.trim_end());
            line = String::from("  ");
        }
        line.push_str(word);
        line.push(' ');
    }
    let _ = writeln!(lines, "{}", line.trim_end());
    lines
}

/// Whether the table has a row that serves some uses of the option.
fn is_partly_served(row: &Row) -> bool {
    TABLE.iter().filter(|other| other.option == row.option).count() > 1
}

/// Returns the text of `docs/flags.md`.
fn page() -> String {
    let mut text = String::from(
        "# Flags\n\nWhat this backend does with every `-C` and `-Z` option of rustc 1.96.0. This page is generated from\n\
         `src/options/src/lib.rs` (`BLESS=1 ./y.sh test flags/table`). The suite `flags` checks\n\
         that the table is complete. Each served row names its test.\n\n",
    );
    text.push_str(
        "## Refused\n\nOne error names the option, before any file is written. `-Clinker-plugin-lto` can be refused later: \
         if there is no\n`--crate-type`, it depends on the crate's source. Commands without codegen (`check`, `--print`) \
         accept all options.\n\n| option | in the message | what to do |\n|---|---|---|\n",
    );
    for row in TABLE {
        if let Treatment::Refused { what, way_out } = row.treatment {
            let what = what.replace("{value}", "...");
            let _ = writeln!(text, "| `{}` | {what} | {way_out} |", row.option);
        }
    }
    text.push_str("\n## Served\n\n| option | how | test |\n|---|---|---|\n");
    for row in TABLE {
        if let Treatment::Served { how, test } = row.treatment {
            let _ = writeln!(text, "| `{}` | {how} | `{test}` |", row.option);
        }
    }
    text.push_str("\n## Without effect\n\nThe object is the same with and without them, byte for byte.\n\n| option | why |\n|---|---|\n");
    for row in TABLE {
        if let Treatment::NoEffect { why } = row.treatment {
            let _ = writeln!(text, "| `{}` | {why} |", row.option);
        }
    }
    text.push_str("\n## Passed to the linker\n\nThe linker gets the same arguments as with LLVM.\n\n");
    list(&mut text, TABLE.iter().filter(|row| row.treatment == Treatment::Linker).map(|row| row.option));
    text.push_str("\n## Handled by rustc's front end\n\nThey do the same with every backend.\n\n");
    list(&mut text, FRONT_END.iter().copied());
    text
}

/// Appends names, wrapped to the width of a page.
fn list<'a>(text: &mut String, names: impl Iterator<Item = &'a str>) {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let mut line = String::new();
    for (index, name) in names.iter().enumerate() {
        if line.len() + name.len() > WIDTH - 2 {
            let _ = writeln!(text, "{}", line.trim_end());
            line.clear();
        }
        let end = if index + 1 == names.len() { "." } else { ", " };
        let _ = write!(line, "{name}{end}");
    }
    let _ = writeln!(text, "{line}");
}

//! Compares messages about wrong assembly with LLVM's from the same compiler, both as text and as JSON.
//!
//! Each file of `tests/assembly/mistakes` is a library, for the machines of its line `// machines:` or for
//! all. The code around a block decides which registers LLVM chooses. Therefore registers whose names have
//! the same length are considered equal ([`CHOSEN`]). So are the numbers of labels.
//!
//! LLVM does not know the line of module-level assembly; the backend does. A file where this matters has a
//! line such as `// lines: 5 - none`, with one word for each message that only one of the two prints with a
//! line. The word is the line that the backend adds, `-` if it prints the same as LLVM, or `none` if it does
//! not know the line either.
//!
//! To add a mistake: a file in that folder. Those for one machine begin with its name.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use build_system::files;
use build_system::process;
use serde_json::Value;

use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan, skip};
use crate::suites::run_pass::{programs, stem};

/// The time limit of one compilation.
const LIMIT: Duration = Duration::from_secs(120);
const FOLDER: &str = "tests/assembly/mistakes";
/// The beginning of the comment that lists the lines.
const LINES: &str = "// lines: ";
/// The beginning of the comment that lists the machines, and perhaps a reason in brackets.
const MACHINES: &str = "// machines: ";
/// The registers that compilers choose, for each machine: what is before the character that differs, the
/// first and last such character, and what follows.
const CHOSEN: [(&str, &[Registers]); 3] = [
    ("x86_64", &[("r", 'a', 'd', "x"), ("e", 'a', 'd', "x")]),
    (
        "aarch64",
        &[
            ("x", '0', '9', ""),
            ("w", '0', '9', ""),
            ("v", '0', '9', ""),
            ("d", '0', '9', ""),
            ("s", '0', '9', ""),
        ],
    ),
    (
        "riscv64",
        &[
            ("a", '0', '7', ""),
            ("t", '0', '6', ""),
            ("s", '0', '9', ""),
            ("fa", '0', '7', ""),
            ("ft", '0', '9', ""),
        ],
    ),
];
type Registers = (&'static str, char, char, &'static str);
/// The crate is one CGU, so that the order of its messages is fixed.
const ARGUMENTS: [&str; 4] = ["--crate-type=lib", "--edition=2024", "--emit=obj", "-Ccodegen-units=1"];

fn name(path: &Path) -> String {
    format!("mistakes/{}", stem(path))
}

/// The format of messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

/// Plans a case for each file.
pub(super) fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let sources = programs(&context.layout.clone.join(FOLDER))?;
    let scratch = context.scratch("assembly").join("mistakes");
    let folder = scratch.clone();
    let set_up = move || {
        files::create_folder(&folder)?;
        BothCompilers::of(context)
    };
    let removed = scratch.clone();
    let check = move |compilers: &BothCompilers, source: &PathBuf| compare(source, &scratch, compilers);
    let group = Group::new(set_up).cases(sources, |path| name(path), check);
    let tear_down = move |_: &BothCompilers| {
        files::remove(&removed)?;
        Ok(Vec::new())
    };
    Ok(group.tear_down(tear_down).in_parallel())
}

fn compare(source: &Path, scratch: &Path, compilers: &BothCompilers) -> Result<()> {
    let text = files::read_text(source)?;
    let target = compilers.target.name();
    let machines = text.lines().find_map(|line| line.strip_prefix(MACHINES)).unwrap_or(target);
    let (names, _reason) = machines.split_once(" (").unwrap_or((machines, ""));
    if !names.split_whitespace().any(|word| word == target) {
        return Err(skip(format!("it is for {machines}")));
    }
    let lines = text.lines().find_map(|line| line.strip_prefix(LINES));
    let messages =
        |compiler, format| Ok(without_chance(&messages(compiler, source, scratch, format)?, target));
    let [theirs, ours] = compilers.both(|_, compiler| messages(compiler, Format::Json))?;
    compare_json(&theirs, &ours, &lines.unwrap_or_default().split_whitespace().collect::<Vec<_>>())?;
    if lines.is_none() {
        let [theirs, ours] = compilers.both(|_, compiler| messages(compiler, Format::Text))?;
        ensure!(theirs == ours, "LLVM's messages:\n{theirs}\nours:\n{ours}");
    }
    Ok(())
}

/// Returns the compiler's messages.
fn messages(mut compiler: Command, source: &Path, scratch: &Path, format: Format) -> Result<String> {
    let folder = source.parent().context("the source has no folder")?;
    process::clean_environment(&mut compiler);
    // Messages as text name the file as it was given.
    compiler.current_dir(folder).arg(files::name_of(source)).args(ARGUMENTS);
    compiler.arg("--out-dir").arg(scratch);
    if format == Format::Json {
        compiler.args(["--error-format=json", "--json=diagnostic-short"]);
    }
    let outcome = process::run_limited(&mut compiler, b"", LIMIT)?;
    let text = String::from_utf8_lossy(&outcome.stderr).into_owned();
    ensure!(!text.contains("panicked"), "the compiler panicked: {text}");
    ensure!(
        text.contains("error") || text.contains("warning"),
        "there is no message: {}",
        outcome.status_text()
    );
    Ok(text)
}

/// Removes the chosen part of registers' names and the numbers of labels from `text`.
fn without_chance(text: &str, machine: &str) -> String {
    let chosen = CHOSEN.iter().find(|(name, _)| *name == machine).map_or(&[][..], |(_, registers)| registers);
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let is_word = result.chars().next_back().is_some_and(|before| before.is_ascii_alphanumeric());
        let label = rest.strip_prefix(".LBB").or_else(|| rest.strip_prefix(".Ltmp"));
        let register =
            chosen.iter().filter(|_| !is_word).find_map(|one| Some((one, after_register(rest, one)?)));
        match (label, register) {
            (Some(after), _) => {
                result.push_str(".L");
                rest = after.trim_start_matches(|part: char| part.is_ascii_digit() || part == '_');
            }
            (None, Some(((before, _, _, end), after))) => {
                result.extend([before, "?", end]);
                rest = after;
            }
            (None, None) => {
                result.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    result
}

/// Returns the text after a register at its beginning.
fn after_register<'t>(text: &'t str, &(before, first, last, end): &Registers) -> Option<&'t str> {
    let rest = text.strip_prefix(before)?.strip_prefix(|chosen| (first..=last).contains(&chosen))?;
    let rest = rest.strip_prefix(end)?;
    (!rest.starts_with(|next: char| next.is_ascii_alphanumeric())).then_some(rest)
}

fn compare_json(theirs: &str, ours: &str, lines: &[&str]) -> Result<()> {
    let parse = |text: &str| -> Result<Vec<Value>> {
        text.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
    };
    let (mut theirs, mut ours) = (parse(theirs)?, parse(ours)?);
    ensure!(
        theirs.len() == ours.len(),
        "LLVM prints {} messages, we print {}: {ours:#?}",
        theirs.len(),
        ours.len()
    );
    for (index, (theirs, ours)) in theirs.iter_mut().zip(&mut ours).enumerate() {
        match lines.get(index) {
            None | Some(&"-") => {}
            Some(&line) => compare_added(theirs, ours, line)?,
        }
        ensure!(theirs == ours, "LLVM prints {theirs:#}\nwe print {ours:#}");
    }
    Ok(())
}

/// Checks what only our message has, and removes it.
fn compare_added(theirs: &mut Value, ours: &mut Value, line: &str) -> Result<()> {
    let spans = |message: &Value| message["spans"].as_array().cloned().unwrap_or_default();
    ensure!(spans(theirs).is_empty(), "LLVM knows the line: {theirs:#}");
    let ours_at = spans(ours).first().map(|span| span["line_start"].to_string());
    let wanted = if line == "none" { None } else { Some(line.to_owned()) };
    ensure!(ours_at == wanted, "the message is at line {ours_at:?} of the source, expected {wanted:?}");
    let without_children = theirs["children"].as_array().is_some_and(Vec::is_empty);
    for message in [theirs, ours] {
        let Some(message) = message.as_object_mut() else { bail!("not a message: {message:#}") };
        message.remove("spans");
        // The message as text, which contains the line.
        message.remove("rendered");
        if without_children {
            message.remove("children");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_differ_is_removed() {
        let text = "mov rax, [ebx + rdi]\njmp .LBB0_12 # crax raxx .Ltmp3.";
        assert_eq!(without_chance(text, "x86_64"), "mov r?x, [e?x + rdi]\njmp .L # crax raxx .L.");
        assert_eq!(without_chance("add x8, x10, max1, v3.4s", "aarch64"), "add x?, x10, max1, v?.4s");
        assert_eq!(without_chance("fadd.d fa0, ft11, s3", "riscv64"), "fadd.d fa?, ft11, s?");
    }
}

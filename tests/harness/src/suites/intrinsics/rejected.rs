//! Tests calls that cannot be compiled: each machine's `rejected_*.rs` in `tests/intrinsics` (rejected by
//! LLVM), and `frames.rs` (rejected by us), whose comments give the expected errors. For each machine's
//! `missing_feature_*.rs`, LLVM ends the process.

use std::path::Path;
use std::process::Output;

use anyhow::{Context as _, Result, ensure};
use build_system::files;

use crate::compilers::BothCompilers;
use crate::context::Context;

/// The names of the cases.
pub const REJECTED: &str = "rejected";
pub const FRAMES: &str = "frames";
pub const MISSING_FEATURE: &str = "missing-feature";

/// The beginning of a comment with an expected error.
const MARK: &str = "//~ ";
const FOLDER: &str = "tests/intrinsics";

pub fn check_rejected(context: &Context<'_>) -> Result<()> {
    check_errors(context, &format!("rejected_{}.rs", context.target.name()))
}

pub fn check_frames(context: &Context<'_>) -> Result<()> {
    check_errors(context, "frames.rs")?;
    let of_machine = format!("frames_{}.rs", context.target.name());
    let exists = context.layout.clone.join(FOLDER).join(&of_machine).exists();
    if exists { check_errors(context, &of_machine) } else { Ok(()) }
}

/// Checks that every marked line has one error with its text, and that there are no other errors.
fn check_errors(context: &Context<'_>, file: &str) -> Result<()> {
    let path = context.layout.clone.join(FOLDER).join(file);
    let output = compile(context, &path)?;
    let messages = String::from_utf8_lossy(&output.stderr);
    let text = files::read_text(&path)?;
    let marked = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with("//!"));
    let mut expected = 0;
    for (line, wanted) in marked.filter_map(|(number, line)| Some((number, line.split_once(MARK)?.1))) {
        expected += 1;
        ensure!(
            has_error(&messages, line, wanted),
            "no error at line {line} contains `{wanted}`:\n{messages}"
        );
    }
    let found = errors(&messages).count();
    ensure!(found == expected, "{found} errors instead of {expected}:\n{messages}");
    ensure!(output.status.code() == Some(1), "the compiler ended with {}", output.status);
    Ok(())
}

/// LLVM's text is in one message, and the exit status is that of an error.
pub fn check_missing_feature(context: &Context<'_>) -> Result<()> {
    let name = format!("missing_feature_{}.rs", context.target.name());
    let path = context.layout.clone.join(FOLDER).join(name);
    let output = compile(context, &path)?;
    let messages = String::from_utf8_lossy(&output.stderr);
    let text = files::read_text(&path)?;
    let (_, rest) = text.split_once("link_name = \"").context("the program declares no intrinsic")?;
    let intrinsic = rest.split('"').next().unwrap_or_default();
    for part in ["error: LLVM cannot compile", "Cannot select", intrinsic] {
        ensure!(messages.contains(part), "no `{part}` in\n{messages}");
    }
    ensure!(output.status.code() == Some(1), "the compiler ended with {}", output.status);
    Ok(())
}

fn compile(context: &Context<'_>, source: &Path) -> Result<Output> {
    let scratch = context.scratch("intrinsics").join("rejected");
    files::create_folder(&scratch)?;
    let mut compiler = BothCompilers::of(context)?.clif();
    compiler.args(["--edition=2024", "--emit=obj", "--out-dir"]).arg(&scratch).arg(source);
    compiler.env("RUSTC_BOOTSTRAP", "1");
    Ok(compiler.output()?)
}

/// Returns the errors, each with its lines.
fn errors(messages: &str) -> impl Iterator<Item = &str> {
    messages
        .split("\n\n")
        .map(str::trim)
        .filter(|message| message.starts_with("error") && !message.starts_with("error: aborting due to"))
}

/// Whether an error at this line has this text. The quoted source does not count: it contains the comment.
fn has_error(messages: &str, line: usize, text: &str) -> bool {
    let is_source =
        |line: &str| line.split_once('|').is_some_and(|(number, _)| number.trim().parse::<usize>().is_ok());
    errors(messages).any(|message| {
        message.contains(&format!(".rs:{line}:"))
            && message.lines().any(|line| !is_source(line) && line.contains(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_lines_and_texts() {
        let messages =
            "error: one\n --> a.rs:3:4\n  |\n\nwarning: two\n\nerror: aborting due to 1 previous error\n\n";
        assert_eq!(errors(messages).count(), 1);
        assert!(has_error(messages, 3, "one"));
        assert!(!has_error(messages, 4, "one") && !has_error(messages, 3, "two"));
        let quoted = "error: one\n --> a.rs:3:4\n  |\n3 | calls(); //~ two\n";
        assert!(has_error(quoted, 3, "one") && !has_error(quoted, 3, "two"));
    }
}

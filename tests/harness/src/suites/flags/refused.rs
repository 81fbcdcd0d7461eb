//! Tests each use of an option that the table refuses: there is one error, before any file is written, that
//! names the option and an alternative. Commands without codegen refuse nothing.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use build_system::parallel;
use clif_options::{TABLE, Treatment};

use super::{METADATA_ONLY, PROGRAM, Setting, text};
use crate::commands::{fail, finish};
use crate::suite::Group;

/// The placeholder for the user's value in the table.
const VALUE: &str = "{value}";
/// An option whose refusal depends on the crate. Without the flag, the crate's source decides, and rustc has
/// written the first files by the time it is known.
const LATE: &str = "-Clinker-plugin-lto";
/// The case of commands that are not refused.
const CHECKS: &str = "refused options are allowed without codegen";
/// The case of targets and outputs.
const TARGETS: &str = "refused: targets and outputs";

/// An option, a use of it, and the beginning of its error.
struct Refused {
    option: &'static str,
    example: &'static str,
    what: &'static str,
}

impl Refused {
    fn case(&self) -> String {
        format!("refused: {}", self.example)
    }

    fn arguments(&self) -> Vec<&'static str> {
        self.example.split(' ').collect()
    }
}

fn all() -> impl Iterator<Item = Refused> {
    TABLE.iter().flat_map(|row| {
        let what = match row.treatment {
            Treatment::Refused { what, .. } => what,
            _ => "",
        };
        let examples = row.examples.iter().filter(move |_| !what.is_empty());
        examples.map(move |&example| Refused { option: row.option, example, what })
    })
}

/// Adds a case for each example, and the cases that are not refused.
pub fn cases<'a>(group: Group<'a, Setting>) -> Group<'a, Setting> {
    group.cases(all(), Refused::case, option).case(CHECKS, checks).case(TARGETS, targets)
}

fn option(setting: &Setting, refused: &Refused) -> Result<()> {
    let folder = setting.folder(refused.example, PROGRAM)?;
    let mut arguments = refused.arguments();
    arguments.push("--emit=mir,dep-info,llvm-ir,link");
    if refused.option == LATE {
        arguments.push("--crate-type=bin");
    }
    let (start, rest) = refused.what.split_once(VALUE).unwrap_or((refused.what, ""));
    refusal(setting, &folder, &arguments, start, rest)
}

/// Compiles `main.rs`, which must be refused: there is one error, which names `what`, and no file is written.
pub fn refusal(setting: &Setting, folder: &Path, arguments: &[&str], what: &str, also: &str) -> Result<()> {
    let errors = fail(setting.clif(folder, &["main.rs"]).args(arguments), 1)?;
    let first = errors.lines().find(|line| line.starts_with("error")).unwrap_or_default();
    let expected = format!("error: the Cranelift backend does not support {what}");
    ensure!(first.starts_with(&expected), "{expected:?} was expected: {errors}");
    let count = errors.lines().filter(|line| line.starts_with("error: the")).count();
    ensure!(count == 1 && errors.contains(also) && !errors.contains("panicked"), "{errors}");
    ensure!(errors.contains("help: "), "the error has no help: {errors}");
    let left: Vec<_> = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
    ensure!(left == ["main.rs"], "the compiler leaves {left:?}");
    Ok(())
}

/// If LLVM checks a crate with an option that we refuse, so do we, with the same messages.
fn checks(setting: &Setting) -> Result<()> {
    let folder = setting.folder("checks", PROGRAM)?;
    let all: Vec<Refused> = all().collect();
    let results = parallel::map(&all, |refused| -> Result<()> {
        let run = |mut command: std::process::Command| {
            command.args(refused.arguments()).args(METADATA_ONLY);
            finish(&mut command)
        };
        let llvm = run(setting.llvm(&folder, &["main.rs"]))?;
        let clif = run(setting.clif(&folder, &["main.rs"]))?;
        let (expected, found) = (text(&llvm.stderr), text(&clif.stderr));
        let is_same = clif.succeeded() && expected == found;
        ensure!(!llvm.succeeded() || is_same, "{}: {expected:?} with LLVM, {found:?}", refused.example);
        Ok(())
    });
    results.into_iter().collect()
}

/// Errors name the target (even if it is refused for what it enables without a flag) and the kind of output.
fn targets(setting: &Setting) -> Result<()> {
    let folder = setting.folder("targets refused", "#![no_std]\n")?;
    for target in [
        "aarch64-apple-darwin",
        "aarch64_be-unknown-linux-gnu",
        "i686-unknown-linux-gnu",
        "wasm32-unknown-unknown",
        "x86_64-unknown-freebsd",
        "x86_64-unknown-linux-gnux32",
    ] {
        let what = format!("the target `{target}` yet");
        refusal(setting, &folder, &["--crate-type=lib", "--emit=mir,obj", "--target", target], &what, "")?;
    }
    for (target, why) in [
        ("riscv64imac-unknown-none-elf", "its code must not use floating-point registers"),
        ("x86_64-unknown-linux-gnutsan", "it needs a sanitizer"),
    ] {
        let what = format!("the target `{target}` yet: {why}");
        refusal(setting, &folder, &["--crate-type=lib", "--emit=mir,obj", "--target", target], &what, "")?;
    }
    for (target, feature) in [
        ("aarch64-unknown-linux-gnu", "neon"),
        ("riscv64gc-unknown-linux-gnu", "m"),
        ("riscv64gc-unknown-linux-gnu", "a"),
    ] {
        let (option, what) =
            (format!("-Ctarget-feature=-{feature}"), format!("code without the target feature `{feature}`"));
        let arguments = ["--crate-type=lib", "--emit=mir,obj", "--target", target, &option];
        refusal(setting, &folder, &arguments, &what, "leave it enabled")?;
    }
    for kind in ["llvm-bc", "thin-link-bitcode"] {
        let (emit, what) = (format!("--emit=mir,{kind}"), format!("`--emit={kind}`"));
        refusal(setting, &folder, &["--crate-type=lib", "-Zunstable-options", &emit], &what, "")?;
    }
    Ok(())
}

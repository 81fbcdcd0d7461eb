//! The suite `fuzz`: random programs, which must print the same when compiled by LLVM and by the
//! backend.
//!
//! For each program, in this order: [`program`] makes it from a seed, out of [`types`], [`expressions`]
//! and [`statements`]; LLVM compiles it, and the backend does with and without optimisation, always
//! with overflow checks; the outputs (results, panics, the order of drops) are compared.
//!
//! `CLIF_SEED` and `CLIF_COUNT`: see [`crate::random`]. A program that shows a bug is reduced and kept
//! in `tests/run-pass`.

mod expressions;
mod program;
mod statements;
mod types;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::files::{self, Mode};
use build_system::process;

use super::run_pass::first_difference;
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::random::{Amount, Program, programs};
use crate::suite::{Group, Plan};

/// How many functions there are; each is a program of its own, but for the types that it shares with its
/// neighbours.
const AMOUNT: Amount = Amount { usual: 200, long: 5000, per_program: 20 };
/// The longest that compiling one program may take.
const COMPILE_LIMIT: Duration = Duration::from_secs(300);
/// The longest that a program may run.
const RUN_LIMIT: Duration = Duration::from_secs(60);
/// How each compiler is called.
const FLAGS: [&str; 4] =
    ["--edition=2024", "-Coverflow-checks=on", "-Cdebug-assertions=on", "--cap-lints=allow"];

/// A case for each random program.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let scratch = context.scratch("fuzz");
    let case = move |compilers: &BothCompilers, program: &Program| case(compilers, &scratch, *program);
    let programs = programs(context, &AMOUNT)?;
    let group = Group::new(|| BothCompilers::of(context)).cases(programs, |program| program.name(), case);
    Ok(group.in_parallel())
}

/// One program; its folder stays when something differs.
fn case(compilers: &BothCompilers, scratch: &Path, program: Program) -> Result<()> {
    let folder = scratch.join(program.name());
    files::remove(&folder)?;
    let text = program::program(program.seed, program.size);
    files::write_file(&folder.join("program.rs"), text.as_bytes(), Mode::Plain)?;
    let expected = output(compilers.llvm(), "-Copt-level=0", &folder).context("with LLVM")?;
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        let found = output(compilers.clif(), level, &folder)
            .with_context(|| format!("with {level}, seed {}", program.seed))?;
        if found != expected {
            let difference = first_difference(&expected, &found);
            bail!(
                "with {level}, {} prints something else: {difference}",
                folder.join("program.rs").display()
            );
        }
    }
    files::remove(&folder)
}

/// What the program of a folder prints when `compiler` has compiled it.
fn output(mut compiler: Command, level: &str, folder: &Path) -> Result<Vec<u8>> {
    let program: PathBuf = folder.join("program");
    compiler
        .current_dir(folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .args(FLAGS)
        .arg(level)
        .args(["program.rs", "-oprogram"]);
    let outcome = process::run_limited(&mut compiler, b"", COMPILE_LIMIT)?;
    if !outcome.succeeded() {
        let errors =
            String::from_utf8_lossy(&outcome.stderr).lines().take(20).collect::<Vec<_>>().join("\n    ");
        bail!("{} does not compile ({}):\n    {errors}", program.display(), outcome.status_text());
    }
    let mut command = Command::new(&program);
    command.env_remove("LD_LIBRARY_PATH").env_remove("RUST_BACKTRACE");
    let outcome = process::run_limited(&mut command, b"", RUN_LIMIT)?;
    let end = format!("\n{}\n", outcome.status_text());
    let mut text = outcome.stdout;
    text.extend(end.bytes());
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::program::program;

    #[test]
    fn a_seed_always_makes_the_same() {
        assert_eq!(program(3, 10), program(3, 10));
        assert_ne!(program(3, 10), program(4, 10));
    }
}

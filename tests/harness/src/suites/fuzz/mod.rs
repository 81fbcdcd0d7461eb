//! The suite `fuzz`: compares the output of random programs compiled by LLVM and by the backend.
//!
//! [`program`] makes each program from a seed, out of [`types`], [`expressions`] and [`statements`]. LLVM
//! compiles it, and the backend compiles it with and without optimisation, always with overflow checks. The
//! outputs (results, panics, the order of drops) must be the same.
//!
//! [`crate::random`] describes `CLIF_SEED` and `CLIF_COUNT`. A program that shows a bug is reduced and kept
//! in `tests/run-pass`.

mod expressions;
mod program;
mod statements;
mod types;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::files::{self, Mode};
use build_system::process;

use super::run_pass::first_difference;
use crate::compilers::{BothCompilers, Compiler};
use crate::context::Context;
use crate::random::{Amount, Program, programs};
use crate::suite::{Group, Plan};

/// The number of functions. Those of one program only share their types.
const AMOUNT: Amount = Amount { usual: 200, long: 5000, per_program: 20 };
/// The time limit for compiling one program.
const COMPILE_LIMIT: Duration = Duration::from_secs(300);
/// The time limit of one program.
const RUN_LIMIT: Duration = Duration::from_secs(60);
/// The flags for each compiler.
const FLAGS: [&str; 4] =
    ["--edition=2024", "-Coverflow-checks=on", "-Cdebug-assertions=on", "--cap-lints=allow"];

/// Plans a case for each random program.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let scratch = context.scratch("fuzz");
    let case = move |compilers: &BothCompilers, program: &Program| case(compilers, &scratch, *program);
    let programs = programs(context, &AMOUNT)?;
    let group = Group::new(|| BothCompilers::of(context)).cases(programs, |program| program.name(), case);
    Ok(group.in_parallel())
}

/// Tests one program. Its folder stays if there is a difference.
fn case(compilers: &BothCompilers, scratch: &Path, program: Program) -> Result<()> {
    let folder = scratch.join(program.name());
    files::remove(&folder)?;
    let text = program::program(program.seed, program.size);
    files::write_file(&folder.join("program.rs"), text.as_bytes(), Mode::Plain)?;
    let expected = output(compilers, Compiler::Llvm, "-Copt-level=0", &folder).context("with LLVM")?;
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        let found = output(compilers, Compiler::Clif, level, &folder)
            .with_context(|| format!("with {level}, seed {}", program.seed))?;
        if found != expected {
            let difference = first_difference(&expected, &found);
            bail!(
                "with {level}, {} prints something else than with LLVM: {difference}",
                folder.join("program.rs").display()
            );
        }
    }
    files::remove(&folder)
}

/// Compiles the program in a folder with `compiler`, and returns its output.
fn output(compilers: &BothCompilers, compiler: Compiler, level: &str, folder: &Path) -> Result<Vec<u8>> {
    let mut compiler = compilers.command(compiler);
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
    let mut command = compilers.target.program(&program);
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

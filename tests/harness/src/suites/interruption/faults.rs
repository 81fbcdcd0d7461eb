//! Tests faults injected with `CLIF_TEST_FAULT`.
//!
//! A worker's panic is a bug of the compiler: status 101 and one report, even for two panics, that names the
//! function (and shows its CLIF with `CLIF_SHOW=1`). A token that cannot be acquired is a fault of the
//! environment: status 1 and one error. Neither writes an output, and the next compilation with the same
//! incremental cache is right.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::{Setting, no_temporary_files};
use crate::commands;
use crate::jobserver::Jobserver;
use crate::synthetic::{LARGE_ROOT, large_output, write_large};

/// The size of the crate.
const SIZE: (usize, usize) = (2, 5);
/// The compiler's flags.
const FLAGS: [&str; 5] = [LARGE_ROOT, "-Cdebuginfo=2", "-Cincremental=cache", "-o", "program"];
/// Functions of the crate, which several CGUs instantiate.
const FUNCTION: &str = "function_1_";
/// The time limit of the compiler, to detect a hang.
const END_LIMIT: Duration = Duration::from_secs(60);
/// rustc's message about a panic.
const BUG: &str = "the compiler unexpectedly panicked";

/// Tests a panic of a worker, and of the only thread.
pub fn worker_panic(setting: &Setting<'_>) -> Result<()> {
    write_large(&setting.place, SIZE.0, SIZE.1, 0)?;
    let jobserver = Jobserver::create(&setting.place.folder.join("tokens"), 3)?;
    for (name, flags) in [("parallel", &[][..]), ("-Zno-parallel-backend", &["-Zno-parallel-backend"])] {
        // `panics` makes two workers panic at the same moment.
        let faults = if flags.is_empty() { &["panic", "panics"][..] } else { &["panic"] };
        for (fault, show) in faults.iter().flat_map(|fault| ["0", "1"].map(|show| (fault, show))) {
            panic_once(setting, flags, (fault, show), &jobserver)
                .with_context(|| format!("{name}, {fault}, CLIF_SHOW={show}"))?;
        }
    }
    the_next_one_is_right(setting)
}

fn panic_once(
    setting: &Setting<'_>,
    flags: &[&str],
    (fault, show): (&str, &str),
    jobserver: &Jobserver,
) -> Result<()> {
    let mut command = setting.place.rustc(&[&FLAGS[..], flags].concat());
    command.env("CLIF_TEST_FAULT", format!("{fault}:{FUNCTION}")).env("CLIF_SHOW", show);
    command.env("RUST_BACKTRACE", "0");
    command.env("CLIF_THREADS", "4").env("MAKEFLAGS", jobserver.flags());
    let start = Instant::now();
    let messages = commands::fail(&mut command, 101)?;
    ensure!(start.elapsed() < END_LIMIT, "the compiler took {} s", start.elapsed().as_secs());
    let names_function = |line: &str| line.contains("the Cranelift backend was") && line.contains(FUNCTION);
    let named = messages.lines().filter(|line| names_function(line)).count();
    ensure!(named == 1, "the function is named {named} times: {messages}");
    for part in [BUG, "panicked at", "codegen backend: clif ", "`cargo build`", "please report it to"] {
        let count = messages.matches(part).count();
        ensure!(count == 1, "{part:?} occurs {count} times: {messages}");
    }
    ensure!(!messages.contains("nightly"), "the compiler is not a nightly: {messages}");
    let shows_clif = messages.contains("function u0:") && messages.contains("block0");
    ensure!(
        shows_clif == (show == "1"),
        "the CLIF is {shown}: {messages}",
        shown = if shows_clif { "shown" } else { "missing" }
    );
    let free = jobserver.free()?;
    ensure!(free == 3, "{free} of 3 tokens were returned");
    nothing_is_left(setting)
}

/// Tests a token that cannot be acquired, on the test's request.
pub fn failing_tokens(setting: &Setting<'_>) -> Result<()> {
    write_large(&setting.place, SIZE.0, SIZE.1, 0)?;
    let mut command = setting.place.rustc(&FLAGS);
    command.env("CLIF_TEST_FAULT", "tokens").env("CLIF_THREADS", "4");
    let messages = commands::fail(&mut command, 1)?;
    one_error(&messages)?;
    nothing_is_left(setting)?;
    the_next_one_is_right(setting)
}

/// Tests a jobserver whose pipe has no writer any more: standard input, which ends at once. The result is the
/// same as with LLVM.
pub fn vanished_jobserver(setting: &Setting<'_>) -> Result<()> {
    write_large(&setting.place, SIZE.0, SIZE.1, 0)?;
    let mut clif = setting.place.rustc(&FLAGS);
    let mut llvm = setting.rustc_llvm(&[LARGE_ROOT, "-Cdebuginfo=2", "-o", "program"]);
    for (name, command) in [("Cranelift", &mut clif), ("LLVM", &mut llvm)] {
        command.env("MAKEFLAGS", "-j --jobserver-auth=0,1").env("CLIF_THREADS", "4");
        let messages = commands::fail(command, 1).context(name)?;
        one_error(&messages).context(name)?;
        nothing_is_left(setting).context(name)?;
    }
    the_next_one_is_right(setting)
}

fn one_error(messages: &str) -> Result<()> {
    let errors =
        messages.lines().filter(|line| line.starts_with("error") && !line.contains("aborting due to"));
    let errors: Vec<&str> = errors.collect();
    ensure!(
        matches!(errors[..], [error] if error.contains("failed to acquire jobserver token")),
        "other errors than the one about the token: {messages}"
    );
    Ok(())
}

fn nothing_is_left(setting: &Setting<'_>) -> Result<()> {
    let program = setting.place.folder.join("program");
    ensure!(!program.exists(), "there is a program although the compilation failed");
    no_temporary_files(&setting.place.folder)
}

fn the_next_one_is_right(setting: &Setting<'_>) -> Result<()> {
    setting.place.compile(&FLAGS).context("the next compilation fails")?;
    let output = setting.place.run("program")?;
    ensure!(output == large_output(SIZE.0, SIZE.1, 0), "the next program prints {output:?}");
    Ok(())
}

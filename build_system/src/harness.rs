//! Starts the test harness (`tests/harness`), which only those who test have to compile.
//!
//! The user's cargo compiles it as `y.sh` compiled this program, into the same folder. Then it replaces this
//! program, with the same command line.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::console::Console;
use crate::layout::Layout;
use crate::process;

/// The package and its program.
const NAME: &str = "harness";
/// How long cargo takes when there is nothing to compile; only after that something is said.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How often we look whether cargo is done.
const INTERVAL: Duration = Duration::from_millis(5);

/// Compiles the harness and becomes it; returns only if that fails.
pub fn start(layout: &Layout, console: Console) -> Result<ExitCode> {
    let target = layout.build.join("y");
    let mut cargo = process::cargo();
    cargo.args(["build", "--quiet", "--release", "-p", NAME, "--manifest-path"]);
    cargo.arg(layout.clone.join("Cargo.toml")).arg("--target-dir").arg(&target);
    let child = cargo.spawn().map_err(|error| process::start_error(&cargo, error))?;
    if !wait(child, console).context("cannot wait for cargo")?.success() {
        bail!("the test harness could not be compiled (see above)");
    }
    let program = target.join("release").join(NAME);
    let error = Command::new(&program).args(std::env::args_os().skip(1)).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}

/// Waits for cargo, and says so if that takes long.
fn wait(mut cargo: Child, console: Console) -> Result<ExitStatus> {
    let started = Instant::now();
    let mut step = None;
    loop {
        if let Some(status) = cargo.try_wait()? {
            return Ok(status);
        }
        if step.is_none() && started.elapsed() >= PATIENCE {
            step = Some(console.step("Compiling the test harness"));
        }
        thread::sleep(INTERVAL);
    }
}

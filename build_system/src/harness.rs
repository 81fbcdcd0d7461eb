//! Compiles and starts the test harness (`tests/harness`), so that only `./y.sh test` has to compile it.
//!
//! The user's cargo compiles it into the same folder as this program. It then replaces this program, with the
//! same command line.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::console::Console;
use crate::layout::Layout;
use crate::process;

/// The name of the package and of its program.
const NAME: &str = "harness";
/// How long cargo may take until we print that it compiles. It takes less if nothing has to be compiled.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How often we check whether cargo has ended.
const INTERVAL: Duration = Duration::from_millis(5);

/// Compiles the harness and replaces this process by it. Returns only if that fails.
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

/// Waits for cargo, and shows a step if that takes long.
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

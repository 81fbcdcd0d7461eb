//! Compiles and starts the other programs for developers, so that only the commands that need one have to
//! compile it: the test harness (`tests/harness`) and the object diff (`tools/objdiff`).
//!
//! The user's cargo compiles a program into the same folder as this one. It then replaces this one.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::console::Console;
use crate::layout::Layout;
use crate::process;

/// A program of another package of the workspace.
pub struct Tool {
    /// The name of the package and of its program.
    name: &'static str,
    /// What messages call it.
    title: &'static str,
}

pub const HARNESS: Tool = Tool { name: "harness", title: "test harness" };
pub const OBJDIFF: Tool = Tool { name: "objdiff", title: "object diff" };

/// How long cargo may take until we print that it compiles. It takes less if nothing has to be compiled.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How often we check whether cargo has ended.
const INTERVAL: Duration = Duration::from_millis(5);

/// Compiles a tool and replaces this process by it. Returns only if that fails.
pub fn start(
    tool: &Tool,
    arguments: impl IntoIterator<Item = OsString>,
    layout: &Layout,
    console: Console,
) -> Result<ExitCode> {
    let Tool { name, title } = *tool;
    let target = layout.build.join("y");
    let mut cargo = process::cargo();
    cargo.args(["build", "--quiet", "--release", "-p", name, "--manifest-path"]);
    cargo.arg(layout.clone.join("Cargo.toml")).arg("--target-dir").arg(&target);
    let child = cargo.spawn().map_err(|error| process::start_error(&cargo, error))?;
    if !wait(child, title, console).context("cannot wait for cargo")?.success() {
        bail!("the {title} could not be compiled (see above)");
    }
    let program = target.join("release").join(name);
    let error = Command::new(&program).args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}

/// Waits for cargo, and shows a step if that takes long.
fn wait(mut cargo: Child, title: &str, console: Console) -> Result<ExitStatus> {
    let started = Instant::now();
    let mut step = None;
    loop {
        if let Some(status) = cargo.try_wait()? {
            return Ok(status);
        }
        if step.is_none() && started.elapsed() >= PATIENCE {
            step = Some(console.step(format!("Compiling the {title}")));
        }
        thread::sleep(INTERVAL);
    }
}

//! Runs commands that must succeed, or fail with a given status.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use build_system::process::{self, Outcome};

/// The time limit of one command.
pub const LIMIT: Duration = Duration::from_secs(300);

/// Runs a command to its end.
pub fn finish(command: &mut Command) -> Result<Outcome> {
    process::run_limited(command, b"", LIMIT)
}

/// Runs a command that must succeed, and returns its standard output and error.
pub fn succeed(command: &mut Command) -> Result<(String, String)> {
    let outcome = finish(command)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&outcome.stdout), text(&outcome.stderr));
    if !outcome.succeeded() {
        bail!("`{}` failed ({}): {stdout}{stderr}", process::shown(command), outcome.status_text());
    }
    Ok((stdout, stderr))
}

/// Runs a command that must fail with `status`, and returns its standard error.
pub fn fail(command: &mut Command, status: i32) -> Result<String> {
    let outcome = finish(command)?;
    let stderr = String::from_utf8_lossy(&outcome.stderr).into_owned();
    let found = outcome.status.and_then(|status| status.code());
    ensure!(found == Some(status), "expected status {status}, found {}: {stderr}", outcome.status_text());
    Ok(stderr)
}

//! Runs commands that have to succeed, or to fail with a certain status.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use build_system::process::{self, Outcome};

/// The longest that one command may take.
pub const LIMIT: Duration = Duration::from_secs(300);

/// Runs a command to its end.
pub fn finish(command: &mut Command) -> Result<Outcome> {
    process::run_limited(command, b"", LIMIT)
}

/// Runs a command that has to succeed and returns what it printed.
pub fn succeed(command: &mut Command) -> Result<(String, String)> {
    let outcome = finish(command)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&outcome.stdout), text(&outcome.stderr));
    if !outcome.succeeded() {
        bail!("`{}` failed ({}): {stdout}{stderr}", process::shown(command), outcome.status_text());
    }
    Ok((stdout, stderr))
}

/// Runs a command that has to fail with a status, and returns its standard error.
pub fn fail(command: &mut Command, status: i32) -> Result<String> {
    let outcome = finish(command)?;
    let stderr = String::from_utf8_lossy(&outcome.stderr).into_owned();
    let found = outcome.status.and_then(|status| status.code());
    ensure!(found == Some(status), "status {status} was expected, found {}: {stderr}", outcome.status_text());
    Ok(stderr)
}

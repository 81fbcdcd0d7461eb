//! Measures a command and all processes that it starts: time, processor time, memory.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::{explain, files, process};

/// The number of lines of a failed command's log that are shown.
const SHOWN_LINES: usize = 25;

/// The resources that a tree of processes used.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of processor time of all processes together, in user mode and in the kernel.
    pub cpu: f64,
    /// The peak memory of the largest process, in bytes.
    pub peak_memory: u64,
}

/// Runs a command with its output in `log`. A failure shows the end of the log.
pub fn run(what: &str, command: &mut Command, log: &Path) -> Result<Usage> {
    if let Some(folder) = log.parent() {
        files::create_folder(folder)?;
    }
    let file = File::create(log).with_context(|| format!("cannot write the log {}", log.display()))?;
    let error_file = file.try_clone().with_context(|| format!("cannot write the log {}", log.display()))?;
    command.stdin(Stdio::null()).stdout(file).stderr(error_file);
    let (status, usage) = spawn_and_wait(command)?;
    // The log must not stay open as long as `command` exists.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if status.success() {
        return Ok(usage);
    }
    let text = String::from_utf8_lossy(&files::read_file(log)?).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n");
    Err(explain::failed_command(what, status, log, &tail).into())
}

/// Runs a command without redirecting its output.
pub fn spawn_and_wait(command: &mut Command) -> Result<(ExitStatus, Usage)> {
    let started = Instant::now();
    let child = command.spawn().map_err(|error| process::start_error(command, error))?;
    let (status, resources) =
        wait(child.id()).with_context(|| format!("cannot wait for {}", process::shown(command)))?;
    let usage = Usage {
        wall: started.elapsed().as_secs_f64(),
        cpu: seconds(resources.ru_utime) + seconds(resources.ru_stime),
        // Linux counts in units of 1024 bytes.
        peak_memory: u64::try_from(resources.ru_maxrss).unwrap_or_default() * 1024,
    };
    Ok((status, usage))
}

/// Waits for a child. Its resources include those of all descendants that were waited for.
fn wait(child: u32) -> std::io::Result<(ExitStatus, libc::rusage)> {
    use std::os::unix::process::ExitStatusExt;
    let child = libc::pid_t::try_from(child).map_err(std::io::Error::other)?;
    let mut status = 0;
    let mut resources = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    loop {
        // SAFETY: both pointers are to live values of the right types, and a zeroed `rusage` is valid.
        let (found, resources) = unsafe {
            let found = libc::wait4(child, &mut status, 0, resources.as_mut_ptr());
            (found, resources.assume_init())
        };
        if found == child {
            return Ok((ExitStatus::from_raw(status), resources));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn grandchildren_count() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let busy = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        let usage = run("it", &mut shell(&format!("sh -c '{busy}'; echo done")), &log).unwrap();
        assert!(usage.cpu > 0.01 && usage.wall > 0.01 && usage.peak_memory > 100_000, "{usage:?}");
        assert_eq!(files::read_text(&log).unwrap(), "done\n");
        let idle = run("it", &mut shell("sleep 0.2"), &log).unwrap();
        assert!(idle.wall >= 0.2 && idle.cpu < idle.wall, "{idle:?}");
    }

    #[test]
    fn a_failure_shows_the_end_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let error = run("the build", &mut shell("echo broken >&2; exit 3"), &folder.path().join("log"));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("the build") && error.contains("broken"), "{error}");
    }
}

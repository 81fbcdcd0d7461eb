//! Runs child processes: long ones with their output in a log, short ones with captured output, tested ones
//! with a time limit.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::iterator::Signals;

use crate::console::Console;
use crate::explain;
use crate::files;

/// The number of lines of a failed command's log that are shown.
const SHOWN_LINES: usize = 25;

/// Variables that would change what our builds produce, one per line. `y.sh` clears them too.
const FOREIGN_VARIABLES: &str = include_str!("../foreign_variables.txt");

/// Returns a command for the user's cargo, without the variables that would change what it builds.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    clean_environment(&mut command);
    command
}

/// Removes the variables that would change what cargo builds. The command is cargo, or a program that becomes
/// cargo.
pub fn clean_environment(command: &mut Command) {
    for variable in FOREIGN_VARIABLES.lines() {
        command.env_remove(variable);
    }
    // The empty value also switches off `build.rustc-wrapper` of a configuration file.
    command.env("RUSTC_WRAPPER", "").env("CARGO_TERM_COLOR", "never");
}

/// Returns a command as one would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Returns the error for a command that could not be started. It says how to install a missing program.
pub fn start_error(command: &Command, error: io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy().into_owned();
    if error.kind() == io::ErrorKind::NotFound && !program.contains('/') {
        return anyhow::anyhow!(
            "`{program}` is not installed (or not on PATH); {}",
            explain::how_to_install(&program)
        );
    }
    anyhow::Error::new(error).context(format!("cannot start {program}"))
}

/// Runs a command with its output in `log`, and calls `on_line` with each line. A failure shows the end of
/// the log.
pub fn run_logged(
    console: Console,
    what: &str,
    command: &mut Command,
    log: &Path,
    mut on_line: impl FnMut(&str),
) -> Result<()> {
    if let Some(folder) = log.parent() {
        files::create_folder(folder)?;
    }
    let mut file = File::create(log).with_context(|| format!("cannot write the log {}", log.display()))?;
    let (reader, writer) = io::pipe().context("cannot make a pipe")?;
    command.stdin(Stdio::null()).stderr(writer.try_clone().context("cannot make a pipe")?).stdout(writer);
    let mut child = command.spawn().map_err(|error| start_error(command, error))?;
    // The parent's ends of the pipe must be closed, or reading never ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut last = std::collections::VecDeque::new();
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.with_context(|| format!("cannot read the output of {what}"))?;
        let line = String::from_utf8_lossy(&line).into_owned();
        // If the log cannot be written (full disk), the error of the command itself matters more.
        let _ = writeln!(file, "{line}");
        if console.verbose {
            eprintln!("{line}");
        }
        on_line(&line);
        last.push_back(line);
        if last.len() > SHOWN_LINES {
            last.pop_front();
        }
    }
    let status = child.wait().with_context(|| format!("cannot wait for {what}"))?;
    if status.success() {
        return Ok(());
    }
    let tail = last.into_iter().collect::<Vec<_>>().join("\n");
    Err(explain::failed_command(what, status, log, &tail).into())
}

/// Runs a short command and returns its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let result = command.stdin(Stdio::null()).output().map_err(|error| start_error(command, error))?;
    if !result.status.success() {
        bail!(
            "`{}` failed ({}): {}",
            shown(command),
            result.status,
            String::from_utf8_lossy(&result.stderr).trim()
        );
    }
    String::from_utf8(result.stdout)
        .with_context(|| format!("the output of `{}` is not UTF-8", shown(command)))
}

/// The outcome of a command with a time limit.
#[derive(Debug)]
pub struct Outcome {
    /// The exit status. `None` if the process was stopped.
    pub status: Option<ExitStatus>,
    /// Everything it wrote to standard output.
    pub stdout: Vec<u8>,
    /// Everything it wrote to standard error.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Whether the command ended successfully within the limit.
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Describes the exit status.
    pub fn status_text(&self) -> String {
        match self.status {
            Some(status) => status.to_string(),
            None => "stopped, time limit exceeded".to_owned(),
        }
    }
}

/// Makes a command start with the default action for the terminal's signals.
///
/// Children of `nohup`, or of a script's `&`, inherit that some of these signals are ignored. Tests that send
/// them (std's own do) would wait forever.
fn with_default_signals(command: &mut Command) {
    // SAFETY: between `fork` and `exec`, only async-signal-safe functions (POSIX) may be called. `signal` is
    // one.
    unsafe {
        command.pre_exec(|| {
            for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGHUP] {
                libc::signal(signal, libc::SIG_DFL);
            }
            Ok(())
        });
    }
}

/// Runs a command in a new process group, and stops the whole group after `limit`.
pub fn run_limited(command: &mut Command, input: &[u8], limit: Duration) -> Result<Outcome> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    with_default_signals(command);
    let mut groups = running_groups();
    let mut child = command.spawn().map_err(|error| start_error(command, error))?;
    let group = child.id();
    groups.insert(group);
    drop(groups);
    let stdout = child.stdout.take().map(read_in_background);
    let stderr = child.stderr.take().map(read_in_background);
    let mut stdin = child.stdin.take();
    let input = input.to_vec();
    // A program that does not read its input must not block this thread. Errors of a closed pipe are ignored.
    thread::spawn(move || {
        block_signal_of_closed_pipes();
        stdin.as_mut().map(|pipe| pipe.write_all(&input))
    });
    let (sender, receiver) = mpsc::channel();
    let waiter = thread::spawn(move || sender.send(wait_without_reaping(group)));
    let ended = receiver.recv_timeout(limit);
    // Also stops children that outlive the command, since they keep the pipes open. No other group can have
    // this number until the leader is reaped.
    stop_group(group);
    running_groups().remove(&group);
    if waiter.join().is_err() {
        bail!("waiting for {} failed", shown(command));
    }
    let status = child.wait().with_context(|| format!("cannot wait for {}", shown(command)))?;
    let status = match ended {
        Ok(result) => {
            result.map(|()| Some(status)).with_context(|| format!("cannot wait for {}", shown(command)))?
        }
        Err(_) => None,
    };
    let collect =
        |reader: Option<thread::JoinHandle<Vec<u8>>>| reader.and_then(|r| r.join().ok()).unwrap_or_default();
    Ok(Outcome { status, stdout: collect(stdout), stderr: collect(stderr) })
}

/// The process groups that [`run_limited`] has started and not reaped. The lock is held while one is started,
/// so that none is missing when all of them are stopped.
fn running_groups() -> MutexGuard<'static, BTreeSet<u32>> {
    static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes Ctrl-C and SIGTERM end the commands of [`run_limited`] together with this process. Their process
/// groups do not get the terminal's signals. A signal that this process ignores (`nohup`, a script's `&`)
/// stays ignored.
///
/// # Errors
///
/// If the handler cannot be installed.
pub fn stop_groups_on_signals() -> io::Result<()> {
    let signals = [libc::SIGINT, libc::SIGTERM].into_iter().filter(|signal| !is_ignored(*signal));
    let mut signals = Signals::new(signals)?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // The lock is kept: nothing is started any more.
            let groups = running_groups();
            groups.iter().copied().for_each(stop_group);
            // Ends this process as if there were no handler, so that shells see the signal.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            std::process::abort();
        }
    });
    Ok(())
}

/// Whether this process ignores a signal.
fn is_ignored(signal: libc::c_int) -> bool {
    // SAFETY: without a new action, `sigaction` only writes the present one to the last argument.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &raw mut action) == 0
            && action.sa_sigaction == libc::SIG_IGN
    }
}

/// Ends this process silently when no one reads its output any more, like other tools. Rust's runtime ignores
/// the signal, and `println!` would panic. Children get the default action in both cases.
pub fn end_with_closed_pipes() {
    // SAFETY: the default action has no handler.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// Makes writing to a closed pipe an error instead of a signal, on the calling thread.
fn block_signal_of_closed_pipes() {
    // SAFETY: the set is initialised before it is read, and the pointers are valid for the calls.
    unsafe {
        let mut signals = std::mem::zeroed();
        libc::sigemptyset(&mut signals);
        libc::sigaddset(&mut signals, libc::SIGPIPE);
        libc::pthread_sigmask(libc::SIG_BLOCK, &signals, std::ptr::null_mut());
    }
}

/// Reads a pipe to its end on a new thread.
fn read_in_background(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// Waits until a child has ended, and leaves it as a zombie, so that no other process gets its number.
fn wait_without_reaping(child: u32) -> io::Result<()> {
    let child = i32::try_from(child).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidInput)?;
    loop {
        match waitid(WaitId::Pid(child), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
            Err(Errno::INTR) => {}
            result => return Ok(result.map(drop)?),
        }
    }
}

/// Ends every process of a group.
fn stop_group(group: u32) {
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        // The group may have ended already.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_status_are_collected() {
        let outcome =
            run_limited(&mut shell("cat; echo err >&2; exit 3"), b"text", Duration::from_secs(20)).unwrap();
        assert_eq!(outcome.status.unwrap().code(), Some(3));
        assert_eq!((outcome.stdout.as_slice(), outcome.stderr.as_slice()), (&b"text"[..], &b"err\n"[..]));
    }

    #[test]
    fn a_command_need_not_read_its_input() {
        end_with_closed_pipes();
        let input = vec![b'x'; 1 << 20];
        let outcome = run_limited(&mut shell("exec <&-; exit 5"), &input, Duration::from_secs(20)).unwrap();
        assert_eq!(outcome.status.unwrap().code(), Some(5));
        // The writing thread may still be writing.
        thread::sleep(Duration::from_millis(50));
    }

    #[test]
    fn a_command_does_not_inherit_that_signals_are_ignored() {
        // This process may ignore the signal or not. The shell in between ignores it.
        let inner = "trap '' INT; exec sh -c 'kill -INT $$; echo ignored'";
        let ignored = Command::new("sh").args(["-c", inner]).output().unwrap();
        assert_eq!(ignored.stdout, b"ignored\n");
        let outcome = run_limited(&mut shell("kill -INT $$; echo ignored"), b"", Duration::from_secs(20));
        assert_eq!(outcome.unwrap().stdout, b"");
    }

    #[test]
    fn a_hanging_command_is_stopped_with_its_children() {
        let started = Instant::now();
        let outcome =
            run_limited(&mut shell("sleep 60 & sleep 60"), b"", Duration::from_millis(200)).unwrap();
        assert!(outcome.status.is_none());
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn children_that_outlive_a_command_are_stopped() {
        let started = Instant::now();
        let outcome = run_limited(&mut shell("sleep 60 & exit 4"), b"", Duration::from_secs(30)).unwrap();
        assert_eq!(outcome.status.unwrap().code(), Some(4));
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_failure_names_the_log_and_shows_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("the log");
        let mut lines = 0;
        let error =
            run_logged(Console::new(false), "the thing", &mut shell("echo broken; exit 7"), &log, |_| {
                lines += 1;
            })
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("the thing") && error.contains("broken") && error.contains("the log"),
            "{error}"
        );
        assert_eq!(lines, 1);
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = output(&mut Command::new("no-such-program-here")).unwrap_err().to_string();
        assert!(error.contains("no-such-program-here") && error.contains("not installed"), "{error}");
    }
}

//! Turns a failure into one message that names the cause and what to do.
//!
//! To add a cause: a row in [`CAUSES`] (the text that the log of a child command contains), and a case in its
//! test.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitStatus;

/// One of the texts in [`CAUSES`] that a full disk causes.
const FULL_DISK: &str = "No space left on device";

/// Texts in logs, and what they mean for the user.
const CAUSES: [(&[&str], &str); 3] = [
    (
        &[FULL_DISK, "os error 28", "Disk quota exceeded"],
        "the disk is full: free some space (./y.sh clean removes the build folder), or point XDG_CACHE_HOME at \
         a disk with 3 GB free for the toolchain",
    ),
    (
        &[
            "Could not resolve host",
            "Couldn't resolve host",
            "Temporary failure resolving",
            "Could not connect to",
            "Network is unreachable",
            "download of config.json failed",
            "failed to download",
            "spurious network error",
            "unable to get packages from source",
            "attempting to make an HTTP request, but --offline was specified",
        ],
        "the network cannot be reached: crates come from crates.io and packages from Debian's servers; try \
         again when it is back (what was fetched already is kept)",
    ),
    (
        &["linker `cc` not found", "linker `gcc` not found"],
        "there is no C linker: install gcc (on Debian: apt-get install gcc libc6-dev)",
    ),
];

/// Finds the known cause in a log or message.
pub fn cause_in(text: &str) -> Option<&'static str> {
    CAUSES.iter().find(|(signs, _)| signs.iter().any(|sign| text.contains(sign))).map(|(_, cause)| *cause)
}

/// A child command that failed.
#[derive(Debug)]
pub struct CommandFailure {
    /// The whole message.
    text: String,
    /// Whether the log reports a full disk.
    full_disk: bool,
}

impl fmt::Display for CommandFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::error::Error for CommandFailure {}

/// Describes a child command that failed, with the cause that its log shows.
pub fn failed_command(what: &str, status: ExitStatus, log: &Path, tail: &str) -> CommandFailure {
    let indented = tail.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n");
    let text = match cause_in(tail) {
        Some(cause) => format!("{what} failed: {cause}\n  its output is in {}", log.display()),
        None => format!("{what} failed ({status}); the end of {}:\n{indented}", log.display()),
    };
    CommandFailure { text, full_disk: cause_in(tail) == cause_in(FULL_DISK) }
}

/// Whether a full disk caused a failure, here or in a child command.
pub fn is_full_disk(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let ours = cause.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        });
        ours || cause.downcast_ref::<CommandFailure>().is_some_and(|failure| failure.full_disk)
    })
}

/// Says how to install a program that we call.
pub fn how_to_install(program: &str) -> String {
    match program {
        "cargo" | "rustc" => "install Rust with rustup, see https://rustup.rs".to_owned(),
        "dpkg-deb" | "apt-get" | "apt-cache" => {
            "it is part of Debian; on another system install rustc 1.96.0 with rustc-dev by rustup, or pass \
             --toolchain PATH"
                .to_owned()
        }
        "gcc" | "cc" => "on Debian: apt-get install gcc libc6-dev".to_owned(),
        other => format!("install `{other}` and try again"),
    }
}

/// Returns the message of a failed run.
pub fn message(error: &anyhow::Error) -> String {
    let chain = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
    match cause_in(FULL_DISK) {
        Some(cause) if is_full_disk(error) && !chain.contains(cause) => format!("{chain}\n  {cause}"),
        _ => chain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn causes_are_told_apart() {
        let explain = |tail: &str| {
            failed_command("It", ExitStatus::from_raw(0x100), Path::new("/l.log"), tail).to_string()
        };
        assert!(explain("error: No space left on device (os error 28)").contains("disk is full"));
        assert!(explain("Could not resolve host: index.crates.io").contains("network cannot be reached"));
        assert!(explain("error: linker `cc` not found").contains("install gcc"));
        let other = explain("error[E0432]: unresolved import");
        assert!(
            other.contains("E0432") && other.contains("/l.log") && other.contains("exit status: 1"),
            "{other}"
        );
    }

    #[test]
    fn a_full_disk_is_named_wherever_it_happened() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = Err::<(), _>(full).context("cannot write x").unwrap_err();
        assert!(message(&error).contains("disk is full"), "{}", message(&error));
        assert!(!message(&anyhow::anyhow!("other")).contains("disk"));
    }
}

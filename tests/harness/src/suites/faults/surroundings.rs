//! Prepares surroundings in which outputs cannot be written. They also work for root, which may ignore
//! permissions.
//!
//! A small disk and a read-only folder are mounts that only the compiler's process sees (`unshare`), so there
//! is nothing to clean up. If mounts are not allowed, the cases that need them are skipped.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use build_system::files::{self, Mode};

/// A fault of the surroundings. In shell scripts, `"$@"` is the compiler with its arguments, and the current
/// folder is the output folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    None,
    /// The output folder is a file system of this size.
    SmallDisk(&'static str),
    /// Files are limited to this many blocks of 512 bytes.
    SmallFiles(&'static str),
    /// The output folder is read-only.
    ReadOnlyFolder,
    /// The folder `readonly`, beside the output folder, is read-only.
    ReadOnlyNeighbour,
    /// Only these programs exist, and they fail.
    Programs(&'static [&'static str]),
    /// Standard output is a terminal.
    Terminal,
    Shell(&'static str),
}

/// A line before the names of the files in a mount.
const LEFT: &str = "left inside:";
/// The source of a program that fails.
const FAILING_PROGRAM: &str = "#!/bin/sh\necho out of order >&2\nexit 3\n";
/// The arguments of `unshare` for root, and for other users in a new namespace.
const UNSHARE: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];

/// The faults that are possible on this machine.
pub(super) struct Surroundings {
    /// The arguments of `unshare` that work.
    unshare: Option<&'static [&'static str]>,
    has_script: bool,
}

impl Surroundings {
    /// Tests what is possible. `scratch` exists.
    pub(super) fn find(scratch: &Path) -> Result<Surroundings> {
        let folder = scratch.join("mount");
        files::create_folder(&folder)?;
        let mounts = |arguments: &&&[&str]| {
            let mut command = Command::new("unshare");
            command.args(**arguments).args(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&folder);
            runs(&mut command)
        };
        let unshare = UNSHARE.iter().find(mounts).copied();
        Ok(Surroundings { unshare, has_script: runs(Command::new("script").arg("--version")) })
    }

    /// Returns the reason why a fault is not possible here.
    pub(super) fn lack(&self, fault: &Fault) -> Option<&'static str> {
        match fault {
            Fault::SmallDisk(_) | Fault::ReadOnlyFolder | Fault::ReadOnlyNeighbour
                if self.unshare.is_none() =>
            {
                Some("`unshare` and `mount` are not allowed here")
            }
            Fault::Terminal if !self.has_script => Some("the program `script` is not installed"),
            _ => None,
        }
    }

    /// Returns a command that runs `compiler` (with its arguments) with this fault. `folder` contains the
    /// folder `outputs`.
    pub(super) fn command(&self, fault: &Fault, folder: &Path, compiler: &[String]) -> Result<Command> {
        let report = format!("\"$@\" >&2; status=$?; cd ..; echo '{LEFT}'; ls -A outputs; exit $status");
        Ok(match fault {
            Fault::None => shell("exec \"$@\"", compiler),
            Fault::Shell(text) => shell(text, compiler),
            Fault::SmallDisk(size) => {
                let mount =
                    format!("cd .. && mount -t tmpfs -o size={size} tmpfs outputs && cd outputs || exit 9");
                self.unshared(&format!("{mount}; {report}"), compiler)
            }
            Fault::ReadOnlyFolder => {
                let mount = "cd .. && mount --bind outputs outputs && mount -o remount,bind,ro outputs && cd outputs \
                             || exit 9";
                self.unshared(&format!("{mount}; {report}"), compiler)
            }
            Fault::ReadOnlyNeighbour => {
                files::create_folder(&folder.join("readonly"))?;
                let mount =
                    "mount --bind ../readonly ../readonly && mount -o remount,bind,ro ../readonly || exit 9";
                self.unshared(&format!("{mount}; {report}"), compiler)
            }
            // If the signal is ignored, the write returns an error.
            Fault::SmallFiles(blocks) => {
                shell(&format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), compiler)
            }
            Fault::Programs(names) => {
                let programs = folder.join("programs");
                files::create_folder(&programs)?;
                for name in *names {
                    files::write_file(&programs.join(name), FAILING_PROGRAM.as_bytes(), Mode::Executable)?;
                }
                let mut command = shell("PATH=$PROGRAMS; exec \"$@\"", compiler);
                command.env("PROGRAMS", programs);
                command
            }
            Fault::Terminal => {
                let words: Vec<String> = compiler.iter().map(|word| quoted(word)).collect();
                let mut command = Command::new("script");
                command.args(["--quiet", "--return", "--command"]).arg(words.join(" ")).arg("/dev/null");
                command
            }
        })
    }

    /// Returns a command that runs a shell script with `compiler` as its arguments, in a new mount namespace
    /// if needed.
    pub(super) fn script(&self, mounts: bool, text: &str, compiler: &[String]) -> Command {
        if mounts { self.unshared(text, compiler) } else { shell(text, compiler) }
    }

    /// Whether mounts are possible.
    pub(super) fn can_mount(&self) -> bool {
        self.unshare.is_some()
    }

    fn unshared(&self, text: &str, compiler: &[String]) -> Command {
        let mut command = Command::new("unshare");
        command.args(self.unshare.unwrap_or_default()).args(["sh", "-c", text, "sh"]).args(compiler);
        command
    }
}

/// Returns the files in a mount, as the shell printed them after the compiler ended.
pub(super) fn left_inside(stdout: &str) -> Option<Vec<String>> {
    let (_, names) = stdout.split_once(&format!("{LEFT}\n"))?;
    Some(names.lines().map(str::to_owned).collect())
}

fn shell(text: &str, compiler: &[String]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", text, "sh"]).args(compiler);
    command
}

/// Quotes a word for the shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Whether a command exists and succeeds.
fn runs(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_inside_is_read() {
        assert_eq!(left_inside("x\n"), None);
        assert_eq!(left_inside("left inside:\n"), Some(vec![]));
        assert_eq!(left_inside("out\nleft inside:\na.o\nb\n"), Some(vec!["a.o".to_owned(), "b".to_owned()]));
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}

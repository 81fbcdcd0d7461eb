//! Surroundings in which outputs cannot be written. They work for root, too, who may ignore
//! permissions.
//!
//! A small disk and a read-only folder are mounts that only the compiler's process sees (`unshare`), so
//! there is nothing to clean up. Where that is not allowed, the cases that need it are skipped.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use build_system::files::{self, Mode};

/// What is wrong with the surroundings. In shell texts, `"$@"` is the compiler with its arguments; the
/// current folder is that of the outputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    None,
    /// The folder of the outputs is a file system of this size.
    SmallDisk(&'static str),
    /// No file may be longer than this many blocks of 512 bytes.
    SmallFiles(&'static str),
    /// The folder of the outputs.
    ReadOnlyFolder,
    /// `readonly`, beside the folder of the outputs.
    ReadOnlyNeighbour,
    /// Only these programs are there, and they fail.
    Programs(&'static [&'static str]),
    /// Standard output is a terminal.
    Terminal,
    Shell(&'static str),
}

/// Printed before the names of the files that are left inside of a mount.
const LEFT: &str = "left inside:";
/// What a program does that fails.
const FAILING_PROGRAM: &str = "#!/bin/sh\necho out of order >&2\nexit 3\n";
/// Who may mount: root, and others in a namespace of their own.
const UNSHARE: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];

/// What is possible on this machine.
pub(super) struct Surroundings {
    /// The arguments of `unshare` that work.
    unshare: Option<&'static [&'static str]>,
    has_script: bool,
}

impl Surroundings {
    /// Tries it out; `scratch` exists.
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

    /// Why a fault cannot be had here.
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

    /// A command that runs `compiler` (with its arguments) in these surroundings. `folder` has the folder
    /// `outputs`.
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
            // Ignored, the signal becomes an error of the write.
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

    /// A command that runs a shell text with `compiler` as its arguments, with mounts of its own if it needs
    /// them.
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

/// The files that a mount had in it, as the shell printed them after the compiler's end.
pub(super) fn left_inside(stdout: &str) -> Option<Vec<String>> {
    let (_, names) = stdout.split_once(&format!("{LEFT}\n"))?;
    Some(names.lines().map(str::to_owned).collect())
}

fn shell(text: &str, compiler: &[String]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", text, "sh"]).args(compiler);
    command
}

/// A word for the shell.
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

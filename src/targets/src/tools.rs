//! The tools for programs of another machine: GNU's C compiler, which links, and QEMU, which runs.
//!
//! Each function gives nothing where the target is this machine: programs link and run as always. A tool that
//! is not on `PATH` is a [`MissingTool`], whose text says which packages have it.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Target;

/// Tells QEMU where a target's shared libraries are.
pub const PREFIX_VARIABLE: &str = "QEMU_LD_PREFIX";

/// A tool that is not installed.
#[derive(Debug, PartialEq, Eq)]
pub struct MissingTool {
    /// Its program.
    pub program: String,
    /// What it is needed for.
    purpose: String,
    /// Debian's packages, in the words of a command line.
    packages: String,
}

impl std::error::Error for MissingTool {}

impl fmt::Display for MissingTool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MissingTool { program, purpose, packages } = self;
        write!(
            formatter,
            "`{program}`, which {purpose}, is not installed; on Debian: apt-get install {packages}"
        )
    }
}

impl Target {
    /// The C compiler that links for this target on other machines.
    pub fn cross_compiler(&self) -> String {
        format!("{}-gcc", self.multiarch)
    }

    /// The program that runs this target's programs on other machines.
    pub fn emulator(&self) -> String {
        format!("qemu-{}", self.machine)
    }

    /// The folder that has this target's C library on other machines.
    pub fn library_prefix(&self) -> PathBuf {
        Path::new("/usr").join(self.multiarch)
    }

    /// Returns the linker for this target's programs; `None` if this machine's own will do.
    ///
    /// # Errors
    ///
    /// If it is not installed.
    pub fn linker(&self) -> Result<Option<PathBuf>, MissingTool> {
        self.tool_on(Target::host().ok(), &self.cross_compiler(), on_path, || self.missing_linker())
    }

    /// Returns the program that runs this target's programs; `None` if this machine does.
    ///
    /// # Errors
    ///
    /// If it is not installed.
    pub fn runner(&self) -> Result<Option<PathBuf>, MissingTool> {
        self.tool_on(Target::host().ok(), &self.emulator(), on_path, || self.missing_emulator())
    }

    /// Returns a command that runs a program of this target, in the emulator if this machine cannot.
    ///
    /// # Errors
    ///
    /// If the emulator is not installed.
    pub fn command(&self, program: &Path) -> Result<Command, MissingTool> {
        let Some(runner) = self.runner()? else { return Ok(Command::new(program)) };
        let mut command = Command::new(runner);
        command.env(PREFIX_VARIABLE, self.library_prefix()).arg(program);
        Ok(command)
    }

    /// Whether a program that is lld links programs for this target. It is asked for its version only if that
    /// matters.
    pub fn accepts_lld(&self, program: &Path) -> bool {
        self.oldest_lld == 0 || {
            let output = Command::new(program).arg("--version").output();
            let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
            lld_version(&text.unwrap_or_default()).is_some_and(|version| version >= self.oldest_lld)
        }
    }

    /// Finds a tool if the target is not `host`.
    fn tool_on(
        &self,
        host: Option<&Target>,
        program: &str,
        find: fn(&str) -> Option<PathBuf>,
        missing: impl FnOnce() -> MissingTool,
    ) -> Result<Option<PathBuf>, MissingTool> {
        if host == Some(self) {
            return Ok(None);
        }
        find(program).map(Some).ok_or_else(missing)
    }

    /// The error without a linker. Recommended packages are not always installed, so the C library is named.
    pub fn missing_linker(&self) -> MissingTool {
        MissingTool {
            program: self.cross_compiler(),
            purpose: format!("links programs for {self}"),
            packages: format!("gcc-{} libc6-dev-{}-cross", self.multiarch.replace('_', "-"), self.debian),
        }
    }

    /// The error without an emulator.
    pub fn missing_emulator(&self) -> MissingTool {
        MissingTool {
            program: self.emulator(),
            purpose: format!("runs programs for {self} on this machine"),
            packages: format!("qemu-user libc6-{}-cross", self.debian),
        }
    }
}

/// Returns the major version in lld's answer to `--version`: 14 for `Debian LLD 14.0.6 (compatible ...)`.
fn lld_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("LLD ")?;
    version.split('.').next()?.parse().ok()
}

/// Finds a program in the folders of `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    in_folders(program, &env::var_os("PATH")?)
}

/// Finds a program in the folders of a path.
pub fn in_folders(program: &str, path: &OsStr) -> Option<PathBuf> {
    let is_program = |file: &PathBuf| {
        file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    env::split_paths(path).map(|folder| folder.join(program)).find(is_program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_needs_tools_for_the_others_only() {
        let needed = |host: &str, target: &str| {
            let (host, target) = (Target::named(host).unwrap(), Target::named(target).unwrap());
            let find = |program: &str| Some(PathBuf::from(program));
            target.tool_on(Some(host), &target.emulator(), find, || target.missing_emulator()).unwrap()
        };
        for host in Target::all() {
            assert_eq!(needed(host.machine, host.machine), None);
        }
        assert_eq!(needed("x86_64", "riscv64"), Some("qemu-riscv64".into()));
        assert_eq!(needed("aarch64", "x86_64"), Some("qemu-x86_64".into()));
    }

    #[test]
    fn a_missing_tool_is_named_with_its_packages() {
        let [x86_64, aarch64, _] = Target::all() else { panic!("three machines") };
        let result = aarch64.tool_on(Some(x86_64), "x", |_| None, || aarch64.missing_linker());
        let error = result.unwrap_err().to_string();
        assert!(error.contains("`aarch64-linux-gnu-gcc`"), "{error}");
        assert!(error.ends_with("apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross"), "{error}");
        let error = x86_64.missing_linker().to_string();
        assert!(error.ends_with("apt-get install gcc-x86-64-linux-gnu libc6-dev-amd64-cross"), "{error}");
        assert!(x86_64.missing_emulator().to_string().contains("qemu-user"));
    }

    #[test]
    fn an_old_lld_links_for_some_targets_only() {
        assert_eq!(lld_version("Debian LLD 14.0.6 (compatible with GNU linkers)"), Some(14));
        assert_eq!(lld_version("LLD 22.1.8, compatible with GNU linkers"), Some(22));
        assert_eq!(lld_version("mold 1.10.1 (compatible with GNU ld)"), None);
        let [x86_64, aarch64, riscv64] = Target::all() else { panic!("three machines") };
        let nothing = Path::new("/no such folder/ld.lld");
        assert!(x86_64.accepts_lld(nothing) && aarch64.accepts_lld(nothing) && !riscv64.accepts_lld(nothing));
    }

    #[test]
    fn a_program_of_this_machine_runs_directly() {
        let host = Target::host().unwrap();
        assert!(host.is_host());
        assert_eq!(host.command(Path::new("/x")).unwrap().get_program(), "/x");
        assert_eq!(host.linker(), Ok(None));
    }
}

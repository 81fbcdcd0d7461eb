//! Describes a compiler in its sysroot: how it is called, and which version it is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clif_targets::Target;

use super::RUSTC_VERSION;
use crate::files;
use crate::process;

/// A compiler.
#[derive(Debug, Clone)]
pub struct Compiler {
    /// The folder with `bin/rustc` and `lib/rustlib`.
    pub sysroot: PathBuf,
    /// The target. Debian's compilers keep their libraries in a folder named after it.
    pub host: &'static Target,
}

/// The version that a compiler reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// For example `1.96.0`.
    pub release: String,
    /// For example `1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)`.
    pub description: String,
    /// The first nine digits of the commit.
    pub short_hash: String,
    /// The date of the commit.
    pub date: String,
}

impl Compiler {
    /// The compiler's program.
    pub fn rustc(&self) -> PathBuf {
        self.sysroot.join("bin/rustc")
    }

    /// Finds the sources of the standard library: those of rustup's component, or of Debian's package.
    pub fn standard_library_sources(&self) -> Option<PathBuf> {
        let of_debian = files::entries(&self.sysroot.join("src")).unwrap_or_default();
        let of_rustup = self.sysroot.join("lib/rustlib/src/rust");
        let mut folders = std::iter::once(of_rustup).chain(of_debian).map(|folder| folder.join("library"));
        folders.find(|folder| folder.join("coretests").is_dir())
    }

    /// The rustdoc of the same version.
    pub fn rustdoc(&self) -> PathBuf {
        self.sysroot.join("bin/rustdoc")
    }

    /// The folders with the compiler's shared libraries. Of those that exist, the first one is searched
    /// first.
    pub fn library_folders(&self) -> [PathBuf; 2] {
        [self.sysroot.join("lib").join(self.host.multiarch), self.sysroot.join("lib")]
    }

    /// The value of `LD_LIBRARY_PATH` with which the compiler finds its libraries.
    pub fn library_path(&self) -> OsString {
        let folders = self.library_folders();
        // Only a path with a colon cannot be joined. Such a cache folder is rejected when it is set up.
        std::env::join_paths(folders).unwrap_or_default()
    }

    /// Returns a command that runs the compiler.
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.rustc());
        command.env("LD_LIBRARY_PATH", self.library_path());
        for variable in ["RUSTC_BOOTSTRAP", "RUSTC_LOG"] {
            command.env_remove(variable);
        }
        command
    }

    /// Asks the compiler for its version.
    pub fn version(&self) -> Result<Version> {
        let text = process::output(self.command().arg("-vV"))
            .with_context(|| format!("the compiler {} does not run", self.rustc().display()))?;
        parse_version(&text)
    }

    /// Rejects every version but the one that this backend is written for.
    pub fn require_version(&self) -> Result<()> {
        let found = self.version()?.release;
        if found != RUSTC_VERSION {
            bail!(
                "{} is rustc {found}, but rustc {RUSTC_VERSION} is needed; a backend works with one compiler version only",
                self.rustc().display()
            );
        }
        Ok(())
    }

    /// Finds the compiler's LLVM: `libLLVM.so.22.1` of Debian, `libLLVM.so.22.1-rust-1.96.0-stable` of
    /// rustup. `None` if LLVM is linked in another way.
    pub fn llvm_library(&self) -> Option<PathBuf> {
        let folders = self.library_folders();
        let files = folders.iter().flat_map(|folder| files::entries(folder).unwrap_or_default());
        files.into_iter().find(|path| files::name_of(path).starts_with("libLLVM.so."))
    }

    /// Finds `librustc_driver`, the shared library that contains the compiler.
    pub fn driver_library(&self) -> Result<PathBuf> {
        for folder in self.library_folders().iter().filter(|folder| folder.is_dir()) {
            let found = files::entries(folder)?.into_iter().find(|path| is_driver_library(path));
            if let Some(path) = found {
                return Ok(path);
            }
        }
        bail!("there is no librustc_driver-*.so in {}", self.sysroot.join("lib").display())
    }
}

/// Whether a file is `librustc_driver`.
pub fn is_driver_library(path: &Path) -> bool {
    let name = files::name_of(path);
    name.starts_with("librustc_driver-") && name.ends_with(".so")
}

/// Reads the output of `rustc -vV`.
fn parse_version(text: &str) -> Result<Version> {
    let field =
        |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned());
    let context = || format!("cannot read the output of rustc -vV: {text}");
    Ok(Version {
        release: field("release:").with_context(context)?,
        description: field("rustc ").with_context(context)?,
        short_hash: field("commit-hash:").with_context(context)?.chars().take(9).collect(),
        date: field("commit-date:").with_context(context)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read() {
        let text = "rustc 1.96.0 (ac68faa20 2026-05-25) (Debian)\nbinary: rustc\ncommit-hash: ac68faa20c58cbcc\n\
                    commit-date: 2026-05-25\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.8\n";
        let version = parse_version(text).unwrap();
        assert_eq!(version.release, "1.96.0");
        assert_eq!(version.description, "1.96.0 (ac68faa20 2026-05-25) (Debian)");
        assert_eq!((version.short_hash.as_str(), version.date.as_str()), ("ac68faa20", "2026-05-25"));
        assert!(parse_version("clang 14").is_err());
    }
}

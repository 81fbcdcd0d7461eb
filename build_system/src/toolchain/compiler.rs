//! A compiler in its sysroot: how it is called and which version it is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::RUSTC_VERSION;
use crate::files;
use crate::layout::Host;
use crate::process;

/// A compiler that is used as it is.
#[derive(Debug, Clone)]
pub struct Compiler {
    /// The folder with `bin/rustc` and `lib/rustlib`.
    pub sysroot: PathBuf,
    /// The target's name in the folder of the libraries; Debian's compilers keep them in a folder of that
    /// name.
    pub host: Host,
}

/// What a compiler says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `1.96.0`.
    pub release: String,
    /// `1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)`.
    pub description: String,
    /// The first nine digits of its commit.
    pub short_hash: String,
    /// The date of its commit.
    pub date: String,
}

impl Compiler {
    /// The compiler itself.
    pub fn rustc(&self) -> PathBuf {
        self.sysroot.join("bin/rustc")
    }

    /// The sources of the standard library: where rustup's component has them, or Debian's package.
    pub fn standard_library_sources(&self) -> Option<PathBuf> {
        let of_debian = files::entries(&self.sysroot.join("src")).unwrap_or_default();
        let of_rustup = self.sysroot.join("lib/rustlib/src/rust");
        let mut folders = std::iter::once(of_rustup).chain(of_debian).map(|folder| folder.join("library"));
        folders.find(|folder| folder.join("coretests").is_dir())
    }

    /// The rustdoc that belongs to it.
    pub fn rustdoc(&self) -> PathBuf {
        self.sysroot.join("bin/rustdoc")
    }

    /// The folders that hold the compiler's shared libraries; the first one that exists is looked in first.
    pub fn library_folders(&self) -> [PathBuf; 2] {
        [self.sysroot.join("lib").join(self.host.multiarch), self.sysroot.join("lib")]
    }

    /// The value for `LD_LIBRARY_PATH` by which the compiler finds its libraries.
    pub fn library_path(&self) -> OsString {
        let folders = self.library_folders();
        // A folder whose name has a colon cannot be named there; such a cache is refused when it is set up.
        std::env::join_paths(folders).unwrap_or_default()
    }

    /// A command that runs the compiler.
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

    /// Refuses every version but the one this backend is written for.
    pub fn require_version(&self) -> Result<()> {
        let found = self.version()?.release;
        if found != RUSTC_VERSION {
            bail!(
                "rustc {RUSTC_VERSION} is needed, {} is rustc {found}; a backend works with one compiler version only",
                self.rustc().display()
            );
        }
        Ok(())
    }

    /// The compiler's own LLVM: `libLLVM.so.22.1` of Debian, `libLLVM.so.22.1-rust-1.96.0-stable` of rustup.
    /// `None` for a compiler without one.
    pub fn llvm_library(&self) -> Option<PathBuf> {
        let folders = self.library_folders();
        let files = folders.iter().flat_map(|folder| files::entries(folder).unwrap_or_default());
        files.into_iter().find(|path| files::name_of(path).starts_with("libLLVM.so."))
    }

    /// The shared library that holds the compiler.
    pub fn driver_library(&self) -> Result<PathBuf> {
        for folder in self.library_folders().iter().filter(|folder| folder.is_dir()) {
            let found = files::entries(folder)?.into_iter().find(|path| is_driver_library(path));
            if let Some(path) = found {
                return Ok(path);
            }
        }
        bail!("no librustc_driver-*.so in {}", self.sysroot.join("lib").display())
    }
}

/// Whether a file is the shared library with the compiler.
pub fn is_driver_library(path: &Path) -> bool {
    let name = files::name_of(path);
    name.starts_with("librustc_driver-") && name.ends_with(".so")
}

/// Reads the output of `rustc -vV`.
fn parse_version(text: &str) -> Result<Version> {
    let field =
        |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned());
    let context = || format!("rustc -vV printed something unexpected: {text}");
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

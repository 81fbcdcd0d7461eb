//! Unpacks Debian packages into a folder, without root and without installing them.
//!
//! The source package contains far more than we need (LLVM's and gcc's documentation, tools, other backends).
//! Only the compiler's own crates and the standard library are unpacked.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::explain;
use crate::files;

/// Paths that are not unpacked: documentation, and sources that we do not compile.
const LEFT_OUT: [&str; 5] = [
    "./usr/share",
    // Everything in `src` but `etc`, which contains the debuggers' scripts.
    "./usr/src/*/src/[!e]*",
    "./usr/src/*/debian",
    "./usr/src/*/compiler/rustc_codegen_cranelift",
    "./usr/src/*/compiler/rustc_codegen_gcc",
];

/// Unpacks `packages`. `folder` exists only when it is complete.
pub fn unpack(packages: &[PathBuf], folder: &Path) -> Result<()> {
    let temporary = folder.with_file_name(format!("unpacking-{}", std::process::id()));
    files::remove(&temporary)?;
    files::create_folder(&temporary)?;
    for package in packages {
        unpack_one(package, &temporary)?;
    }
    files::remove(folder)?;
    std::fs::rename(&temporary, folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// Unpacks one package into an existing folder.
pub fn unpack_one(package: &Path, folder: &Path) -> Result<()> {
    let context = || format!("cannot unpack {}", package.display());
    let start_error = |program: &str, error: std::io::Error| {
        anyhow::anyhow!("cannot run `{program}` ({error}): {}", explain::how_to_install(program))
    };
    let mut reader = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| start_error("dpkg-deb", error))?;
    let archive = reader.stdout.take().context("cannot read the output of dpkg-deb")?;
    let mut writer = Command::new("tar");
    writer.args(["--extract", "--no-same-owner", "--no-wildcards-match-slash", "--directory"]).arg(folder);
    writer.args(LEFT_OUT.iter().map(|pattern| format!("--exclude={pattern}")));
    let written =
        writer.stdin(archive).env("LC_ALL", "C").output().map_err(|error| start_error("tar", error))?;
    let read = reader.wait_with_output().with_context(context)?;
    // If the disk is full, tar fails first, and dpkg-deb only sees a closed pipe.
    for (program, status, errors) in
        [("tar", written.status, written.stderr), ("dpkg-deb", read.status, read.stderr)]
    {
        if !status.success() {
            let text = String::from_utf8_lossy(&errors);
            if text.contains("No space left on device") {
                return Err(std::io::Error::from(std::io::ErrorKind::StorageFull)).with_context(context);
            }
            bail!(
                "cannot unpack {}: {program}: {}",
                package.display(),
                text.lines().next().unwrap_or_default()
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_package_leaves_nothing_that_looks_whole() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("broken.deb");
        std::fs::write(&package, "not a package").unwrap();
        let target = folder.path().join("packages");
        let error = unpack(std::slice::from_ref(&package), &target).unwrap_err().to_string();
        assert!(error.contains("broken.deb"), "{error}");
        assert!(!target.exists());
    }
}

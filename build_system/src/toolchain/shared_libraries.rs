//! Finds the shared libraries that the unpacked compiler needs and the system lacks, and gets them. As root,
//! they are installed; otherwise they are unpacked beside the compiler.
//!
//! To add a library: a row in [`PACKAGES`].

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clif_targets::Target;

use super::{packages, unpack};
use crate::console::Console;
use crate::files;
use crate::process;

/// Libraries, and the Debian packages that contain them.
const PACKAGES: [(&str, &str); 13] = [
    ("libz3.so.4", "libz3-4"),
    ("libedit.so.2", "libedit2"),
    ("libxml2.so.2", "libxml2"),
    ("libffi.so.8", "libffi8"),
    ("libtinfo.so.6", "libtinfo6"),
    ("libzstd.so.1", "libzstd1"),
    ("libz.so.1", "zlib1g"),
    ("libstdc++.so.6", "libstdc++6"),
    ("libgcc_s.so.1", "libgcc-s1"),
    ("libbsd.so.0", "libbsd0"),
    ("libmd.so.0", "libmd0"),
    ("libicuuc.so.72", "libicu72"),
    ("liblzma.so.5", "liblzma5"),
];

/// How often to look for missing libraries. A library that was found can need others.
const ROUNDS: usize = 4;

/// Makes the compiler in `root` find all its libraries. `scratch` is for downloads.
pub fn ensure(root: &Path, host: &'static Target, scratch: &Path, console: Console) -> Result<()> {
    for _ in 0..ROUNDS {
        let missing = missing(root, host)?;
        if missing.is_empty() {
            return Ok(());
        }
        provide(&missing, root, host, scratch, console)?;
    }
    bail!(explain(&missing(root, host)?))
}

/// Returns the libraries that the dynamic linker does not find.
fn missing(root: &Path, host: &'static Target) -> Result<Vec<String>> {
    let folder = root.join("usr/lib").join(host.multiarch);
    let mut command = Command::new("ldd");
    command.env("LD_LIBRARY_PATH", &folder).env("LC_ALL", "C").arg(root.join("usr/bin/rustc"));
    let listing = process::output(&mut command).context("cannot look for the compiler's shared libraries")?;
    Ok(not_found(&listing))
}

/// Returns the libraries that `ldd` reports as "not found", each once.
fn not_found(listing: &str) -> Vec<String> {
    let mut names: Vec<String> = listing
        .lines()
        .filter_map(|line| line.trim().strip_suffix("=> not found"))
        .map(|name| name.trim().to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Returns the packages of some libraries. An error names the libraries whose package is not known.
fn packages_of(libraries: &[String]) -> Result<Vec<String>> {
    let package = |library: &String| PACKAGES.iter().find(|row| row.0 == library).map(|row| row.1.to_owned());
    libraries.iter().map(|library| package(library).with_context(|| explain(libraries))).collect()
}

/// Says which libraries are missing and how to get them.
fn explain(libraries: &[String]) -> String {
    let known: Vec<&str> =
        PACKAGES.iter().filter(|row| libraries.iter().any(|name| name == row.0)).map(|row| row.1).collect();
    let hint = if known.is_empty() {
        "install the packages that contain them".to_owned()
    } else {
        format!("on Debian: apt-get install {}", known.join(" "))
    };
    format!("the compiler needs shared libraries that this system lacks: {}; {hint}", libraries.join(", "))
}

/// Installs the packages of `libraries` (as root) or unpacks them.
fn provide(
    libraries: &[String],
    root: &Path,
    host: &'static Target,
    scratch: &Path,
    console: Console,
) -> Result<()> {
    let names = packages_of(libraries)?;
    let step = console.step(format!("Getting shared libraries that the compiler needs: {}", names.join(" ")));
    if rustix::process::geteuid().is_root() && install(&names).is_ok() {
        step.finish("Installed the missing shared libraries");
        return Ok(());
    }
    files::remove(scratch)?;
    packages::download_others(&names, scratch).with_context(|| explain(libraries))?;
    let unpacked = scratch.join("unpacked");
    files::create_folder(&unpacked)?;
    for package in files::entries(scratch)?.iter().filter(|path| path.extension().is_some_and(|e| e == "deb"))
    {
        unpack::unpack_one(package, &unpacked)?;
    }
    let target = root.join("usr/lib").join(host.multiarch);
    for folder in ["usr/lib", "lib"].map(|folder| unpacked.join(folder).join(host.multiarch)) {
        if folder.is_dir() {
            for file in files::entries(&folder)?.iter().filter(|path| !path.is_dir()) {
                let destination = target.join(files::name_of(file));
                std::fs::rename(file, &destination)
                    .with_context(|| format!("cannot create {}", destination.display()))?;
            }
        }
    }
    step.finish("Unpacked the missing shared libraries");
    Ok(())
}

/// Installs packages by apt-get. Refreshes the package lists if the first attempt fails.
fn install(names: &[String]) -> Result<()> {
    let apt = |arguments: &[&str], names: &[String]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-y", "-o", "DPkg::Lock::Timeout=120"]);
        process::output(command.args(arguments).args(names))
    };
    if apt(&["install", "--no-install-recommends"], names).is_err() {
        apt(&["update"], &[])?;
        apt(&["install", "--no-install-recommends"], names)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_libraries_are_read_off_ldd() {
        let listing = "\tlinux-vdso.so.1 (0x1)\n\tlibz3.so.4 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x2)\n\
                       \tlibedit.so.2 => not found\n\tlibz3.so.4 => not found\n";
        assert_eq!(not_found(listing), ["libedit.so.2", "libz3.so.4"]);
    }

    #[test]
    fn packages_are_named_even_when_one_library_is_unknown() {
        assert_eq!(packages_of(&["libz3.so.4".to_owned()]).unwrap(), ["libz3-4"]);
        let error =
            packages_of(&["libz3.so.4".to_owned(), "libodd.so.9".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("libodd.so.9") && error.contains("libz3-4"), "{error}");
    }
}

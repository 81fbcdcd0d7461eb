//! Finds installed toolchains that have rustc-dev: one of rustup's, or a sysroot that the user names.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clif_targets::Target;

use super::compiler::{Compiler, is_driver_library};
use crate::files;

/// The command that installs a usable toolchain.
pub const RUSTUP_COMMAND: &str = "rustup toolchain install 1.96.0 --component rustc-dev rust-src llvm-tools";

/// The folder of rustup's toolchains.
fn toolchains_of_rustup() -> Option<PathBuf> {
    let home = std::env::var_os("RUSTUP_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".rustup")))?;
    Some(home.join("toolchains"))
}

/// Returns rustup's name of the toolchain with a sysroot; `None` if it is not one of rustup's.
pub fn rustup_name(sysroot: &Path) -> Option<String> {
    let of_rustup = toolchains_of_rustup()?.canonicalize().ok()?;
    (sysroot.canonicalize().ok()?.parent()? == of_rustup).then(|| files::name_of(sysroot))
}

/// Finds the rustup toolchain of the right version, if it is installed and has rustc-dev.
pub fn by_rustup(host: &'static Target) -> Option<Compiler> {
    let toolchains = files::entries(&toolchains_of_rustup()?).unwrap_or_default();
    toolchains.into_iter().find_map(|sysroot| {
        let compiler = Compiler { sysroot, host };
        let usable = has_rustc_dev(&compiler) && compiler.require_version().is_ok();
        usable.then_some(compiler)
    })
}

/// Checks the sysroot that the user names. An error says what it lacks.
pub fn by_path(path: &Path, host: &'static Target) -> Result<Compiler> {
    let sysroot = path.canonicalize().with_context(|| format!("--toolchain {}", path.display()))?;
    let compiler = Compiler { sysroot, host };
    if !compiler.rustc().is_file() {
        bail!(
            "--toolchain {}: this folder has no bin/rustc; name the folder that has bin and lib",
            path.display()
        );
    }
    compiler.require_version().with_context(|| format!("--toolchain {}", path.display()))?;
    if !has_rustc_dev(&compiler) {
        bail!(
            "--toolchain {}: this sysroot has no rustc-dev component (librustc_driver and the compiler's crates in \
             lib/rustlib/{}/lib); with rustup: {RUSTUP_COMMAND}",
            path.display(),
            host.triple
        );
    }
    Ok(compiler)
}

/// Whether a sysroot has the crates that a backend is compiled against.
fn has_rustc_dev(compiler: &Compiler) -> bool {
    let folder = compiler.sysroot.join("lib/rustlib").join(compiler.host.triple).join("lib");
    let files = files::entries(&folder).unwrap_or_default();
    let has_interface = files.iter().any(|path| {
        let name = files::name_of(path);
        name.starts_with("librustc_codegen_ssa-") && (name.ends_with(".rmeta") || name.ends_with(".rlib"))
    });
    has_interface && files.iter().any(|path| is_driver_library(path))
}

#[cfg(test)]
mod tests {
    use super::super::RUSTC_VERSION;
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn host() -> &'static Target {
        Target::named("x86_64").unwrap()
    }

    fn sysroot(version: &str, libraries: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let library_folder = folder.path().join("lib/rustlib").join(host().triple).join("lib");
        std::fs::create_dir_all(&library_folder).unwrap();
        std::fs::create_dir_all(folder.path().join("bin")).unwrap();
        for name in libraries {
            std::fs::write(library_folder.join(name), "").unwrap();
        }
        let script = format!(
            "#!/bin/sh\nprintf 'rustc {version} (x)\\ncommit-hash: 0123456789\\ncommit-date: d\\nrelease: {version}\\n'\n"
        );
        let rustc = folder.path().join("bin/rustc");
        std::fs::write(&rustc, script).unwrap();
        std::fs::set_permissions(&rustc, std::fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    const BOTH: [&str; 2] = ["librustc_driver-1.so", "librustc_codegen_ssa-1.rmeta"];

    #[test]
    fn a_sysroot_with_rustc_dev_is_taken() {
        let folder = sysroot(RUSTC_VERSION, &BOTH);
        assert!(by_path(folder.path(), host()).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_sysroot_is_said() {
        let error = |folder: &tempfile::TempDir| format!("{:#}", by_path(folder.path(), host()).unwrap_err());
        let wrong = error(&sysroot("1.95.0", &BOTH));
        assert!(wrong.contains("1.95.0") && wrong.contains("1.96.0"), "{wrong}");
        assert!(error(&sysroot(RUSTC_VERSION, &BOTH[..1])).contains("rustc-dev"));
        assert!(error(&tempfile::tempdir().unwrap()).contains("bin/rustc"));
    }
}

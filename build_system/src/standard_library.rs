//! Compiles the standard library with the backend, for `./y.sh build --sysroot clif` and the suite `own-std`.
//!
//! Runs these steps, with the lock of the build folder, unless this backend has compiled the library already:
//!
//! 1. For each target, cargo compiles the package `sysroot` of the library's unpatched sources, as rustc's
//!    own build does.
//! 2. The libraries are copied below `build/own-std`.
//! 3. A sysroot is laid out around them, in which everything else is a link to the compiler's.
//!
//! ```text
//! build/own-std/target       cargo's target folder
//! build/own-std/TRIPLE       the libraries of a target
//! build/own-std/sysroot/lib  the sysroot; MARK in lib/rustlib names the backend that compiled it
//! dist/toolchain/lib ->      that folder, or the compiler's own
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use clif_targets::Target;

use crate::build::Dist;
use crate::console::Console;
use crate::files::{self, Mode};
use crate::layout::Layout;
use crate::process;
use crate::toolchain::Toolchain;
use crate::toolchain::compiler::Compiler;
use crate::toolchain::key::sha256;

/// The backend that compiled the standard library of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum StandardLibrary {
    /// The compiler's own library, which LLVM compiled.
    Llvm,
    /// The library compiled by this backend.
    Clif,
}

/// The name of the folder in the build folder.
const FOLDER: &str = "own-std";
/// The file in `lib/rustlib` that only a sysroot of ours has; `rustc-clif -vV` prints it.
const MARK: &str = "compiled-by-clif";
/// The folder of the library's sources in a sysroot. Cargo looks there too.
const SOURCES: &str = "lib/rustlib/src/rust/library";
/// Changes when the same sources are compiled in another way.
const RECIPE: &str = "1";
/// The features that rustc's own build for Linux enables.
const FEATURES: &str = "backtrace panic-unwind";

/// Returns the sysroot for the library that the backend compiles. It may not exist yet.
pub fn sysroot_in(build: &Path) -> PathBuf {
    build.join(FOLDER).join("sysroot")
}

/// Makes `dist/` use the requested standard library for the host and for `targets`.
pub fn choose(
    wanted: StandardLibrary,
    targets: &[&'static Target],
    layout: &Layout,
    toolchain: &Toolchain,
    dist: &Dist,
    console: Console,
) -> Result<()> {
    let sysroot = match wanted {
        StandardLibrary::Llvm => toolchain.compiler.sysroot.clone(),
        StandardLibrary::Clif => build_for(targets, layout, toolchain, dist, console)?,
    };
    use_sysroot(&sysroot, dist)
}

/// Makes `dist/toolchain` the sysroot with the libraries of another one.
pub fn use_sysroot(sysroot: &Path, dist: &Dist) -> Result<()> {
    let (link, libraries) = (dist.libraries(), sysroot.join("lib"));
    if std::fs::read_link(&link).is_ok_and(|existing| existing == libraries) {
        return Ok(());
    }
    files::link(&libraries, &link)?;
    // Cargo caches the compiler's version, which names the library, until the compiler's file is newer.
    let driver = dist.rustc_clif();
    File::open(&driver)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .with_context(|| format!("cannot mark {} as changed", driver.display()))
}

/// Compiles the standard library with the backend for the host and `others`, unless it is up to date. Returns
/// its sysroot, which has the compiler's libraries for the remaining targets.
pub fn build_for(
    others: &[&'static Target],
    layout: &Layout,
    toolchain: &Toolchain,
    dist: &Dist,
    console: Console,
) -> Result<PathBuf> {
    let _lock = files::lock(&layout.build.join("lock"), "the build folder", console)?;
    let folder = layout.build.join(FOLDER);
    let sysroot = sysroot_in(&layout.build);
    let mark = sysroot.join("lib/rustlib").join(MARK);
    let wanted = identity(toolchain, dist)?;
    if !files::read_text(&mark).is_ok_and(|found| found.starts_with(&wanted)) {
        // The compiler needs a library to compile one.
        use_sysroot(&toolchain.compiler.sysroot, dist)?;
        files::remove(&folder)?;
        files::write_file(&mark, format!("{wanted}\n").as_bytes(), Mode::Plain)?;
    }
    let is_compiled = |target: &Target| folder.join(target.triple).exists();
    for target in std::iter::once(toolchain.compiler.host).chain(others.iter().copied()) {
        if !is_compiled(target) {
            let libraries = compile(&folder.join("target"), target, layout, toolchain, dist, console)?;
            let unfinished = folder.join("unfinished");
            files::remove(&unfinished)?;
            files::create_folder(&unfinished)?;
            for library in &libraries {
                let copy = unfinished.join(files::name_of(library));
                std::fs::copy(library, &copy).with_context(|| format!("cannot create {}", copy.display()))?;
            }
            let finished = folder.join(target.triple);
            std::fs::rename(&unfinished, &finished)
                .with_context(|| format!("cannot create {}", finished.display()))?;
        }
    }
    let compiled: Vec<&Target> = Target::all().iter().filter(|target| is_compiled(target)).collect();
    lay_out(&folder, &compiled, &toolchain.compiler)?;
    let triples: Vec<&str> = compiled.iter().map(|target| target.triple).collect();
    files::write_file(&mark, format!("{wanted} for {}\n", triples.join(", ")).as_bytes(), Mode::Plain)?;
    Ok(sysroot)
}

/// Returns the beginning of the line that distinguishes libraries by backend and compiler. The targets
/// follow.
fn identity(toolchain: &Toolchain, dist: &Dist) -> Result<String> {
    let backend = sha256(&files::read_file(&dist.backend())?);
    let all = format!("{RECIPE}\n{FEATURES}\n{}\n{backend}", toolchain.compiler.sysroot.display());
    Ok(format!("standard library: compiled by clif ({})", &sha256(all.as_bytes())[..16]))
}

/// Compiles the library for a target. Returns the files that belong into a sysroot.
fn compile(
    folder: &Path,
    target: &Target,
    layout: &Layout,
    toolchain: &Toolchain,
    dist: &Dist,
    console: Console,
) -> Result<Vec<PathBuf>> {
    let manifest = toolchain.compiler.sysroot.join(SOURCES).join("sysroot/Cargo.toml");
    if !manifest.is_file() {
        bail!(
            "the sources of the standard library are not in {}; with rustup: rustup component add rust-src",
            toolchain.compiler.sysroot.join(SOURCES).display()
        );
    }
    let triple = target.triple;
    files::remove(&folder.join(triple))?;
    let mut command = process::cargo();
    command.args(["build", "--release", "--locked", "--target", triple, "--features", FEATURES]);
    command.arg("--manifest-path").arg(&manifest).arg("--target-dir").arg(folder);
    command.env("RUSTC", dist.rustc_clif()).env("RUSTC_BOOTSTRAP", "1");
    // As in rustc's own build: the crates are unstable unless they say otherwise, and have line tables for
    // backtraces.
    command.env("RUSTFLAGS", "-Zforce-unstable-if-unmarked");
    command.env("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only");
    // Gives the shared library its own name, as rustc's build does.
    command.env("__CARGO_DEFAULT_LIB_METADATA", "clif");
    let step = console.step(format!("Compiling the standard library for {target}"));
    let log = layout.logs().join("own-std.log");
    process::run_logged(console, "compiling the standard library", &mut command, &log, |line| {
        step.progress(line.trim());
    })?;
    step.finish(&format!("Compiled the standard library for {target}"));
    // The folder was empty before, so all files are from this build.
    let mut libraries = files::entries(&folder.join(triple).join("release/deps"))?;
    libraries.retain(|file| file.extension().is_some_and(|found| ["rlib", "so"].iter().any(|e| found == *e)));
    Ok(libraries)
}

/// Lays out a sysroot of links: to the libraries in `folder` for the `compiled` targets, otherwise to the
/// compiler's files.
fn lay_out(folder: &Path, compiled: &[&Target], compiler: &Compiler) -> Result<()> {
    let libraries = folder.join("sysroot/lib");
    let theirs = compiler.sysroot.join("lib");
    let link_all = |inside: &Path, except: &dyn Fn(&str) -> bool| -> Result<()> {
        for path in files::entries(&theirs.join(inside)).unwrap_or_default() {
            let name = files::name_of(&path);
            if !except(&name) {
                files::link(&path, &libraries.join(inside).join(name))?;
            }
        }
        Ok(())
    };
    link_all(Path::new(""), &|name| name == "rustlib")?;
    link_all(Path::new("rustlib"), &|name| compiled.iter().any(|target| target.triple == name))?;
    for target in compiled {
        let inside = Path::new("rustlib").join(target.triple);
        let ours = libraries.join(&inside);
        // Before the library was compiled, this was a link to the compiler's.
        if ours.is_symlink() {
            files::remove(&ours)?;
        }
        link_all(&inside, &|name| name == "lib")?;
        files::link(&folder.join(target.triple), &ours.join("lib"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sysroot_has_everything_of_the_compilers_but_its_libraries() {
        let folder = tempfile::tempdir().unwrap();
        let (theirs, ours) = (folder.path().join("theirs"), folder.path().join("ours"));
        let host = Target::host().unwrap();
        let target = Path::new("lib/rustlib").join(host.triple);
        for file in ["lib/libdriver.so", "lib/rustlib/src/rust", "lib/rustlib/etc/x"] {
            files::write_file(&theirs.join(file), b"", Mode::Plain).unwrap();
        }
        files::write_file(&theirs.join(&target).join("bin/lld"), b"", Mode::Plain).unwrap();
        files::write_file(&theirs.join(&target).join("lib/libstd.rlib"), b"", Mode::Plain).unwrap();
        let other = Target::all().iter().find(|target| !target.is_host()).unwrap();
        let library_of_other = Path::new("lib/rustlib").join(other.triple).join("lib/libstd.rlib");
        files::write_file(&theirs.join(&library_of_other), b"", Mode::Plain).unwrap();
        files::write_file(&ours.join(host.triple).join("libstd-ours.rlib"), b"", Mode::Plain).unwrap();
        let compiler = Compiler { sysroot: theirs, host };
        lay_out(&ours, &[host], &compiler).unwrap();
        let has = |file: &Path| ours.join("sysroot").join(file).exists();
        assert!(has(Path::new("lib/libdriver.so")) && has(Path::new("lib/rustlib/etc/x")));
        assert!(has(&target.join("bin/lld")) && has(&target.join("lib")));
        assert!(!has(&target.join("lib/libstd.rlib")) && has(&target.join("lib/libstd-ours.rlib")));
        assert!(has(&library_of_other));
        files::write_file(&ours.join(other.triple).join("libstd-ours.rlib"), b"", Mode::Plain).unwrap();
        lay_out(&ours, &[host, other], &compiler).unwrap();
        assert!(!has(&library_of_other) && has(&library_of_other.with_file_name("libstd-ours.rlib")));
    }
}

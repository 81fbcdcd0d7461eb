//! The standard library compiled by the backend: `./y.sh build --sysroot clif`, and what the suite `own-std`
//! runs with.
//!
//! In this order, with the lock of the build folder: cargo compiles the package `sysroot` of the library's
//! unpatched sources, as rustc's own build does; the libraries that it made are copied below `build/own-std`;
//! around them a sysroot is laid out, in which everything else is a link to the compiler's. All of that is
//! left out when the backend is the one that compiled what is there.
//!
//! ```text
//! build/own-std/target       cargo's target folder
//! build/own-std/sysroot/lib  the sysroot; MARK in lib/rustlib says by which backend it was compiled
//! dist/toolchain/lib ->      that folder, or the compiler's own
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::build::Dist;
use crate::console::Console;
use crate::files::{self, Mode};
use crate::layout::Layout;
use crate::process;
use crate::toolchain::Toolchain;
use crate::toolchain::compiler::Compiler;
use crate::toolchain::key::sha256;

/// Who compiled the standard library that programs are linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum StandardLibrary {
    /// LLVM: the compiler's own.
    Llvm,
    /// This backend.
    Clif,
}

/// Where everything lies in the build folder.
const FOLDER: &str = "own-std";
/// The file in `lib/rustlib` that only a sysroot of ours has; `rustc-clif -vV` prints it.
const MARK: &str = "compiled-by-clif";
/// Where the sources of the library are in a compiler's sysroot; cargo looks there, too.
const SOURCES: &str = "lib/rustlib/src/rust/library";
/// Changed when the same sources are compiled in another way.
const RECIPE: &str = "1";
/// What rustc's own build for Linux asks of the library.
const FEATURES: &str = "backtrace panic-unwind";

/// The sysroot with the library that the backend compiled, whether it is there or not.
pub fn sysroot_in(build: &Path) -> PathBuf {
    build.join(FOLDER).join("sysroot")
}

/// Makes `dist/` use the wanted standard library.
pub fn choose(
    wanted: StandardLibrary,
    layout: &Layout,
    toolchain: &Toolchain,
    dist: &Dist,
    console: Console,
) -> Result<()> {
    let sysroot = match wanted {
        StandardLibrary::Llvm => toolchain.compiler.sysroot.clone(),
        StandardLibrary::Clif => build(layout, toolchain, dist, console)?,
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
    // cargo asks a compiler only once for its version, which names the library, unless the file is a newer
    // one.
    let driver = dist.rustc_clif();
    File::open(&driver)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .with_context(|| format!("cannot mark {} as changed", driver.display()))
}

/// Compiles the standard library with the backend, unless that is done; returns the sysroot that has it.
pub fn build(layout: &Layout, toolchain: &Toolchain, dist: &Dist, console: Console) -> Result<PathBuf> {
    let _lock = files::lock(&layout.build.join("lock"), "the build folder", console)?;
    let folder = layout.build.join(FOLDER);
    let sysroot = sysroot_in(&layout.build);
    let mark = sysroot.join("lib/rustlib").join(MARK);
    let wanted = identity(toolchain, dist)?;
    if files::read_text(&mark).is_ok_and(|found| found == wanted) {
        return Ok(sysroot);
    }
    files::remove(&folder)?;
    let libraries = compile(&folder.join("target"), layout, toolchain, dist, console)?;
    lay_out(&sysroot, &toolchain.compiler)?;
    let target = sysroot.join("lib/rustlib").join(toolchain.compiler.host.triple).join("lib");
    for library in &libraries {
        let copy = target.join(files::name_of(library));
        std::fs::copy(library, &copy).with_context(|| format!("cannot create {}", copy.display()))?;
    }
    files::write_file(&mark, wanted.as_bytes(), Mode::Plain)?;
    Ok(sysroot)
}

/// The line that tells apart what was compiled by different backends, for different compilers.
fn identity(toolchain: &Toolchain, dist: &Dist) -> Result<String> {
    let backend = sha256(&files::read_file(&dist.backend())?);
    let all = format!("{RECIPE}\n{FEATURES}\n{}\n{backend}", toolchain.compiler.sysroot.display());
    Ok(format!("standard library: compiled by clif ({})\n", &sha256(all.as_bytes())[..16]))
}

/// Compiles the library; returns the files that a sysroot has.
fn compile(
    target: &Path,
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
    let triple = toolchain.compiler.host.triple;
    let mut command = process::cargo();
    command.args(["build", "--release", "--locked", "--target", triple, "--features", FEATURES]);
    command.arg("--manifest-path").arg(&manifest).arg("--target-dir").arg(target);
    command.env("RUSTC", dist.rustc_clif()).env("RUSTC_BOOTSTRAP", "1");
    // Its crates are not for users unless they say so; positions are for backtraces.
    command.env("RUSTFLAGS", "-Zforce-unstable-if-unmarked");
    command.env("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only");
    // What gives the shared library a name of its own, as rustc's build does.
    command.env("__CARGO_DEFAULT_LIB_METADATA", "clif");
    let step = console.step("Compiling the standard library");
    let log = layout.logs().join("own-std.log");
    process::run_logged(console, "compiling the standard library", &mut command, &log, |line| {
        step.progress(line.trim());
    })?;
    step.finish("Compiled the standard library");
    // The folder was empty before, so this build's are all that it has.
    let mut libraries = files::entries(&target.join(triple).join("release/deps"))?;
    libraries.retain(|file| file.extension().is_some_and(|found| ["rlib", "so"].iter().any(|e| found == *e)));
    Ok(libraries)
}

/// A sysroot with everything but the libraries of the target: links to the compiler's.
fn lay_out(sysroot: &Path, compiler: &Compiler) -> Result<()> {
    let mut inside = PathBuf::from("lib");
    for own in ["rustlib", compiler.host.triple, "lib"] {
        let theirs = compiler.sysroot.join(&inside);
        for path in files::entries(&theirs)?.iter().filter(|path| files::name_of(path) != own) {
            files::link(path, &sysroot.join(&inside).join(files::name_of(path)))?;
        }
        inside.push(own);
    }
    files::create_folder(&sysroot.join(inside))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Host;

    #[test]
    fn a_sysroot_has_everything_of_the_compilers_but_its_libraries() {
        let folder = tempfile::tempdir().unwrap();
        let (theirs, ours) = (folder.path().join("theirs"), folder.path().join("ours"));
        let host = Host::this().unwrap();
        let target = Path::new("lib/rustlib").join(host.triple);
        for file in ["lib/libdriver.so", "lib/rustlib/src/rust", "lib/rustlib/etc/x"] {
            files::write_file(&theirs.join(file), b"", Mode::Plain).unwrap();
        }
        files::write_file(&theirs.join(&target).join("bin/lld"), b"", Mode::Plain).unwrap();
        files::write_file(&theirs.join(&target).join("lib/libstd.rlib"), b"", Mode::Plain).unwrap();
        lay_out(&ours, &Compiler { sysroot: theirs, host }).unwrap();
        let has = |file: &Path| ours.join(file).exists();
        assert!(has(Path::new("lib/libdriver.so")) && has(Path::new("lib/rustlib/etc/x")));
        assert!(has(&target.join("bin/lld")) && has(&target.join("lib")));
        assert!(!has(&target.join("lib/libstd.rlib")));
    }
}

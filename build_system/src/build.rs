//! `./y.sh build`: compiles the backend, the driver and `cargo-clif`, and lays out `dist/`.
//!
//! Runs these steps:
//!
//! 1. cargo compiles with the toolchain's compiler, against the sysroot that has the compiler's crates.
//! 2. The crate ids in the linked files are renamed, if a file changed.
//! 3. The driver is started once as a check, if a file changed.
//! 4. The standard library that programs are linked with is chosen ([`standard_library`]).
//!
//! ```text
//! dist/bin/cargo-clif      what users call            dist/lib/librustc_codegen_clif.so   the backend
//! dist/bin/rustc-clif      the driver                 dist/compiler -> sysroot            the real compiler
//! dist/bin/rustdoc-clif -> cargo-clif                 dist/toolchain/bin/rustc -> rustc-clif
//!                                                     dist/toolchain/lib -> the sysroot's lib
//! ```
//!
//! `dist/toolchain` is the sysroot that the driver reports. It has the compiler's libraries, but *our*
//! compiler, because some tools look for a compiler in the sysroot. The last step chooses its standard
//! library.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, bail};

use crate::console::Console;
use crate::files::{self, Mode};
use crate::layout::Layout;
use crate::process;
use crate::standard_library::{self, StandardLibrary};
use crate::toolchain::rename::{self, Universe};
use crate::toolchain::{Toolchain, debian};

/// The file name of the backend.
pub const BACKEND_LIBRARY: &str = "librustc_codegen_clif.so";

/// The programs and libraries of `dist/`.
pub struct Dist {
    /// `dist/` itself.
    folder: PathBuf,
}

impl Dist {
    /// The `dist/` of a layout.
    pub fn of(layout: &Layout) -> Dist {
        Dist { folder: layout.dist.clone() }
    }
    /// `cargo-clif`.
    pub fn cargo_clif(&self) -> PathBuf {
        self.folder.join("bin/cargo-clif")
    }
    /// The driver.
    pub fn rustc_clif(&self) -> PathBuf {
        self.folder.join("bin/rustc-clif")
    }
    /// The backend.
    pub fn backend(&self) -> PathBuf {
        self.folder.join("lib").join(BACKEND_LIBRARY)
    }
    /// The link to the folder of libraries that programs are linked with.
    pub fn libraries(&self) -> PathBuf {
        self.folder.join("toolchain/lib")
    }
}

/// Builds `dist/`. Programs are linked with the compiler's own standard library.
pub fn build(layout: &Layout, toolchain: &Toolchain, console: Console) -> Result<Dist> {
    let dist = build_programs(layout, toolchain, console)?;
    standard_library::choose(StandardLibrary::Llvm, &[], layout, toolchain, &dist, console)?;
    Ok(dist)
}

/// Builds the backend and its programs.
pub fn build_programs(layout: &Layout, toolchain: &Toolchain, console: Console) -> Result<Dist> {
    let _lock = files::lock(&layout.build.join("lock"), "the build folder", console)?;
    compile(layout, toolchain, console)?;
    let dist = Dist::of(layout);
    let release = target_folder(layout).join(toolchain.compiler.host.triple).join("release");
    let changed = install(&dist, &release, layout, toolchain)?;
    link_compiler(&dist, toolchain)?;
    if changed {
        try_driver(&dist)?;
    }
    Ok(dist)
}

/// Cargo's target folder for the backend.
fn target_folder(layout: &Layout) -> PathBuf {
    layout.build.join("backend")
}

/// Returns a cargo command that compiles for the compiler's own sysroot.
pub fn cargo_for_backend(layout: &Layout, toolchain: &Toolchain) -> Result<Command> {
    let mut command = process::cargo();
    command.current_dir(&layout.clone).env("RUSTC", toolchain.compiler.rustc());
    command.env("LD_LIBRARY_PATH", toolchain.compiler.library_path());
    // Only our own crates may use the compiler's crates. Dependencies see a stable compiler.
    command.env("RUSTC_BOOTSTRAP", "rustc_codegen_clif,rustc_clif");
    command.env("CARGO_ENCODED_RUSTFLAGS", encoded_flags(toolchain)?);
    Ok(command)
}

/// Returns the flags for crates of the target: the sysroot, and the run path of the linked files.
fn encoded_flags(toolchain: &Toolchain) -> Result<String> {
    let sysroot = toolchain.build_sysroot.to_str().context("the path of the toolchain is not UTF-8")?;
    let multiarch = toolchain.compiler.host.multiarch;
    let folders = ["../lib".to_owned(), format!("../compiler/lib/{multiarch}"), "../compiler/lib".to_owned()];
    let path = folders.map(|folder| format!("$ORIGIN/{folder}")).join(":");
    // `DT_RPATH` instead of `DT_RUNPATH`, because it also applies to the libraries of our libraries (the
    // compiler's LLVM).
    let flags = [
        format!("--sysroot={sysroot}"),
        format!("-Clink-arg=-Wl,-rpath,{path}"),
        "-Clink-arg=-Wl,--disable-new-dtags".to_owned(),
        // Before they are renamed, names with our crate ids are undefined in every library. The renaming
        // checks them all.
        "-Clink-arg=-Wl,--allow-shlib-undefined".to_owned(),
    ];
    Ok(flags.join("\x1f"))
}

/// Compiles the backend, the driver and `cargo-clif`.
fn compile(layout: &Layout, toolchain: &Toolchain, console: Console) -> Result<()> {
    let step = console.step("Compiling the backend");
    let mut command = cargo_for_backend(layout, toolchain)?;
    command.args(["build", "--release", "-p", "rustc_codegen_clif", "-p", "cargo-clif"]);
    command.args(["--target", toolchain.compiler.host.triple]).arg("--target-dir").arg(target_folder(layout));
    let mut crates = 0;
    let log = layout.logs().join("backend.log");
    process::run_logged(console, "compiling the backend", &mut command, &log, |line| {
        if let Some(name) = line.trim().strip_prefix("Compiling ") {
            crates += 1;
            step.progress(&format!("{crates} crates, {}", name.split(' ').next().unwrap_or_default()));
        }
    })?;
    step.finish(if crates > 0 { "Compiled the backend" } else { "The backend is up to date" });
    Ok(())
}

/// Puts the linked files into `dist/`, renamed. Returns whether one of them changed.
fn install(dist: &Dist, release: &Path, layout: &Layout, toolchain: &Toolchain) -> Result<bool> {
    let backend = (release.join(BACKEND_LIBRARY), dist.backend());
    let driver = (release.join("rustc-clif"), dist.rustc_clif());
    let front = (release.join("cargo-clif"), dist.cargo_clif());
    let identity = |source: &Path| identity(source, toolchain);
    let mut stale = Vec::new();
    for (source, target) in [&backend, &driver, &front] {
        let stamp = layout.build.join("installed").join(files::name_of(target));
        let wanted = identity(source)?;
        if !target.exists() || files::read_text(&stamp).ok().as_deref() != Some(&wanted) {
            stale.push((source, target, stamp, wanted));
        }
    }
    if stale.is_empty() {
        return Ok(false);
    }
    let universe = universe_with_backend(toolchain, &backend.0)?;
    for (source, target, stamp, wanted) in stale {
        let mut bytes = files::read_file(source)?;
        if let Some(universe) = &universe {
            rename::rename(&mut bytes, universe)
                .with_context(|| format!("cannot finish {}", source.display()))?;
        }
        files::write_file(target, &bytes, Mode::Executable)?;
        files::write_file(&stamp, wanted.as_bytes(), Mode::Plain)?;
    }
    Ok(true)
}

/// Returns the symbols that linked files can refer to: those of the compiler and, for the driver, of the
/// backend.
fn universe_with_backend(toolchain: &Toolchain, backend: &Path) -> Result<Option<Universe>> {
    let Some(mut universe) = toolchain.universe()? else { return Ok(None) };
    universe.add_names(debian::symbols_of(backend)?);
    Ok(Some(universe))
}

/// Returns a text that changes whenever a linked file or the toolchain changes.
fn identity(file: &Path, toolchain: &Toolchain) -> Result<String> {
    let context = || format!("cargo did not make {}", file.display());
    let metadata = fs::metadata(file).with_context(context)?;
    let time = metadata.modified().with_context(context)?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} {} {}", time.as_nanos(), metadata.len(), toolchain.build_sysroot.display()))
}

/// Makes the links from `dist/` to the compiler.
fn link_compiler(dist: &Dist, toolchain: &Toolchain) -> Result<()> {
    let folder = &dist.folder;
    files::link(&toolchain.compiler.sysroot, &folder.join("compiler"))?;
    // `cargo-clif` serves all three names, and looks at the one that it is called by.
    for name in ["rustdoc-clif", "rustc-clif-doc-tests"] {
        files::link(Path::new("cargo-clif"), &folder.join("bin").join(name))?;
    }
    files::link(Path::new("../../bin/rustc-clif"), &folder.join("toolchain/bin/rustc"))?;
    files::link(Path::new("../../bin/rustdoc-clif"), &folder.join("toolchain/bin/rustdoc"))?;
    // An existing link stays until the standard library is chosen. The first trial run needs one.
    if dist.libraries().exists() {
        return Ok(());
    }
    standard_library::use_sysroot(&toolchain.compiler.sysroot, dist)
}

/// Starts the driver once with every symbol bound, so that a bad build fails here and not for a user.
fn try_driver(dist: &Dist) -> Result<()> {
    let mut command = Command::new(dist.rustc_clif());
    command.arg("-vV").env("LD_BIND_NOW", "1").env_remove("LD_LIBRARY_PATH");
    let text = process::output(&mut command).context("the new driver does not start")?;
    if !text.contains("release:") {
        bail!("the new driver prints for -vV: {text}");
    }
    Ok(())
}

/// Makes cargo use the toolchain's compiler without our backend. Sets `LD_LIBRARY_PATH` for it.
pub fn with_llvm(command: &mut Command, toolchain: &Toolchain) {
    let library_path: OsString = toolchain.compiler.library_path();
    command.env("RUSTC", toolchain.compiler.rustc()).env("LD_LIBRARY_PATH", library_path);
}

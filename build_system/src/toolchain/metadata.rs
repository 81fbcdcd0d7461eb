//! Makes the metadata (`.rmeta`) of the compiler's crates from their sources, without codegen.
//!
//! Runs these steps:
//! 1. Make a workspace of the compiler's crates only (symbolic links into the unpacked sources).
//! 2. Make the wrapper's files: a stand-in for LLVM's C++ library, and the table of Debian's crate ids.
//! 3. `cargo fetch`, which also completes the lock file (Debian's lacks crates for other systems).
//! 4. `cargo build` with [`super::wrapper`] as the compiler.
//! 5. Compile `rustc_driver` as a `dylib`, whose metadata lists all these crates as contained in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clif_targets::Target;
use object::write::{Object as WrittenObject, Symbol, SymbolSection};
use object::{Object as _, SymbolFlags, SymbolKind, SymbolScope};

use super::compiler::{Compiler, Version};
use super::crate_ids::IdTable;
use super::wrapper::{self, MetadataFolder};
use super::{RUSTC_VERSION, archive};
use crate::console::Console;
use crate::files::{self, Mode};
use crate::process;

/// The inputs of the metadata build.
pub struct MetadataBuild<'a> {
    /// The folder of this build, removed when the toolchain is complete.
    pub folder: MetadataFolder,
    /// The unpacked `usr/src/rustc-1.96.0`.
    pub sources: &'a Path,
    /// The final path of those sources, for the paths in diagnostics.
    pub final_sources: &'a Path,
    /// The compiler.
    pub compiler: &'a Compiler,
    /// The target.
    pub host: &'static Target,
    /// The crate ids in the compiler's own library.
    pub their_ids: &'a IdTable,
    /// The folder of cargo's logs.
    pub logs: &'a Path,
    /// Shows progress to the user.
    pub console: Console,
}

/// The paths of the results.
pub struct Metadata {
    /// The folder with the `.rmeta` files for the target.
    pub crates: PathBuf,
    /// The folder with the proc macros (`.so`).
    pub macros: PathBuf,
    /// The metadata of the `rustc_driver` dylib.
    pub driver: PathBuf,
}

impl MetadataBuild<'_> {
    /// Runs all steps. Resumes in a folder that an interrupted build left.
    pub fn run(&self) -> Result<Metadata> {
        self.workspace()?;
        self.wrapper_files()?;
        self.fetch()?;
        self.build()?;
        self.driver()
    }

    /// Makes the workspace of the compiler's crates.
    fn workspace(&self) -> Result<()> {
        let folder = &self.folder.0;
        files::create_folder(folder)?;
        for name in ["compiler", "library"] {
            files::link(&self.sources.join(name), &folder.join(name))?;
        }
        let manifest = reduced_manifest(&files::read_text(&self.sources.join("Cargo.toml"))?)?;
        files::write_file(&folder.join("Cargo.toml"), manifest.as_bytes(), Mode::Plain)?;
        if !self.folder.lock().exists() {
            let lock = files::read_file(&self.sources.join("Cargo.lock"))?;
            files::write_file(&self.folder.lock(), &lock, Mode::Plain)?;
        }
        Ok(())
    }

    /// Writes the files that the wrapper reads.
    fn wrapper_files(&self) -> Result<()> {
        let rustc = self.compiler.rustc();
        let path = rustc.to_str().context("the path of the toolchain cache is not UTF-8")?;
        files::write_file(&self.folder.compiler(), path.as_bytes(), Mode::Plain)?;
        files::write_file(&self.folder.their_ids(), self.their_ids.to_text().as_bytes(), Mode::Plain)?;
        let library = archive::with_one_member("stand-in.o", &stand_in_object()?);
        files::write_file(&self.folder.native().join("libllvm-wrapper.a"), &library, Mode::Plain)
    }

    /// Returns a cargo command in the reduced workspace.
    fn cargo(&self, version: &Version) -> Result<Command> {
        let mut command = process::cargo();
        command.current_dir(&self.folder.0).env("LD_LIBRARY_PATH", self.compiler.library_path());
        command.env("RUSTC", std::env::current_exe().context("cannot find the path of this program")?);
        command.env(wrapper::VARIABLE, &self.folder.0).env("RUSTC_BOOTSTRAP", "1").env("RUST_CHECK", "1");
        command.env("CFG_RELEASE", RUSTC_VERSION).env("CFG_RELEASE_CHANNEL", "stable");
        command.env("CFG_VERSION", &version.description).env("CFG_COMPILER_HOST_TRIPLE", self.host.triple);
        command.env("CFG_DEFAULT_CODEGEN_BACKEND", "llvm").env("CFG_LIBDIR_RELATIVE", "lib");
        command.env("RUSTC_INSTALL_BINDIR", "bin").env("CFG_OMIT_GIT_HASH", "1");
        command.env("CFG_DISABLE_UNSTABLE_FEATURES", "1");
        command.env("CFG_VER_HASH", &version.short_hash).env("CFG_VER_DATE", &version.date);
        // The optimisation level decides which functions are inlined across crates.
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        command.env("CARGO_ENCODED_RUSTFLAGS", self.path_remapping());
        Ok(command)
    }

    /// Returns the flag that makes diagnostics name the final path of the sources.
    fn path_remapping(&self) -> OsString {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(&self.folder.0);
        flag.push("=");
        flag.push(self.final_sources);
        flag
    }

    /// Downloads the crates that the compiler depends on.
    fn fetch(&self) -> Result<()> {
        let version = self.compiler.version()?;
        let step = self.console.step("Fetching the crates that the compiler depends on");
        let what = "fetching the crates that the compiler depends on";
        let fetch = |log: &str, offline: &[&str]| {
            let mut command = self.cargo(&version)?;
            command.args(["fetch", "--target", self.host.triple]).args(offline);
            process::run_logged(self.console, what, &mut command, &self.logs.join(log), |line| {
                step.progress(line);
            })
        };
        // Without a network, the crates may be there from an earlier run.
        if let Err(error) = fetch("toolchain-fetch.log", &[]) {
            fetch("toolchain-fetch-offline.log", &["--offline"]).map_err(|_| error)?;
        }
        step.finish("Fetched the crates that the compiler depends on");
        Ok(())
    }

    /// Builds the metadata.
    fn build(&self) -> Result<()> {
        let version = self.compiler.version()?;
        let step = self.console.step("Making the metadata of the compiler's crates (about 5 minutes, once)");
        let mut command = self.cargo(&version)?;
        command.args(["build", "--release", "--offline", "--target", self.host.triple]);
        command.args(["-p", "rustc_codegen_ssa", "-p", "rustc_driver_impl"]);
        // The symbol name of a shared generic instance contains the crate that owns it, which depends on the
        // crate graph.
        command.args(["--features", "rustc_driver_impl/llvm"]);
        command.arg("--target-dir").arg(self.target_folder());
        let mut crates = 0;
        let log = self.logs.join("toolchain-metadata.log");
        process::run_logged(self.console, "making the compiler's metadata", &mut command, &log, |line| {
            if let Some(name) = line.trim().strip_prefix("Compiling ") {
                crates += 1;
                step.progress(&format!("{crates} crates, {}", name.split(' ').next().unwrap_or_default()));
            }
        })?;
        step.finish("Made the metadata of the compiler's crates");
        Ok(())
    }

    /// Cargo's target folder.
    fn target_folder(&self) -> PathBuf {
        self.folder.0.join("target")
    }

    /// The folder of the crates for the target.
    fn crates(&self) -> PathBuf {
        self.target_folder().join(self.host.triple).join("release/deps")
    }

    /// Compiles `rustc_driver` as a dylib whose metadata says that it contains all other crates.
    fn driver(&self) -> Result<Metadata> {
        let crates = self.crates();
        let macros = self.target_folder().join("release/deps");
        let implementation = files::entries(&crates)?
            .into_iter()
            .find(|path| {
                let name = files::name_of(path);
                name.starts_with("librustc_driver_impl-") && name.ends_with(".rmeta")
            })
            .context("the metadata build did not make rustc_driver_impl")?;
        let output = self.folder.0.join("driver");
        files::create_folder(&output)?;
        let with_path = |prefix: &str, path: &Path| {
            let mut argument = OsString::from(prefix);
            argument.push(path);
            argument
        };
        let mut command = self.compiler.command();
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(&self.folder.0);
        command.args(["--edition=2024", "--crate-name=rustc_driver", "--crate-type=dylib"]);
        command.arg("compiler/rustc_driver/src/lib.rs").args(["--target", self.host.triple]);
        command.args([
            "--emit=metadata,link",
            "-Zno-codegen",
            "-Clinker=true",
            "-Zforce-unstable-if-unmarked",
        ]);
        command.args(["-Csymbol-mangling-version=v0", "-Cmetadata=clif", "-Cextra-filename=-clif"]);
        command.arg("--out-dir").arg(&output).arg("-L").arg(&crates).arg("-L").arg(&macros);
        command.arg("--extern").arg(with_path("rustc_driver_impl=", &implementation.with_extension("rlib")));
        command.arg("--extern").arg(with_path("rustc_driver_impl=", &implementation));
        command.arg(with_path("-Lnative=", &self.folder.native())).arg(self.path_remapping());
        let log = self.logs.join("toolchain-driver.log");
        process::run_logged(self.console, "making the metadata of rustc_driver", &mut command, &log, |_| {})?;
        Ok(Metadata { crates, macros, driver: output.join("librustc_driver-clif.rmeta") })
    }
}

/// Reduces the manifest of the sources to the compiler as the only member.
fn reduced_manifest(manifest: &str) -> Result<String> {
    let context = "the manifest of the compiler's sources is not as expected";
    let (before, rest) = manifest.split_once("members = [").context(context)?;
    let (_, after) = rest.split_once("\n]").context(context)?;
    Ok(format!("{before}members = [\"compiler/rustc\"]{after}"))
}

/// Writes an object file with one symbol, for an archive that only has to exist. It is for the machine that
/// this program runs on.
fn stand_in_object() -> Result<Vec<u8>> {
    let own = files::read_file(&std::env::current_exe().context("cannot find the path of this program")?)?;
    let architecture = object::File::parse(&*own).context("cannot read this program")?.architecture();
    let mut file = WrittenObject::new(object::BinaryFormat::Elf, architecture, object::Endianness::Little);
    file.add_symbol(Symbol {
        name: b"clif_stand_in_for_llvm".to_vec(),
        value: 0,
        size: 0,
        kind: SymbolKind::Data,
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Absolute,
        flags: SymbolFlags::None,
    });
    file.write().context("cannot make an object file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_keeps_all_but_the_members() {
        let manifest = "[workspace]\nresolver = \"2\"\nmembers = [\n# x\n  \"a\",\n  \"b\",\n]\n\nexclude = [\n \"c\",\n]\n";
        let reduced = reduced_manifest(manifest).unwrap();
        assert_eq!(
            reduced,
            "[workspace]\nresolver = \"2\"\nmembers = [\"compiler/rustc\"]\n\nexclude = [\n \"c\",\n]\n"
        );
        assert!(reduced_manifest("[package]\n").is_err());
    }

    #[test]
    fn the_stand_in_is_an_object_file() {
        let bytes = stand_in_object().unwrap();
        assert_eq!(object::File::parse(&bytes[..]).unwrap().symbols().count(), 1);
    }
}

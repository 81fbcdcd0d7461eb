//! Finds `dist/`, the folder that `cargo-clif` is installed in.

use std::env;
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clif_targets::Target;
use object::Endianness;
use object::elf::FileHeader64;
use object::read::ReadCache;
use object::read::elf::{FileHeader as _, ProgramHeader as _};

use crate::doc_tests;

/// A complete `dist/`.
pub struct Dist {
    /// The folder, without symbolic links.
    folder: PathBuf,
}

impl Dist {
    /// Finds the folder that contains this program.
    pub fn find() -> Result<Dist> {
        let own = env::current_exe().context("cannot find the path of this program")?;
        let folder = own.parent().and_then(Path::parent).context("this program is not in a `bin` folder")?;
        Dist::at(folder.to_owned())
    }

    /// Checks that `folder` has the driver and the compiler.
    fn at(folder: PathBuf) -> Result<Dist> {
        let dist = Dist { folder };
        if !dist.rustc().is_file() {
            bail!(
                "{} does not exist: `cargo clif` works only inside the `dist` folder that `./y.sh build` makes; run it \
                 there, or link to it",
                dist.rustc().display()
            );
        }
        if !dist.compiler().join("bin/rustc").is_file() {
            bail!(
                "the compiler that {} was built for does not exist any more; run `./y.sh build` to restore it",
                dist.folder.display()
            );
        }
        Ok(dist)
    }

    /// The driver: rustc with our backend.
    pub fn rustc(&self) -> PathBuf {
        self.folder.join("bin/rustc-clif")
    }

    /// rustdoc: this program under another name.
    pub fn rustdoc(&self) -> PathBuf {
        self.folder.join("bin/rustdoc-clif")
    }

    /// The compiler of doc tests: this program under a third name.
    pub fn doc_test_compiler(&self) -> PathBuf {
        self.folder.join("bin").join(doc_tests::BUILDER_NAME)
    }

    /// Whether the sysroot has a standard library for a target.
    pub fn has_library(&self, target: &str) -> bool {
        let folder = self.folder.join("toolchain/lib/rustlib").join(target).join("lib");
        let names = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.map(|name| name.to_string_lossy().into_owned()).any(|name| name.starts_with("libcore-"))
    }

    /// Returns rustup's name of the compiler; `None` if it is not one of rustup's.
    pub fn rustup_toolchain(&self) -> Option<String> {
        let sysroot = self.compiler().canonicalize().ok()?;
        let is_of_rustup = sysroot.parent()?.file_name()? == "toolchains"
            && sysroot.ancestors().nth(2)?.join("settings.toml").exists();
        is_of_rustup.then(|| sysroot.file_name().map(|name| name.to_string_lossy().into_owned()))?
    }

    /// The program that sets things up. It is beside `dist/`, unless the clone is read-only.
    pub fn setup_program(&self) -> PathBuf {
        let beside = self.folder.with_file_name("y.sh");
        if beside.exists() { beside } else { PathBuf::from("./y.sh") }
    }

    /// The sysroot of the real compiler.
    fn compiler(&self) -> PathBuf {
        self.folder.join("compiler")
    }

    /// Returns a command that runs the real rustdoc.
    ///
    /// Debian's rustdoc finds its libraries only if their folder is named. We name it to the dynamic linker,
    /// because doc tests would inherit `LD_LIBRARY_PATH`.
    pub fn real_rustdoc(&self) -> Result<Command> {
        let program = self.compiler().join("bin/rustdoc");
        if !program.is_file() {
            bail!("{} has no rustdoc", self.compiler().display());
        }
        let libraries = self.compiler().join("lib").join(Target::host()?.multiarch);
        let linker = dynamic_linker(&program).filter(|linker| libraries.is_dir() && linker.exists());
        let Some(linker) = linker else { return Ok(Command::new(program)) };
        let mut command = Command::new(linker);
        command.arg("--library-path").arg(libraries).args(["--argv0", "rustdoc"]).arg(program);
        Ok(command)
    }
}

/// Returns the dynamic linker that a program names; `None` if the file is not a 64-bit ELF program that is
/// dynamically linked.
fn dynamic_linker(program: &Path) -> Option<PathBuf> {
    let file = ReadCache::new(File::open(program).ok()?);
    let header = FileHeader64::<Endianness>::parse(&file).ok()?;
    let endian = header.endian().ok()?;
    let headers = header.program_headers(endian, &file).ok()?;
    let name = headers.iter().find_map(|header| header.interpreter(endian, &file).ok().flatten())?;
    Some(PathBuf::from(OsStr::from_bytes(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dynamic_linker_is_found() {
        let linker = dynamic_linker(&env::current_exe().unwrap()).unwrap();
        assert!(linker.exists(), "{}", linker.display());
        assert_eq!(dynamic_linker(Path::new(file!())), None);
    }

    #[test]
    fn missing_files_are_reported() {
        let folder = env::temp_dir().join(format!("clif dist {}", std::process::id()));
        let error = |folder: &Path| {
            Dist::at(folder.to_owned()).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(error(&folder).contains("./y.sh build"));
        std::fs::create_dir_all(folder.join("bin")).unwrap();
        std::fs::write(folder.join("bin/rustc-clif"), "").unwrap();
        assert!(error(&folder).contains("the compiler"));
        std::fs::create_dir_all(folder.join("compiler/bin")).unwrap();
        std::fs::write(folder.join("compiler/bin/rustc"), "").unwrap();
        assert_eq!(error(&folder), "");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

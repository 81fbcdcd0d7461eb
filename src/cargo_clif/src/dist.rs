//! Finds `dist/`, the folder that `cargo-clif` is installed in.

use std::env;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

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
        let libraries = self.compiler().join(format!("lib/{}-linux-gnu", env::consts::ARCH));
        let linker = dynamic_linker(&program).filter(|linker| libraries.is_dir() && linker.exists());
        let Some(linker) = linker else { return Ok(Command::new(program)) };
        let mut command = Command::new(linker);
        command.arg("--library-path").arg(libraries).args(["--argv0", "rustdoc"]).arg(program);
        Ok(command)
    }
}

/// How many bytes of a program are searched for the name of its dynamic linker.
const HEAD: u64 = 1 << 16;
/// `p_type` of the program header that names the dynamic linker (System V ABI, "Program Header").
const PT_INTERP: u32 = 3;

/// Returns the dynamic linker that a program of this machine names; `None` if the file is not a 64-bit ELF
/// program that is dynamically linked.
fn dynamic_linker(program: &Path) -> Option<PathBuf> {
    let mut head = Vec::new();
    File::open(program).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    let bytes = |start: usize, length: usize| head.get(start..start.checked_add(length)?);
    let half = |start| Some(u16::from_ne_bytes(bytes(start, 2)?.try_into().ok()?).into());
    let word = |start| Some(u32::from_ne_bytes(bytes(start, 4)?.try_into().ok()?));
    let long = |start| usize::try_from(u64::from_ne_bytes(bytes(start, 8)?.try_into().ok()?)).ok();
    // `EI_MAG` and `EI_CLASS`, then `e_phoff`, `e_phentsize` and `e_phnum`.
    if !head.starts_with(b"\x7fELF\x02") {
        return None;
    }
    let (table, size, count): (usize, usize, usize) = (long(32)?, half(54)?, half(56)?);
    let mut headers = (0..count).filter_map(|index| table.checked_add(index * size));
    let interpreter = headers.find(|&header| word(header) == Some(PT_INTERP))?;
    // `p_offset` and `p_filesz`; the name ends with a zero.
    let name = bytes(long(interpreter + 8)?, long(interpreter + 32)?)?;
    Some(PathBuf::from(OsStr::from_bytes(name.strip_suffix(b"\0")?)))
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

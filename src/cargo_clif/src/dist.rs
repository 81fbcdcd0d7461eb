//! `dist/`: the folder that `cargo-clif` is installed in, with the compiler that belongs to it.

use std::env;
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
    /// Finds the folder that this program lies in.
    pub fn find() -> Result<Dist> {
        let own = env::current_exe().context("cannot find out where cargo-clif is installed")?;
        let folder = own.parent().and_then(Path::parent).context("cargo-clif is not in a bin folder")?;
        Dist::at(folder.to_owned())
    }

    /// Checks that everything is there.
    fn at(folder: PathBuf) -> Result<Dist> {
        let dist = Dist { folder };
        if !dist.rustc().is_file() {
            bail!(
                "there is no {}: cargo-clif works inside the dist folder that `./y.sh build` makes; call it there or \
                 link to it",
                dist.rustc().display()
            );
        }
        if !dist.compiler().join("bin/rustc").is_file() {
            bail!(
                "the compiler that {} was built for is gone (its cache was removed?); `./y.sh build` brings it back",
                dist.folder.display()
            );
        }
        Ok(dist)
    }

    /// The driver: rustc with our backend.
    pub fn rustc(&self) -> PathBuf {
        self.folder.join("bin/rustc-clif")
    }

    /// rustdoc, which is this program under another name.
    pub fn rustdoc(&self) -> PathBuf {
        self.folder.join("bin/rustdoc-clif")
    }

    /// The compiler of doc tests, which is this program once more.
    pub fn doc_test_compiler(&self) -> PathBuf {
        self.folder.join("bin").join(doc_tests::BUILDER_NAME)
    }

    /// The sysroot of the real compiler.
    fn compiler(&self) -> PathBuf {
        self.folder.join("compiler")
    }

    /// A command that runs the real rustdoc.
    ///
    /// Debian's finds its libraries only when told where they are. That is said to the dynamic linker and not
    /// by `LD_LIBRARY_PATH`, which the doc tests would inherit.
    pub fn real_rustdoc(&self) -> Result<Command> {
        let program = self.compiler().join("bin/rustdoc");
        if !program.is_file() {
            bail!("there is no rustdoc in {}", self.compiler().display());
        }
        let (multiarch, linker) = match env::consts::ARCH {
            "x86_64" => ("x86_64-linux-gnu", "/lib64/ld-linux-x86-64.so.2"),
            "aarch64" => ("aarch64-linux-gnu", "/lib/ld-linux-aarch64.so.1"),
            _ => ("riscv64-linux-gnu", "/lib/ld-linux-riscv64-lp64d.so.1"),
        };
        let libraries = self.compiler().join("lib").join(multiarch);
        if !libraries.is_dir() || !Path::new(linker).exists() {
            return Ok(Command::new(program));
        }
        let mut command = Command::new(linker);
        command.arg("--library-path").arg(libraries).args(["--argv0", "rustdoc"]).arg(program);
        Ok(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let folder = env::temp_dir().join(format!("clif dist {}", std::process::id()));
        let error = |folder: &Path| {
            Dist::at(folder.to_owned()).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(error(&folder).contains("./y.sh build"));
        std::fs::create_dir_all(folder.join("bin")).unwrap();
        std::fs::write(folder.join("bin/rustc-clif"), "").unwrap();
        assert!(error(&folder).contains("is gone"));
        std::fs::create_dir_all(folder.join("compiler/bin")).unwrap();
        std::fs::write(folder.join("compiler/bin/rustc"), "").unwrap();
        assert_eq!(error(&folder), "");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

//! Prepares the sources of a package in a folder that is like the toolchain's `library` and may be changed.
//!
//! Changed files are copied. Everything beside them is linked, since packages include each other's files by
//! path. A manifest of ours makes the package the only one of its workspace. `Cargo.lock` is the library's.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use build_system::files::{self, Mode};

use super::packages::Package;

/// The beginning of a module of tests, and what removes it.
const TEST_MODULE: (&str, &str) = ("#[cfg(test)]\nmod tests", "#[cfg(any())]\nmod tests");

/// Makes the folder `root`. Returns the package's folder in it.
pub fn prepare(package: &Package, library: &Path, root: &Path) -> Result<PathBuf> {
    files::remove(root)?;
    files::create_folder(root)?;
    for path in files::entries(library)? {
        let (name, target) = (files::name_of(&path), root.join(files::name_of(&path)));
        if name == package.copied {
            files::copy_folder(&path, &target)?;
        } else if !name.starts_with("Cargo.") {
            symlink(&path, &target).with_context(|| format!("cannot create {}", target.display()))?;
        }
    }
    let folder = root.join(package.folder);
    if package.workspace.is_empty() {
        let lock = files::read_text(&library.join("Cargo.lock"))?;
        files::write_file(&root.join("Cargo.lock"), lock.as_bytes(), Mode::Plain)?;
        let manifest = format!("[workspace]\nresolver = \"2\"\nmembers = [\"{}\"]\n", package.folder);
        files::write_file(&root.join("Cargo.toml"), manifest.as_bytes(), Mode::Plain)?;
    }
    if let Some(manifest) = package.manifest {
        files::write_file(&folder.join("Cargo.toml"), manifest.as_bytes(), Mode::Plain)?;
        files::write_file(&folder.join("nothing.rs"), b"", Mode::Plain)?;
    }
    for (beginning, _) in package.left_out_files {
        leave_out_tests(&folder.join(beginning))?;
    }
    Ok(folder)
}

/// Removes the tests of all files whose paths begin with `beginning`.
fn leave_out_tests(beginning: &Path) -> Result<()> {
    let folder = beginning.parent().context("a file that is left out has no folder")?;
    let name = files::name_of(beginning);
    let mut changed = 0;
    for path in files::entries(folder)?.iter().filter(|path| files::name_of(path).starts_with(&name)) {
        let text = files::read_text(path)?;
        if text.contains(TEST_MODULE.0) {
            files::write_file(path, text.replace(TEST_MODULE.0, TEST_MODULE.1).as_bytes(), Mode::Plain)?;
            changed += 1;
        }
    }
    if changed == 0 {
        bail!("no file {}* has tests to leave out", beginning.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_of_the_named_files_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let text = "fn x() {}\n#[cfg(test)]\nmod tests {}\n";
        for name in ["avx512f.rs", "avx.rs"] {
            files::write_file(&folder.path().join(name), text.as_bytes(), Mode::Plain).unwrap();
        }
        leave_out_tests(&folder.path().join("avx512")).unwrap();
        let read = |name: &str| files::read_text(&folder.path().join(name)).unwrap();
        assert_eq!(read("avx.rs"), text);
        assert_eq!(read("avx512f.rs"), "fn x() {}\n#[cfg(any())]\nmod tests {}\n");
        assert!(leave_out_tests(&folder.path().join("avx512")).is_err());
    }
}

//! Reads the files of the project for the rules.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::lexer::{self, Parts};
use super::product;

/// The folders at the top of the clone that have foreign files.
const FOREIGN_FOLDERS: [&str; 4] = ["build", "dist", "target", ".git"];
/// The endings of files that are read. Of other files, only the name matters.
const TEXTS: [&str; 3] = ["rs", "md", "sh"];
/// The folders of the project's own crates. Other Rust files are programs that the tests compile.
const CRATES: [&str; 5] = ["src/", "build_system/", "tools/objdiff/", "tests/harness/", "example/"];

/// A file.
pub struct File {
    /// Its path in the clone, with `/`.
    pub path: String,
    /// The contents. Empty if the file is not read.
    pub text: String,
    /// The parts of a Rust file.
    pub parts: Parts,
}

impl File {
    /// Creates a file with its contents.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> File {
        let (path, text) = (path.into(), text.into());
        let parts = if path.ends_with(".rs") { lexer::parts(&text) } else { Parts::default() };
        File { path, text, parts }
    }

    /// Whether it is a Rust file.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is a Rust file of one of the project's own crates.
    pub fn is_own_rust(&self) -> bool {
        self.is_rust() && CRATES.iter().any(|folder| self.path.starts_with(folder))
    }

    /// Whether it is a document.
    pub fn is_document(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// Returns what is written for people: a document's text, or the comments of our own Rust. Empty for
    /// other files.
    pub fn prose(&self) -> &str {
        if self.is_document() {
            &self.text
        } else if self.is_own_rust() {
            &self.parts.comments
        } else {
            ""
        }
    }

    /// Whether it contains only tests.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.split('/').any(|folder| folder == "tests")
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
    }

    /// Returns its parts without inline test modules.
    pub fn product_parts(&self) -> Parts {
        product::without_test_modules(&self.parts)
    }
}

/// All files.
#[derive(Default)]
pub struct Tree {
    /// The files, sorted by path.
    pub files: Vec<File>,
}

impl Tree {
    /// Reads the files of a clone.
    pub fn read(clone: &Path) -> Result<Tree> {
        let mut tree = Tree::default();
        tree.add(clone, "")?;
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(tree)
    }

    /// Returns the Rust files of our crates.
    pub fn own_rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_own_rust())
    }

    /// Adds the files below a folder. `prefix` is its path in the clone with a `/`, or empty.
    fn add(&mut self, clone: &Path, prefix: &str) -> Result<()> {
        let folder = clone.join(prefix);
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                if !is_foreign(prefix, &name, folder.join("Cargo.toml").exists()) {
                    self.add(clone, &format!("{path}/"))?;
                }
            } else if kind.is_file() {
                let is_text = name.rsplit('.').next().is_some_and(|end| TEXTS.contains(&end));
                let text = if is_text { fs::read_to_string(entry.path()) } else { Ok(String::new()) };
                self.files.push(File::new(&path, text.with_context(|| format!("cannot read {path}"))?));
            }
        }
        Ok(())
    }
}

/// Whether a folder has foreign files: the folders at the top of the clone, and those of Cargo beside a
/// manifest.
fn is_foreign(prefix: &str, name: &str, is_beside_manifest: bool) -> bool {
    prefix.is_empty() && FOREIGN_FOLDERS.contains(&name) || name == "target" && is_beside_manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_foreign_only_where_tools_put_them() {
        assert!(is_foreign("", "build", true) && is_foreign("", "dist", true));
        assert!(is_foreign("build_system/", "target", true));
        assert!(!is_foreign("src/engine/src/", "target", false));
        assert!(
            !is_foreign("src/backend/src/", "build", false) && !is_foreign("build_system/", "dist", true)
        );
    }
}

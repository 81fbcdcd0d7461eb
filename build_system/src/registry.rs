//! Gets the sources of packages: cargo fetches them once, and they are copied and made to build on their own.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::console::Console;
use crate::files::{self, Mode};
use crate::process;

/// A package in an exact version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// Its name in the registry.
    pub name: &'static str,
    /// For example `1.2.3`.
    pub version: &'static str,
}

impl Package {
    /// Returns the name of its folder, `name-1.2.3`.
    pub fn folder_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// Fetches the sources through a package that depends on them, and returns a copy below `folder` that
    /// builds on its own. A copy that exists is not fetched again.
    pub fn fetch(&self, folder: &Path, logs: &Path, console: Console) -> Result<PathBuf> {
        let sources = folder.join(self.folder_name());
        if sources.join("Cargo.toml").exists() {
            return Ok(sources);
        }
        let fetcher = folder.join("fetch");
        let manifest = format!(
            "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             {} = \"={}\"\n",
            self.name, self.version
        );
        files::remove(&fetcher.join("Cargo.lock"))?;
        files::write_file(&fetcher.join("Cargo.toml"), manifest.as_bytes(), Mode::Plain)?;
        files::write_file(&fetcher.join("src/lib.rs"), b"", Mode::Plain)?;
        let mut command = process::cargo();
        command.current_dir(&fetcher).arg("fetch");
        let log = logs.join("project-fetch.log");
        process::run_logged(console, &format!("fetching {}", self.name), &mut command, &log, |_| {})?;
        let origin = in_registry(&self.folder_name())
            .with_context(|| format!("{} was not fetched", self.folder_name()))?;
        let partial = folder.join("copying");
        files::remove(&partial)?;
        files::copy_folder(&origin, &partial)?;
        make_independent(&partial)?;
        std::fs::rename(&partial, &sources)
            .with_context(|| format!("cannot create {}", sources.display()))?;
        Ok(sources)
    }
}

/// Makes the copy a workspace, so that cargo does not count it to a workspace around it.
fn make_independent(folder: &Path) -> Result<()> {
    let manifest = folder.join("Cargo.toml");
    let mut text = files::read_text(&manifest)?;
    if !text.contains("[workspace]") {
        text.push_str("\n[workspace]\n");
        files::write_file(&manifest, text.as_bytes(), Mode::Plain)?;
    }
    Ok(())
}

/// Finds the folder of a fetched package. Cargo reports it only for libraries.
fn in_registry(package: &str) -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let registries = files::entries(&home.join("registry/src")).unwrap_or_default();
    registries.into_iter().map(|registry| registry.join(package)).find(|folder| folder.is_dir())
}

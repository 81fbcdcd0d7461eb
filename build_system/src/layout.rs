//! Finds the folders: the clone, the build folder, `dist/`, and the cache outside the clone.
//!
//! If the clone is read-only, the build folder and `dist/` are in the cache. `y.sh` decides that, because it
//! has to build this program first, and passes the folder in `CLIF_BUILD`.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Set by `y.sh`: the folder of the clone.
const CLONE_VARIABLE: &str = "CLIF_CLONE";
/// Set by `y.sh` if the clone is read-only: the build folder to use instead.
const BUILD_VARIABLE: &str = "CLIF_BUILD";

/// The folders that the build system works in.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The clone of the project.
    pub clone: PathBuf,
    /// The build folder. All of it can be made again from the clone and the toolchain.
    pub build: PathBuf,
    /// `dist/`, which users run.
    pub dist: PathBuf,
    /// Toolchains, shared between clones.
    pub cache: PathBuf,
    /// Whether the build folder is outside the clone.
    pub clone_is_read_only: bool,
}

impl Layout {
    /// Finds the folders by the environment.
    pub fn find() -> Result<Layout> {
        let clone = match env::var_os(CLONE_VARIABLE) {
            Some(folder) => PathBuf::from(folder),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
        };
        let clone =
            clone.canonicalize().with_context(|| format!("cannot read the clone at {}", clone.display()))?;
        let cache = cache_folder(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"))?;
        let (build, dist, clone_is_read_only) = match env::var_os(BUILD_VARIABLE) {
            Some(folder) => (PathBuf::from(&folder), PathBuf::from(folder).join("dist"), true),
            None => (clone.join("build"), clone.join("dist"), false),
        };
        Ok(Layout { clone, build, dist, cache, clone_is_read_only })
    }

    /// The folder for the logs of child commands.
    pub fn logs(&self) -> PathBuf {
        self.build.join("logs")
    }
}

/// Returns the cache folder by the XDG rules: a relative `XDG_CACHE_HOME` counts as unset.
fn cache_folder(xdg: Option<std::ffi::OsString>, home: Option<std::ffi::OsString>) -> Result<PathBuf> {
    let base = match xdg.map(PathBuf::from).filter(|folder| folder.is_absolute()) {
        Some(folder) => folder,
        None => match home.map(PathBuf::from).filter(|folder| folder.is_absolute()) {
            Some(folder) => folder.join(".cache"),
            None => bail!(
                "no folder for the toolchain cache: neither XDG_CACHE_HOME nor HOME is an absolute path; \
                 set XDG_CACHE_HOME"
            ),
        },
    };
    Ok(base.join("rustc_codegen_clif"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_follows_the_xdg_rules() {
        let find =
            |xdg: Option<&str>, home: Option<&str>| cache_folder(xdg.map(Into::into), home.map(Into::into));
        assert_eq!(find(Some("/x"), Some("/h")).unwrap(), Path::new("/x/rustc_codegen_clif"));
        assert_eq!(find(Some("relative"), Some("/h")).unwrap(), Path::new("/h/.cache/rustc_codegen_clif"));
        assert_eq!(find(None, Some("/h")).unwrap(), Path::new("/h/.cache/rustc_codegen_clif"));
        assert!(find(None, None).unwrap_err().to_string().contains("XDG_CACHE_HOME"));
    }
}

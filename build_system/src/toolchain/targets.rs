//! Gets the standard libraries of other machines' targets, into the compiler's own sysroot.
//!
//! How depends on where the toolchain is from:
//!
//! - rustup's: `rustup target add`.
//! - Debian's packages: the package [`PACKAGE`] of the other architecture, in the same upstream version, is
//!   unpacked into a folder of the cache. The sysroot gets a link to it.
//! - A sysroot that the user named: an error says what is missing.
//!
//! A library is complete under its final name: its folder is `standard-library-...-KEY`, where the key is a
//! digest of what it is made from. Before the link stays, the compiler compiles a program against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clif_targets::Target;
use clif_targets::tools;

use super::apt::Apt;
use super::compiler::Compiler;
use super::key::{self, Ingredient};
use super::packages::{self, FOLDER_VARIABLE};
use super::{Toolchain, debian, installed, unpack};
use crate::console::Console;
use crate::explain;
use crate::files;
use crate::layout::Layout;
use crate::process;

/// The package of the standard library.
const PACKAGE: &str = "libstd-rust-web-dev";
/// The names of the folders in the cache begin with this.
pub const PREFIX: &str = "standard-library-";
/// What the compiler must be able to compile for the target.
const TRIAL: &[u8] = b"pub fn trial() -> Vec<u8> { std::env::args().next().unwrap().into_bytes() }";

/// Makes programs for `target` link with a standard library, in the sysroot of users' programs.
///
/// The compiler and `dist/` share that sysroot. Nothing is done if it has the library.
///
/// # Errors
///
/// If the library is not available; the message says what to do.
pub fn ensure_target(
    toolchain: &Toolchain,
    target: &Target,
    layout: &Layout,
    console: Console,
) -> Result<()> {
    let compiler = &toolchain.compiler;
    if has_library(compiler, target) {
        return Ok(());
    }
    if let Some(name) = installed::rustup_name(&compiler.sysroot) {
        return add_by_rustup(&name, compiler, target, layout, console);
    }
    let Some(versions) = debian::versions_in(compiler) else {
        bail!(
            "the standard library of {target} is not in {}; it must be of exactly the same build as the compiler there",
            library_folder(compiler, target).display()
        );
    };
    let _lock = files::lock(&layout.cache.join("lock"), "the toolchain cache", console)?;
    // The process that had the lock may have done the same.
    if has_library(compiler, target) {
        return Ok(());
    }
    let get = Get { compiler, target, layout, console, upstream: upstream_of(&versions)? };
    get.run().with_context(|| format!("cannot get the standard library of {target}"))
}

/// The folder of a target in a sysroot.
fn target_folder(compiler: &Compiler, target: &Target) -> PathBuf {
    compiler.sysroot.join("lib/rustlib").join(target.triple)
}

fn library_folder(compiler: &Compiler, target: &Target) -> PathBuf {
    target_folder(compiler, target).join("lib")
}

/// Whether a sysroot has the standard library of a target.
pub fn has_library(compiler: &Compiler, target: &Target) -> bool {
    let files = files::entries(&library_folder(compiler, target)).unwrap_or_default();
    files.iter().map(|file| files::name_of(file)).any(|name| name.starts_with("libstd-"))
}

/// Runs `rustup target add`.
fn add_by_rustup(
    name: &str,
    compiler: &Compiler,
    target: &Target,
    layout: &Layout,
    console: Console,
) -> Result<()> {
    let arguments = ["target", "add", "--toolchain", name, target.triple];
    if tools::on_path("rustup").is_none() {
        bail!("the standard library of {target} is not installed; run `rustup {}`", arguments.join(" "));
    }
    let step = console.step(format!("Adding the standard library of {target} by rustup"));
    let log = layout.logs().join("rustup.log");
    let what = format!("`rustup {}`", arguments.join(" "));
    process::run_logged(console, &what, Command::new("rustup").args(arguments), &log, |line| {
        step.progress(line);
    })?;
    step.finish(&format!("Added the standard library of {target}"));
    if !has_library(compiler, target) {
        bail!("{what} succeeded, but {} is still missing", library_folder(compiler, target).display());
    }
    Ok(())
}

/// Returns the upstream version of the compiler's packages, `1.96.0+dfsg1` of `1.96.0+dfsg1-1~deb12u2`.
fn upstream_of(versions: &[Ingredient]) -> Result<String> {
    let compiler = versions.iter().find(|package| package.name == PACKAGE);
    let version = &compiler.with_context(|| format!("the toolchain was made without {PACKAGE}"))?.version;
    Ok(upstream(version).to_owned())
}

/// Removes epoch and revision from a version of Debian's.
fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_, version)| version);
    version.rsplit_once('-').map_or(version, |(upstream, _)| upstream)
}

/// A standard library to get. The caller has the lock of the cache.
struct Get<'a> {
    compiler: &'a Compiler,
    target: &'a Target,
    layout: &'a Layout,
    console: Console,
    /// The upstream version that the compiler needs.
    upstream: String,
}

impl Get<'_> {
    /// Finds the library in the cache or unpacks it there, and links it into the sysroot.
    fn run(&self) -> Result<()> {
        let folder = match self.in_cache() {
            Some(folder) => folder,
            None => self.unpack()?,
        };
        let link = target_folder(self.compiler, self.target);
        let inside = Path::new("usr/lib/rustlib").join(self.target.triple);
        files::link(&folder.join(inside), &link)?;
        self.try_library().inspect_err(|_| {
            // Whatever is wrong with it, the next run starts from nothing.
            let _ = files::remove(&link).and_then(|()| files::remove(&folder));
        })
    }

    /// The beginning of the names of this target's folders.
    fn prefix(&self) -> String {
        format!("{PREFIX}{}-", self.target.debian)
    }

    /// Finds the library of any revision in the cache, which an earlier toolchain may have left.
    fn in_cache(&self) -> Option<PathBuf> {
        let wanted = format!("{}{}-", self.prefix(), self.upstream);
        let folders = files::entries(&self.layout.cache).unwrap_or_default();
        folders.into_iter().find(|folder| files::name_of(folder).starts_with(&wanted))
    }

    /// Gets the package and unpacks it into a folder of the cache.
    fn unpack(&self) -> Result<PathBuf> {
        let scratch = self.layout.cache.join(format!("{}partial", self.prefix()));
        files::remove(&scratch)?;
        let unpacked = self.fetch(&scratch).and_then(|package| {
            let version = version_of(&package)?;
            let ingredient = Ingredient { name: PACKAGE.to_owned(), version: version.clone() };
            let key = key::key(self.target.triple, &[ingredient]);
            let name = format!("{}{}-{key}", self.prefix(), upstream(&version));
            let folder = self.layout.cache.join(name);
            unpack::unpack(&[package], &folder)?;
            Ok(folder)
        });
        // Unpacking takes a second, and apt does not resume downloads: nothing is kept.
        files::remove(&scratch)?;
        unpacked
    }

    /// Finds or downloads the package, in the order of [`packages`].
    fn fetch(&self, scratch: &Path) -> Result<PathBuf> {
        if let Some(folder) = std::env::var_os(FOLDER_VARIABLE) {
            let context = || format!("{FOLDER_VARIABLE}={}", Path::new(&folder).display());
            return self.package_in(Path::new(&folder)).with_context(context);
        }
        let beside = self.layout.clone.join("../shared/debs");
        match self.download(scratch) {
            Err(_) if beside.is_dir() => {
                self.console.say(format!(
                    "apt cannot download the standard library of {}; using the package in {}",
                    self.target,
                    beside.display()
                ));
                self.package_in(&beside)
            }
            result => result,
        }
    }

    /// Downloads the package, of any release that has the right version.
    fn download(&self, scratch: &Path) -> Result<PathBuf> {
        let target = self.target;
        let step = self.console.step(format!("Downloading the standard library of {target} (35 MB)"));
        let apt = Apt::of_architecture(target.debian, scratch)?;
        let updated = apt.update();
        let version = apt
            .version_with(PACKAGE, &self.upstream)
            .map_err(|error| self.not_available(&updated.err().unwrap_or(error)))?;
        step.progress(&version);
        apt.download(&[format!("{PACKAGE}={version}")]).map_err(|error| self.not_available(&error))?;
        let package = self.package_in(scratch)?;
        step.finish(&format!("Downloaded the standard library of {target}"));
        Ok(package)
    }

    /// Adds the alternatives to an error of apt.
    fn not_available(&self, error: &anyhow::Error) -> anyhow::Error {
        let text = error.to_string();
        let reason = explain::cause_in(&text).unwrap_or_else(|| text.lines().next().unwrap_or_default());
        anyhow::anyhow!(
            "Debian's package {PACKAGE} of the architecture {} cannot be downloaded: {reason}\n  other ways: set \
             {FOLDER_VARIABLE} to a folder that holds this .deb file; or use rustup's compiler, and `rustup target add \
             {}`",
            self.target.debian,
            self.target
        )
    }

    /// Finds the package in a folder.
    fn package_in(&self, folder: &Path) -> Result<PathBuf> {
        let is_wanted = |file: &PathBuf| {
            let name = files::name_of(file);
            packages::parse_file_name(&name).is_some_and(|(package, version, architecture)| {
                package == PACKAGE
                    && upstream(&version) == self.upstream
                    && architecture == self.target.debian
            })
        };
        let found = files::entries(folder)?.into_iter().find(is_wanted).with_context(|| {
            format!("there is no {PACKAGE}_{}-*_{}.deb here", self.upstream, self.target.debian)
        })?;
        packages::verify(std::slice::from_ref(&found))?;
        Ok(found)
    }

    /// Compiles a crate against the library.
    fn try_library(&self) -> Result<()> {
        let mut command = self.compiler.command();
        command.args(["--target", self.target.triple, "--crate-type=lib", "--crate-name=trial"]);
        command.args(["--emit=metadata=-", "-"]).stdin(Stdio::piped());
        let outcome = process::run_limited(&mut command, TRIAL, std::time::Duration::from_secs(60))?;
        if !outcome.succeeded() {
            bail!(
                "the compiler does not accept it: {}",
                String::from_utf8_lossy(&outcome.stderr).lines().next().unwrap_or_default()
            );
        }
        Ok(())
    }
}

/// Returns the version in the name of a package's file.
fn version_of(package: &Path) -> Result<String> {
    let name = files::name_of(package);
    let parsed = packages::parse_file_name(&name).map(|(_, version, _)| version);
    parsed.with_context(|| format!("{name} is not the name of a package"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upstream_version_is_taken_out() {
        assert_eq!(upstream("1.96.0+dfsg1-1~deb12u2"), "1.96.0+dfsg1");
        assert_eq!(upstream("1.96.0+dfsg1-1~deb13u1+b1"), "1.96.0+dfsg1");
        assert_eq!(upstream("1:22.1.8-1"), "22.1.8");
    }

    fn with_get<T>(clone: &Path, upstream: &str, run: impl FnOnce(&Get<'_>) -> T) -> T {
        let [host, target, _] = Target::all() else { panic!("three machines") };
        let cache = clone.join("cache");
        let compiler = Compiler { sysroot: clone.join("usr"), host };
        let layout = Layout {
            clone: clone.to_owned(),
            build: clone.join("build"),
            dist: clone.join("dist"),
            cache,
            clone_is_read_only: false,
        };
        let console = Console::new(false);
        run(&Get { compiler: &compiler, target, layout: &layout, console, upstream: upstream.to_owned() })
    }

    #[test]
    fn only_the_same_version_and_architecture_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "libstd-rust-web-dev_1.96.0+dfsg1-1~deb12u2_amd64.deb",
            "libstd-rust-web-dev_1.85.0+dfsg3-1_arm64.deb",
            "libstd-rust-web-dev_1.96.0+dfsg1-1~deb13u1+b1_arm64.deb",
        ];
        for name in names {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let find = |upstream: &str| {
            let found = with_get(folder.path(), upstream, |get| get.package_in(folder.path()));
            found.map(|file| files::name_of(&file)).map_err(|error| error.to_string())
        };
        assert_eq!(find("1.96.0+dfsg1").unwrap(), names[2]);
        assert!(find("1.97.0").unwrap_err().contains("libstd-rust-web-dev_1.97.0-*_arm64.deb"));
    }

    #[test]
    fn the_cache_is_searched_by_target_and_version() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["standard-library-amd64-1.96.0-12", "standard-library-arm64-partial"] {
            std::fs::create_dir_all(folder.path().join("cache").join(name)).unwrap();
        }
        let name = |get: &Get<'_>| get.in_cache().map(|found| files::name_of(&found));
        let find = || with_get(folder.path(), "1.96.0", name);
        assert_eq!(find(), None);
        std::fs::create_dir(folder.path().join("cache/standard-library-arm64-1.96.0-12")).unwrap();
        assert_eq!(find(), Some("standard-library-arm64-1.96.0-12".to_owned()));
    }
}

//! Finds or downloads the Debian packages of the compiler.
//!
//! If `CLIF_DEBS` is set, the packages are those of the folder that it names. Otherwise, `apt-get download`
//! gets them. If that fails and the clone's parent folder contains `shared/debs`, the packages of that folder
//! are used, and a message says so. Packages of a folder are checked against its `SHA256SUMS`; apt checks its
//! own downloads.
//!
//! If Debian rebuilds the same compiler, nothing has to be changed: another revision is found automatically.
//! For another compiler, change [`RUSTC_VERSION`] and [`PACKAGES`] (and the backend).

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clif_targets::Target;

use super::RUSTC_VERSION;
use super::apt::Apt;
use super::installed::RUSTUP_COMMAND;
use super::key::{Ingredient, sha256};
use crate::console::Console;
use crate::explain;
use crate::files;
use crate::layout::Layout;

/// The environment variable that names a folder of downloaded packages.
pub const FOLDER_VARIABLE: &str = "CLIF_DEBS";

/// A package, and the versions that are usable.
struct Wanted {
    /// The package's name.
    name: &'static str,
    /// The version that this project was tested with.
    version: &'static str,
    /// The beginning of every usable version.
    prefix: &'static str,
}

/// All required packages.
const PACKAGES: [Wanted; 5] = [
    Wanted { name: "rustc-web", version: "1.96.0+dfsg1-1~deb12u2", prefix: RUSTC_VERSION },
    Wanted { name: "libstd-rust-web-1.96", version: "1.96.0+dfsg1-1~deb12u2", prefix: RUSTC_VERSION },
    Wanted { name: "libstd-rust-web-dev", version: "1.96.0+dfsg1-1~deb12u2", prefix: RUSTC_VERSION },
    Wanted { name: "rust-web-src", version: "1.96.0+dfsg1-1~deb12u2", prefix: RUSTC_VERSION },
    Wanted { name: "libllvm22", version: "1:22.1.8-1~deb12u1", prefix: "1:22." },
];

/// The source of the packages.
#[derive(Debug)]
pub enum Source {
    /// Existing files.
    Files(Vec<PathBuf>),
    /// Downloads by apt.
    Apt,
}

/// The packages of one toolchain.
#[derive(Debug)]
pub struct PackageSet {
    /// Names and versions, for the key.
    pub ingredients: Vec<Ingredient>,
    /// How to get the packages.
    pub source: Source,
}

/// Chooses the packages of the toolchain, without downloading anything.
pub fn choose(host: &'static Target) -> Result<PackageSet> {
    match std::env::var_os(FOLDER_VARIABLE) {
        Some(folder) => from_folder(Path::new(&folder), host)
            .with_context(|| format!("{FOLDER_VARIABLE}={}", Path::new(&folder).display())),
        None => {
            let ingredients = PACKAGES
                .iter()
                .map(|wanted| Ingredient { name: wanted.name.into(), version: wanted.version.into() })
                .collect();
            Ok(PackageSet { ingredients, source: Source::Apt })
        }
    }
}

/// Reads name, version and architecture from the name of a package file.
pub fn parse_file_name(name: &str) -> Option<(&str, String, &str)> {
    let mut parts = name.strip_suffix(".deb")?.split('_');
    let (package, version, architecture) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then(|| (package, version.replace("%3a", ":"), architecture))
}

/// Finds the packages in a folder.
fn from_folder(folder: &Path, host: &'static Target) -> Result<PackageSet> {
    let files = files::entries(folder)?;
    let mut ingredients = Vec::new();
    let mut chosen = Vec::new();
    for wanted in &PACKAGES {
        let of_that_name: Vec<(&PathBuf, String)> = files
            .iter()
            .filter_map(|file| {
                let name = files::name_of(file);
                let (package, version, architecture) = parse_file_name(&name)?;
                (package == wanted.name && [host.debian, "all"].contains(&architecture))
                    .then_some((file, version))
            })
            .collect();
        match of_that_name.iter().find(|(_, version)| version.starts_with(wanted.prefix)) {
            Some((file, version)) => {
                ingredients.push(Ingredient { name: wanted.name.into(), version: version.clone() });
                chosen.push((*file).clone());
            }
            None => {
                let found = match of_that_name.first() {
                    Some((_, version)) => format!("version {version}"),
                    None => format!("no {}_*_{}.deb", wanted.name, host.debian),
                };
                bail!(
                    "the package {} in version {}* is needed, but this folder has {found}; put {}_{} there",
                    wanted.name,
                    wanted.prefix,
                    wanted.name,
                    wanted.version
                );
            }
        }
    }
    Ok(PackageSet { ingredients, source: Source::Files(chosen) })
}

/// Gets all packages of `set`. Downloads go to `downloads`.
///
/// The result can be another Debian revision than the requested one ([`fetch_by_apt`]).
pub fn fetch(
    set: PackageSet,
    layout: &Layout,
    host: &'static Target,
    downloads: &Path,
    console: Console,
) -> Result<(Vec<Ingredient>, Vec<PathBuf>)> {
    let set = match set.source {
        Source::Files(_) => set,
        Source::Apt => match fetch_by_apt(downloads, host, console) {
            Ok(set) => set,
            Err(error) => {
                let beside = layout.clone.join("../shared/debs");
                if !beside.is_dir() {
                    return Err(error);
                }
                console.say(format!(
                    "apt cannot download the compiler; using the packages in {}",
                    beside.display()
                ));
                from_folder(&beside, host)?
            }
        },
    };
    let Source::Files(files) = set.source else { bail!("apt-get download did not write any files") };
    verify(&files)?;
    Ok((set.ingredients, files))
}

/// Checks files against the `SHA256SUMS` beside them, if there is one.
pub fn verify(files: &[PathBuf]) -> Result<()> {
    for file in files {
        let sums = file.with_file_name("SHA256SUMS");
        if !sums.is_file() {
            continue;
        }
        let text = files::read_text(&sums)?;
        let sums: HashMap<&str, &str> =
            text.lines().filter_map(sum_line).map(|(sum, name)| (name, sum)).collect();
        let name = files::name_of(file);
        let Some(expected) = sums.get(name.as_str()) else {
            bail!("{} is not listed in the SHA256SUMS beside it", file.display());
        };
        let found = sha256(&files::read_file(file)?);
        if found != *expected {
            bail!("{} is damaged: its SHA-256 sum is {found}, SHA256SUMS says {expected}", file.display());
        }
    }
    Ok(())
}

/// Parses a line of `sha256sum`'s output.
fn sum_line(line: &str) -> Option<(&str, &str)> {
    let (sum, name) = line.split_once(char::is_whitespace)?;
    Some((sum, name.trim_start().trim_start_matches('*')))
}

/// Downloads the packages by apt into `downloads`.
///
/// Tries the machine's package lists first. If they do not have the versions, fetches fresh lists into a
/// private folder, which does not need root. If they lack the version, takes another revision of the same
/// compiler from these lists.
fn fetch_by_apt(downloads: &Path, host: &'static Target, console: Console) -> Result<PackageSet> {
    let step = console.step("Downloading the compiler's Debian packages (135 MB)");
    let pinned: Vec<String> =
        PACKAGES.iter().map(|wanted| format!("{}={}", wanted.name, wanted.version)).collect();
    let mut apt = Apt::of_this_machine(downloads)?;
    if apt.download(&pinned).is_err() {
        step.progress("refreshing the package lists");
        apt.use_private_lists()?;
        // Lists of unrelated origins may fail, so this error is only reported if nothing else works.
        let updated = apt.update();
        if apt.download(&pinned).is_err() {
            let available = available(&apt).map_err(|error| no_packages(updated.err().unwrap_or(error)))?;
            apt.download(&available).map_err(no_packages)?;
        }
    }
    let set = from_folder(downloads, host)?;
    step.finish("Downloaded the compiler's Debian packages");
    Ok(set)
}

/// Returns the usable versions in apt's lists, each as `name=version`.
fn available(apt: &Apt<'_>) -> Result<Vec<String>> {
    let choose = |wanted: &Wanted| {
        let version = apt.version_with(wanted.name, wanted.prefix)?;
        Ok(format!("{}={version}", wanted.name))
    };
    PACKAGES.iter().map(choose).collect()
}

/// Adds the alternatives to an error of apt.
fn no_packages(error: anyhow::Error) -> anyhow::Error {
    let names: Vec<&str> = PACKAGES.iter().map(|wanted| wanted.name).collect();
    let text = error.to_string();
    let reason = explain::cause_in(&text).unwrap_or_else(|| text.lines().next().unwrap_or_default());
    anyhow::anyhow!(
        "the compiler's Debian packages ({}) cannot be downloaded: {reason}\n  other ways: set {FOLDER_VARIABLE} to \
         a folder that holds these .deb files; or install the compiler with `{RUSTUP_COMMAND}`; or pass --toolchain \
         PATH",
        names.join(", ")
    )
}

/// Downloads packages other than the compiler's (libraries that it needs) into `downloads`.
pub fn download_others(names: &[String], downloads: &Path) -> Result<()> {
    Apt::of_this_machine(downloads)?.download(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn host() -> &'static Target {
        Target::named("x86_64").unwrap()
    }

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    const ALL: [&str; 5] = [
        "rustc-web_1.96.0+dfsg1-1~deb12u3_amd64.deb",
        "libstd-rust-web-1.96_1.96.0+dfsg1-1~deb12u3_amd64.deb",
        "libstd-rust-web-dev_1.96.0+dfsg1-1~deb12u3_amd64.deb",
        "rust-web-src_1.96.0+dfsg1-1~deb12u3_all.deb",
        "libllvm22_1%3a22.1.8-1~deb12u1_amd64.deb",
    ];

    #[test]
    fn file_names_are_taken_apart() {
        assert_eq!(parse_file_name(ALL[4]), Some(("libllvm22", "1:22.1.8-1~deb12u1".to_owned(), "amd64")));
        assert_eq!(parse_file_name("README.md"), None);
        assert_eq!(parse_file_name("a_b.deb"), None);
    }

    #[test]
    fn a_folder_with_another_revision_is_taken() {
        let folder = folder_with(&ALL);
        let set = from_folder(folder.path(), host()).unwrap();
        assert_eq!(set.ingredients.len(), 5);
        assert_eq!(set.ingredients[0].version, "1.96.0+dfsg1-1~deb12u3");
    }

    #[test]
    fn a_wrong_version_and_a_missing_package_are_named() {
        let mut names = ALL;
        names[0] = "rustc-web_1.85.0+dfsg3-1_amd64.deb";
        let error = from_folder(folder_with(&names).path(), host()).unwrap_err().to_string();
        assert!(
            error.contains("rustc-web") && error.contains("1.85.0") && error.contains("1.96.0"),
            "{error}"
        );
        let error = from_folder(folder_with(&ALL[..4]).path(), host()).unwrap_err().to_string();
        assert!(error.contains("libllvm22"), "{error}");
    }

    #[test]
    fn damaged_packages_are_refused() {
        let folder = folder_with(&["a.deb"]);
        let file = folder.path().join("a.deb");
        verify(std::slice::from_ref(&file)).unwrap();
        fs::write(folder.path().join("SHA256SUMS"), format!("{}  a.deb\n", sha256(b"a.deb"))).unwrap();
        verify(std::slice::from_ref(&file)).unwrap();
        fs::write(&file, "damaged").unwrap();
        assert!(verify(&[file]).unwrap_err().to_string().contains("damaged"));
    }
}

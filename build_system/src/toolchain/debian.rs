//! Sets up the toolchain from Debian's packages, once, in the cache.
//!
//! Runs these steps, with a lock on the cache:
//!
//! 1. Choose the packages.
//! 2. Unpack them, and get missing shared libraries.
//! 3. Make the metadata of the compiler's crates.
//! 4. Make the overlay sysroot: Debian's standard library, our metadata and the stub library.
//! 5. Remove the intermediate files, and rename the folder.
//!
//! Until the last step, everything is in `toolchain-KEY.partial`. An interrupted setup leaves this folder,
//! and the next one resumes in it, because each step leaves a mark when it is done.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clif_targets::Target;

use super::compiler::Compiler;
use super::crate_ids::IdTable;
use super::key::{self, Ingredient, RECIPE};
use super::metadata::{Metadata, MetadataBuild};
use super::wrapper::{self, MetadataFolder};
use super::{RUSTC_VERSION, packages, shared_libraries, stub, unpack};
use crate::console::Console;
use crate::explain;
use crate::files::{self, Mode};
use crate::layout::Layout;
use crate::parallel;

/// The file that marks a toolchain as complete, and lists what it was made from.
const COMPLETE: &str = "COMPLETE";
/// The disk space that the setup needs, in bytes. About half of it is freed again.
const NEEDED_SPACE: u64 = 1_800_000_000;

/// A complete toolchain in the cache.
pub struct DebianToolchain {
    /// Its folder.
    pub folder: PathBuf,
    /// The compiler.
    pub compiler: Compiler,
}

impl DebianToolchain {
    /// The sysroot that the backend is compiled with.
    pub fn overlay(&self) -> PathBuf {
        self.folder.join("overlay")
    }

    /// The file with our crate ids.
    pub fn our_ids(&self) -> PathBuf {
        self.folder.join("our-ids")
    }

    /// Describes the toolchain in a folder, whether it is complete or not.
    fn in_folder(folder: PathBuf, host: &'static Target) -> DebianToolchain {
        let compiler = Compiler { sysroot: folder.join("packages/usr"), host };
        DebianToolchain { folder, compiler }
    }
}

/// Finds the toolchain in the cache, or sets it up.
pub fn obtain(layout: &Layout, host: &'static Target, console: Console) -> Result<DebianToolchain> {
    let set = packages::choose(host)?;
    let wanted = key::key(host.triple, &set.ingredients);
    let any_revision = matches!(set.source, packages::Source::Apt);
    let find = || find_complete(&layout.cache, &wanted, any_revision, host);
    if let Some(found) = find() {
        return Ok(found);
    }
    check_cache_folder(&layout.cache)?;
    let _lock = files::lock(&layout.cache.join("lock"), "the toolchain cache", console)?;
    // The process that had the lock may have set up this toolchain.
    if let Some(found) = find() {
        return Ok(found);
    }
    console.say(format!(
        "setting up rustc {RUSTC_VERSION} with rustc-dev from Debian packages in {}; this takes up to 10 minutes, once",
        layout.cache.display()
    ));
    let partial = layout.cache.join(format!("toolchain-{wanted}.partial"));
    remove_stale(&layout.cache, &partial)?;
    let setup = Setup { partial: partial.clone(), layout, host, console };
    let result = setup.run(set);
    if result.as_ref().is_err_and(explain::is_full_disk) {
        // The disk is full, so nothing is kept for the next attempt.
        let _ = files::remove(&partial);
    }
    let folder = result.context("cannot set up the toolchain")?;
    Ok(DebianToolchain::in_folder(folder, host))
}

/// Rejects cache folders that cannot work.
fn check_cache_folder(cache: &Path) -> Result<()> {
    let text =
        cache.to_str().with_context(|| format!("the cache folder {} is not UTF-8", cache.display()))?;
    if text.contains(':') {
        bail!(
            "the cache folder {text} has a colon in its name, which LD_LIBRARY_PATH cannot hold; set XDG_CACHE_HOME"
        );
    }
    files::create_folder(cache)
}

/// Finds a complete toolchain with the wanted key or, if any Debian revision is acceptable, of this recipe.
fn find_complete(
    cache: &Path,
    wanted: &str,
    any_revision: bool,
    host: &'static Target,
) -> Option<DebianToolchain> {
    let exact = cache.join(format!("toolchain-{wanted}"));
    if is_complete(&exact, host) {
        return Some(DebianToolchain::in_folder(exact, host));
    }
    let candidates = if any_revision { files::entries(cache).unwrap_or_default() } else { Vec::new() };
    candidates
        .into_iter()
        .find(|folder| files::name_of(folder).starts_with("toolchain-") && is_complete(folder, host))
        .map(|folder| DebianToolchain::in_folder(folder, host))
}

/// Whether a folder holds a complete toolchain of this recipe.
fn is_complete(folder: &Path, host: &'static Target) -> bool {
    let expected = complete_header(host);
    folder.extension().is_none()
        && files::read_text(&folder.join(COMPLETE)).is_ok_and(|text| text.starts_with(&expected))
}

/// Returns the first lines of [`COMPLETE`].
fn complete_header(host: &'static Target) -> String {
    format!("recipe {RECIPE}\nrustc {RUSTC_VERSION}\ntarget {}\n", host.triple)
}

/// Returns the packages that a compiler was unpacked from; `None` if it is not the compiler of a toolchain
/// that this module made.
pub fn versions_in(compiler: &Compiler) -> Option<Vec<Ingredient>> {
    let folder = compiler.sysroot.ancestors().nth(2)?;
    let text = files::read_text(&folder.join(COMPLETE)).ok()?;
    parse_ingredients(text.strip_prefix(&complete_header(compiler.host))?).ok()
}

/// Removes what interrupted setups left, except `keep`. The caller has the lock.
fn remove_stale(cache: &Path, keep: &Path) -> Result<()> {
    for path in files::entries(cache)? {
        let name = files::name_of(&path);
        if name.starts_with("toolchain-") && name.ends_with(".partial") && path != keep {
            files::remove(&path)?;
        }
    }
    Ok(())
}

/// A running setup.
struct Setup<'a> {
    /// The folder that is renamed in the last step.
    partial: PathBuf,
    /// The project's folders.
    layout: &'a Layout,
    /// This machine.
    host: &'static Target,
    /// Shows progress to the user.
    console: Console,
}

impl Setup<'_> {
    /// Runs the steps that are not done yet, and returns the final folder.
    fn run(&self, set: packages::PackageSet) -> Result<PathBuf> {
        let resumed = self.partial.exists();
        if resumed {
            self.console.say("Resuming an interrupted setup");
        }
        files::create_folder(&self.partial)?;
        self.check_space()?;
        let ingredients = self.unpack(set)?;
        let final_folder =
            self.layout.cache.join(format!("toolchain-{}", key::key(self.host.triple, &ingredients)));
        let toolchain = DebianToolchain::in_folder(self.partial.clone(), self.host);
        let scratch = self.partial.join("downloads");
        shared_libraries::ensure(&self.partial.join("packages"), self.host, &scratch, self.console)?;
        files::remove(&scratch)?;
        toolchain.compiler.require_version()?;
        let their_ids = self.their_ids(&toolchain.compiler)?;
        let metadata = self.metadata(&toolchain, &their_ids, &final_folder, resumed)?;
        self.overlay(&toolchain, &metadata)?;
        self.complete(&ingredients, &final_folder)?;
        Ok(final_folder)
    }

    /// Reports a lack of disk space before anything is unpacked.
    fn check_space(&self) -> Result<()> {
        let Ok(room) = rustix::fs::statvfs(&self.partial) else { return Ok(()) };
        let free = room.f_bavail.saturating_mul(room.f_frsize);
        if free >= NEEDED_SPACE || self.partial.join("packages").exists() {
            return Ok(());
        }
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull)).with_context(|| {
            format!(
                "the setup of the toolchain needs {} MB, but {} has only {} MB free",
                NEEDED_SPACE / 1_000_000,
                self.layout.cache.display(),
                free / 1_000_000
            )
        })
    }

    /// Gets and unpacks the packages, unless this is done. Returns their versions.
    fn unpack(&self, set: packages::PackageSet) -> Result<Vec<Ingredient>> {
        let stamp = self.partial.join("ingredients");
        let target = self.partial.join("packages");
        if let Ok(text) = files::read_text(&stamp)
            && target.is_dir()
        {
            return parse_ingredients(&text);
        }
        for path in files::entries(&self.partial)? {
            if files::name_of(&path).starts_with("unpacking-") {
                files::remove(&path)?;
            }
        }
        let downloads = self.partial.join("downloads");
        let (ingredients, files) = packages::fetch(set, self.layout, self.host, &downloads, self.console)?;
        let step = self.console.step("Unpacking the packages");
        unpack::unpack(&files, &target)?;
        step.finish("Unpacked the packages");
        files::write_file(&stamp, ingredients_text(&ingredients).as_bytes(), Mode::Plain)?;
        Ok(ingredients)
    }

    /// Reads the crate ids in the symbols of the real `librustc_driver`.
    fn their_ids(&self, compiler: &Compiler) -> Result<IdTable> {
        let path = compiler.driver_library()?;
        let symbols = stub::defined_symbols(&files::read_file(&path)?)
            .with_context(|| format!("cannot read {}", path.display()))?;
        Ok(IdTable::of_symbols(symbols.iter().map(|symbol| symbol.name.as_str())))
    }

    /// Makes the metadata. If resuming an interrupted build fails, it is built once more from the start.
    fn metadata(
        &self,
        toolchain: &DebianToolchain,
        their_ids: &IdTable,
        final_folder: &Path,
        resumed: bool,
    ) -> Result<Metadata> {
        let folder = self.partial.join("metadata");
        let source_name = format!("rustc-{RUSTC_VERSION}");
        let build = MetadataBuild {
            folder: MetadataFolder(folder.clone()),
            sources: &toolchain.compiler.sysroot.join("src").join(&source_name),
            final_sources: &final_folder.join("packages/usr/src").join(&source_name),
            compiler: &toolchain.compiler,
            host: self.host,
            their_ids,
            logs: &self.layout.logs(),
            console: self.console,
        };
        match build.run() {
            Err(error) if resumed && !explain::is_full_disk(&error) && folder.join("target").exists() => {
                self.console.say("Resuming the interrupted build failed; building from the start");
                files::remove(&folder.join("target"))?;
                build.run()
            }
            result => result,
        }
    }

    /// Makes the sysroot that the backend is compiled with.
    fn overlay(&self, toolchain: &DebianToolchain, metadata: &Metadata) -> Result<()> {
        let step = self.console.step("Making the sysroot that the backend is compiled with");
        let overlay = toolchain.overlay();
        files::remove(&overlay)?;
        let libraries = overlay.join("lib/rustlib").join(self.host.triple).join("lib");
        files::create_folder(&libraries)?;
        let standard = Path::new("lib/rustlib").join(self.host.triple).join("lib");
        for file in files::entries(&toolchain.compiler.sysroot.join(&standard))? {
            // The link is relative, because the folder is renamed later.
            let target = Path::new("../../../../../packages/usr").join(&standard).join(files::name_of(&file));
            files::link(&target, &libraries.join(files::name_of(&file)))?;
        }
        let mut our_ids = IdTable::default();
        let crates = with_extension(&metadata.crates, "rmeta")?;
        for found in parallel::map(&crates, |file| wrapper::stable_crate_id_with(&toolchain.compiler, file)) {
            if let Some((name, id)) = found? {
                our_ids.add(&name, &id, 1);
            }
        }
        for file in &crates {
            copy(file, &libraries)?;
        }
        for file in with_extension(&metadata.macros, "so")? {
            copy(&file, &libraries)?;
        }
        files::write_file(&toolchain.our_ids(), our_ids.to_text().as_bytes(), Mode::Plain)?;
        let real = toolchain.compiler.driver_library()?;
        let stub = libraries.join("librustc_driver-clif.so");
        let scratch = self.partial.join("metadata");
        stub::make(&real, &metadata.driver, &our_ids, &scratch, &stub)?;
        step.finish("Made the sysroot that the backend is compiled with");
        Ok(())
    }

    /// Removes the intermediate files and gives the folder its final name.
    fn complete(&self, ingredients: &[Ingredient], final_folder: &Path) -> Result<()> {
        files::remove(&self.partial.join("metadata"))?;
        let text = format!("{}{}", complete_header(self.host), ingredients_text(ingredients));
        files::write_file(&self.partial.join(COMPLETE), text.as_bytes(), Mode::Plain)?;
        files::remove(final_folder)?;
        std::fs::rename(&self.partial, final_folder)
            .with_context(|| format!("cannot create {}", final_folder.display()))
    }
}

/// Returns the files in a folder that end in `.EXTENSION`.
fn with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = files::entries(folder)?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    Ok(files)
}

/// Links or copies a file into a folder. Intermediate files are on the same disk, so a hard link usually
/// works.
fn copy(file: &Path, folder: &Path) -> Result<()> {
    let target = folder.join(files::name_of(file));
    std::fs::hard_link(file, &target)
        .or_else(|_| std::fs::copy(file, &target).map(|_| ()))
        .with_context(|| format!("cannot create {}", target.display()))
}

/// Writes ingredients as text, one `package NAME=VERSION` per line.
fn ingredients_text(ingredients: &[Ingredient]) -> String {
    ingredients
        .iter()
        .map(|ingredient| format!("package {}={}\n", ingredient.name, ingredient.version))
        .collect()
}

/// Reads the text that [`ingredients_text`] wrote.
fn parse_ingredients(text: &str) -> Result<Vec<Ingredient>> {
    let parse = |line: &str| {
        let (name, version) = line.strip_prefix("package ")?.split_once('=')?;
        Some(Ingredient { name: name.to_owned(), version: version.to_owned() })
    };
    text.lines()
        .map(|line| parse(line).with_context(|| format!("the list of packages is damaged: {line:?}")))
        .collect()
}

/// Returns all symbols that the compiler's library defines.
pub fn symbols_of(library: &Path) -> Result<HashSet<String>> {
    let symbols = stub::defined_symbols(&files::read_file(library)?)
        .with_context(|| format!("cannot read the symbols of {}", library.display()))?;
    Ok(symbols.into_iter().map(|symbol| symbol.name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> &'static Target {
        Target::named("x86_64").unwrap()
    }

    fn toolchain(cache: &Path, name: &str, complete: Option<&str>) {
        std::fs::create_dir_all(cache.join(name)).unwrap();
        if let Some(text) = complete {
            std::fs::write(cache.join(name).join(COMPLETE), text).unwrap();
        }
    }

    #[test]
    fn only_complete_toolchains_are_taken() {
        let cache = tempfile::tempdir().unwrap();
        let found =
            |any| find_complete(cache.path(), "12", any, host()).map(|found| files::name_of(&found.folder));
        assert_eq!(found(true), None);
        toolchain(cache.path(), "toolchain-12", None);
        toolchain(cache.path(), "toolchain-12.partial", Some(&complete_header(host())));
        toolchain(cache.path(), "toolchain-11", Some("recipe 0\nrustc 1.95.0\n"));
        assert_eq!(found(true), None);
        toolchain(cache.path(), "toolchain-34", Some(&complete_header(host())));
        assert_eq!((found(false), found(true)), (None, Some("toolchain-34".to_owned())));
        toolchain(cache.path(), "toolchain-12", Some(&complete_header(host())));
        assert_eq!(found(false), Some("toolchain-12".to_owned()));
    }

    #[test]
    fn stale_set_ups_are_removed() {
        let cache = tempfile::tempdir().unwrap();
        for name in ["toolchain-1.partial", "toolchain-2.partial", "toolchain-3", "build-1"] {
            toolchain(cache.path(), name, None);
        }
        remove_stale(cache.path(), &cache.path().join("toolchain-2.partial")).unwrap();
        let left: Vec<String> =
            files::entries(cache.path()).unwrap().iter().map(|path| files::name_of(path)).collect();
        assert_eq!(left, ["build-1", "toolchain-2.partial", "toolchain-3"]);
    }

    #[test]
    fn ingredients_are_read_back() {
        let list =
            vec![Ingredient { name: "libllvm22".to_owned(), version: "1:22.1.8-1~deb12u1".to_owned() }];
        assert_eq!(parse_ingredients(&ingredients_text(&list)).unwrap(), list);
        assert!(parse_ingredients("package x\n").is_err());
    }

    #[test]
    fn a_cache_with_a_colon_is_refused() {
        assert!(check_cache_folder(Path::new("/tmp/a:b")).unwrap_err().to_string().contains("colon"));
    }
}

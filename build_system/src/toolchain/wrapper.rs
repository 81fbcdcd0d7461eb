//! The `RUSTC` of the metadata build: cargo calls this program instead of rustc.
//!
//! A crate for the target is compiled without code, but with complete metadata: `--emit=link` keeps the MIR
//! of generic and inline functions. Its crate id gets the length of Debian's, and the `.rlib` that cargo
//! expects contains only the metadata. Everything else (build scripts, proc macros, queries about the
//! compiler) is passed on to rustc unchanged.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use super::archive;
use super::compiler::Compiler;
use super::crate_ids::{self, IdTable};
use crate::files::{self, Mode};

/// The variable that the metadata build sets for cargo. If it is set, this program is the wrapper.
pub const VARIABLE: &str = "CLIF_METADATA_BUILD";

/// How many ids are tried to get one of the right length. One in twenty has ten digits.
const MOST_TRIES: usize = 600;

/// The folder of the metadata build, with all the wrapper's files.
#[derive(Debug, Clone)]
pub struct MetadataFolder(pub PathBuf);

impl MetadataFolder {
    /// The file with the path of the compiler.
    pub fn compiler(&self) -> PathBuf {
        self.0.join("compiler-path")
    }
    /// The file with the table of Debian's crate ids.
    pub fn their_ids(&self) -> PathBuf {
        self.0.join("their-ids")
    }
    /// A complete lock file, for the ranks of versions.
    pub fn lock(&self) -> PathBuf {
        self.0.join("Cargo.lock")
    }
    /// The folder with the stand-in for LLVM's C++ library.
    pub fn native(&self) -> PathBuf {
        self.0.join("native")
    }
}

/// Runs the compiler for cargo.
pub fn main(folder: &OsStr, arguments: Vec<OsString>) -> Result<ExitCode> {
    let folder = MetadataFolder(PathBuf::from(folder));
    let bytes = files::read_text(&folder.compiler())?;
    let compiler = PathBuf::from(bytes.trim_end_matches('\n'));
    match TargetCrate::of(&arguments) {
        Some(target) => compile(&folder, &compiler, target, arguments),
        None => {
            let error = Command::new(&compiler).args(arguments).exec();
            Err(error).with_context(|| format!("cannot start {}", compiler.display()))
        }
    }
}

/// The target crate that an invocation compiles.
#[derive(Debug, PartialEq, Eq)]
struct TargetCrate {
    /// `--crate-name`.
    name: String,
    /// `--out-dir`.
    folder: PathBuf,
    /// `-C extra-filename=`.
    suffix: String,
    /// All `-C metadata=` values.
    metadata: Vec<String>,
}

impl TargetCrate {
    /// Reads the arguments. `None` for anything but a library crate for the target.
    fn of(arguments: &[OsString]) -> Option<TargetCrate> {
        let text: Vec<&str> =
            arguments.iter().map(|argument| argument.to_str().unwrap_or_default()).collect();
        let after =
            |option: &str| text.iter().position(|a| *a == option).and_then(|i| text.get(i + 1)).copied();
        let name = after("--crate-name")?;
        if !text.contains(&"--target") || name == "build_script_build" || name.contains("___") {
            return None;
        }
        let folder = arguments.get(text.iter().position(|a| *a == "--out-dir")? + 1)?;
        let codegen =
            |key: &str| text.iter().filter_map(|a| a.strip_prefix(key)).map(str::to_owned).collect();
        let suffixes: Vec<String> = codegen("extra-filename=");
        Some(TargetCrate {
            name: name.to_owned(),
            folder: PathBuf::from(folder),
            suffix: suffixes.into_iter().next().unwrap_or_default(),
            metadata: codegen("metadata="),
        })
    }
}

/// Compiles a target crate to metadata, and puts the metadata into an archive.
fn compile(
    folder: &MetadataFolder,
    compiler: &Path,
    target: TargetCrate,
    arguments: Vec<OsString>,
) -> Result<ExitCode> {
    let mut command = Command::new(compiler);
    for argument in &arguments {
        let is_emit = argument.to_str().is_some_and(|text| text.starts_with("--emit="));
        command.arg(if is_emit { OsStr::new("--emit=dep-info,metadata,link") } else { argument });
    }
    command.args(["-Csymbol-mangling-version=v0", "-Zforce-unstable-if-unmarked", "-Zno-codegen"]);
    let mut native = OsString::from("-Lnative=");
    native.push(folder.native());
    command.arg(native);
    command.args(padding(folder, compiler, &target)?);
    let status = command.status().with_context(|| format!("cannot start {}", compiler.display()))?;
    if !status.success() {
        return Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)));
    }
    let metadata = target.folder.join(format!("lib{}{}.rmeta", target.name, target.suffix));
    if metadata.is_file() {
        let archive = archive::with_one_member("lib.rmeta", &files::read_file(&metadata)?);
        files::write_file(&metadata.with_extension("rlib"), &archive, Mode::Plain)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Finds the additional argument that gives the crate's id the length of Debian's.
fn padding(folder: &MetadataFolder, compiler: &Path, target: &TargetCrate) -> Result<Option<String>> {
    let theirs = IdTable::from_text(&files::read_text(&folder.their_ids())?)?;
    if theirs.ids(&target.name).is_empty() {
        return Ok(None);
    }
    let ranks = crate_ids::version_ranks(&files::read_text(&folder.lock())?);
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let rank = ranks.get(&(target.name.clone(), version)).copied().unwrap_or(0);
    let Some(length) = theirs.wanted_length(&target.name, rank) else { return Ok(None) };
    let probe = Probe::new(folder, target)?;
    for attempt in 0..MOST_TRIES {
        let padding = (attempt > 0).then(|| format!("-Cmetadata=pad{attempt}"));
        if probe.id(compiler, target, padding.as_deref())?.len() == length {
            return Ok(padding);
        }
    }
    bail!("cannot find an id of {length} digits for the crate {} in {MOST_TRIES} tries", target.name)
}

/// An empty crate, compiled to see the id that a name and `-C metadata` give.
struct Probe {
    /// The folder of this process. Removed when dropped.
    folder: PathBuf,
}

impl Probe {
    /// Writes the empty crate.
    fn new(folder: &MetadataFolder, target: &TargetCrate) -> Result<Probe> {
        let folder = folder.0.join("probes").join(format!("{}-{}", target.name, std::process::id()));
        files::write_file(&folder.join("empty.rs"), b"#![feature(no_core)]\n#![no_core]\n", Mode::Plain)?;
        Ok(Probe { folder })
    }

    /// Returns the id that the compiler gives the crate.
    fn id(&self, compiler: &Path, target: &TargetCrate, padding: Option<&str>) -> Result<String> {
        let output = self.folder.join("libempty.rmeta");
        let mut command = Command::new(compiler);
        command
            .args(["--crate-type=lib", "--emit=metadata", "--crate-name", &target.name, "-o"])
            .arg(&output);
        command.args(target.metadata.iter().map(|value| format!("-Cmetadata={value}"))).args(padding);
        crate::process::output(command.arg(self.folder.join("empty.rs")))?;
        stable_crate_id(compiler, &output)?
            .map_or_else(|| bail!("the compiler reports no id for an empty crate"), |(_, id)| Ok(id))
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // Files that cannot be removed go later with the whole folder.
        let _ = files::remove(&self.folder);
    }
}

/// Reads the name of the crate in a metadata file, and its id as symbol names spell it.
///
/// The environment is cargo's, with which the compiler finds its libraries and accepts unstable flags.
fn stable_crate_id(compiler: &Path, metadata: &Path) -> Result<Option<(String, String)>> {
    crate_id_by(Command::new(compiler), metadata)
}

/// Like [`stable_crate_id`], for a caller without that environment.
pub fn stable_crate_id_with(compiler: &Compiler, metadata: &Path) -> Result<Option<(String, String)>> {
    let mut command = compiler.command();
    command.env("RUSTC_BOOTSTRAP", "1");
    crate_id_by(command, metadata)
}

/// Asks a compiler for the id of a crate.
fn crate_id_by(mut command: Command, metadata: &Path) -> Result<Option<(String, String)>> {
    let listing = crate::process::output(command.arg("-Zls=root").arg(metadata))
        .with_context(|| format!("cannot read the metadata of {}", metadata.display()))?;
    parse_listing(&listing)
}

/// Parses `name NAME-SUFFIX` (the suffix can be empty) and `stable_crate_id StableCrateId(N)` in the output
/// of `rustc -Zls=root`.
fn parse_listing(listing: &str) -> Result<Option<(String, String)>> {
    let name = listing.lines().find_map(|line| line.strip_prefix("name ")?.split('-').next());
    let id =
        listing.split_once("StableCrateId(").and_then(|(_, rest)| rest.split_once(')')).map(|parts| parts.0);
    match (name, id) {
        (Some(name), Some(id)) => {
            let id =
                id.parse().with_context(|| format!("cannot parse the crate id that rustc printed: {id}"))?;
            Ok(Some((name.to_owned(), crate_ids::spell(id)?)))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn only_crates_for_the_target_are_changed() {
        let line =
            "--crate-name a_b --emit=metadata -C metadata=12 -C extra-filename=-34 --out-dir /o --target t";
        let target = TargetCrate::of(&words(line)).unwrap();
        assert_eq!((target.name.as_str(), target.suffix.as_str()), ("a_b", "-34"));
        assert_eq!(
            (target.folder.as_path(), &target.metadata[..]),
            (Path::new("/o"), &["12".to_owned()][..])
        );
        assert_eq!(TargetCrate::of(&words("--crate-name a --out-dir /o")), None);
        assert_eq!(TargetCrate::of(&words("--crate-name build_script_build --out-dir /o --target t")), None);
        assert_eq!(TargetCrate::of(&words("- --crate-name ___ --print=file-names --target t")), None);
        assert_eq!(TargetCrate::of(&words("-vV")), None);
    }

    #[test]
    fn ids_are_read_off_the_listing() {
        let listing = "Crate info:\nname rustc_hash-0a1b\nhash 99 stable_crate_id StableCrateId(64)\nproc_macro false\n";
        assert_eq!(parse_listing(listing).unwrap(), Some(("rustc_hash".to_owned(), "10".to_owned())));
        let without_suffix = "name libc\nhash 9 stable_crate_id StableCrateId(2)\n";
        assert_eq!(parse_listing(without_suffix).unwrap(), Some(("libc".to_owned(), "0".to_owned())));
        assert_eq!(parse_listing("").unwrap(), None);
    }
}

//! Revisions of this repository, each built once and kept in the cache.
//!
//! The key is what the product is made from: the trees of its folders in that revision. So a revision that
//! only changes documents or tests is the same as the one before. All revisions are compiled in one folder,
//! so that only what differs is compiled again. It takes less time to compile the backend with few
//! optimisations than they save: what it makes of programs is the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use build_system::build::Dist;
use build_system::console::Console;
use build_system::files::{self, Mode};
use build_system::layout::Layout;
use build_system::process;
use build_system::toolchain::key;

/// What the product is made from.
const INGREDIENTS: [&str; 6] = ["src", "build_system", "patches", "y.sh", "Cargo.toml", "Cargo.lock"];
/// So many built revisions are kept. Each takes 70 MB.
const KEPT: usize = 8;
/// Marks a complete build.
const READY: &str = "ready";
/// The configuration of cargo in the folder above the sources.
const CONFIGURATION: &str = "[profile.release]\nincremental = true\nopt-level = 1\ncodegen-units = 64\n";

/// Returns the commit that a name stands for.
pub fn commit(layout: &Layout, name: &str) -> Result<String> {
    let mut command = git(layout);
    command.args(["rev-parse", "--verify", "--quiet", "--end-of-options"]).arg(format!("{name}^{{commit}}"));
    let output = command.output().map_err(|error| process::start_error(&command, error))?;
    if !output.status.success() {
        bail!("`{name}` is neither a backend (llvm, clif), nor a machine, nor a revision of this repository");
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Returns the `dist/` of a commit. Builds it if it is not kept.
pub fn dist(layout: &Layout, commit: &str, console: Console) -> Result<Dist> {
    let all = layout.cache.join("revisions");
    let work = all.join("work");
    files::create_folder(&work)?;
    let _lock = files::lock(&all.join("lock"), "the folder of built revisions", console)?;
    let folder = all.join(content_key(layout, commit)?);
    let ready = folder.join(READY);
    let kept = Layout { dist: folder.join("dist"), ..layout.clone() };
    if !ready.exists() {
        remove_old(&all)?;
        files::remove(&folder)?;
        files::create_folder(&folder)?;
        let built = build(layout, commit, &work, console)?;
        // What an interrupted build leaves has no mark.
        fs::rename(&built, &kept.dist)
            .with_context(|| format!("cannot move {} to {}", built.display(), kept.dist.display()))?;
    }
    // Its time is that of the last use.
    files::write_file(&ready, commit.as_bytes(), Mode::Plain)?;
    Ok(Dist::of(&kept))
}

/// Builds a commit in the folder `work`. Returns its `dist/`.
fn build(layout: &Layout, commit: &str, work: &Path, console: Console) -> Result<PathBuf> {
    let source = work.join("source");
    files::create_folder(&source)?;
    empty_except(&source, "build")?;
    unpack(layout, commit, &source)?;
    files::write_file(&work.join(".cargo/config.toml"), CONFIGURATION.as_bytes(), Mode::Plain)?;
    let what = format!("build of revision {}", short(commit));
    let step = console.step(format!("Building revision {} (a few minutes, once)", short(commit)));
    let mut command = Command::new(source.join("y.sh"));
    command.arg("build").env_remove("CLIF_CLONE").env_remove("CLIF_BUILD");
    process::run_logged(console, &what, &mut command, &work.join("build.log"), |line| step.progress(line))?;
    Ok(source.join("dist"))
}

/// Removes everything in a folder but the entry `kept`.
fn empty_except(folder: &Path, kept: &str) -> Result<()> {
    let entries = files::entries(folder)?;
    entries.iter().filter(|path| files::name_of(path) != kept).try_for_each(|path| files::remove(path))
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

fn git(layout: &Layout) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(&layout.clone);
    command
}

fn content_key(layout: &Layout, commit: &str) -> Result<String> {
    let mut command = git(layout);
    command.args(["ls-tree", commit, "--"]).args(INGREDIENTS);
    let trees = process::output(&mut command)?;
    if trees.is_empty() {
        bail!("revision {} has no sources of the backend", short(commit));
    }
    Ok(key::sha256(trees.as_bytes())[..16].to_owned())
}

/// Writes the files of a commit to a folder. Their times are now, not the commit's: cargo compiles what
/// is newer than its last result.
fn unpack(layout: &Layout, commit: &str, folder: &Path) -> Result<()> {
    let mut archive = git(layout);
    archive.args(["archive", "--format=tar", commit]).stdout(Stdio::piped());
    let mut archive = archive.spawn().map_err(|error| process::start_error(&archive, error))?;
    let mut unpack = Command::new("tar");
    unpack.args(["-x", "--touch"]).arg("-C").arg(folder);
    if let Some(output) = archive.stdout.take() {
        unpack.stdin(output);
    }
    let unpacked = unpack.status().map_err(|error| process::start_error(&unpack, error))?;
    let archived = archive.wait().context("cannot wait for git")?;
    if !unpacked.success() || !archived.success() {
        bail!("revision {} cannot be written to {}", short(commit), folder.display());
    }
    Ok(())
}

/// Removes the builds that were not used for the longest time, so that there is room for one more.
fn remove_old(all: &Path) -> Result<()> {
    let mut kept: Vec<(SystemTime, PathBuf)> = Vec::new();
    for path in files::entries(all)? {
        let used = path.join(READY).metadata().and_then(|metadata| metadata.modified());
        if let (true, Ok(used)) = (path.is_dir(), used) {
            kept.push((used, path));
        }
    }
    kept.sort();
    for (_, path) in kept.iter().take((kept.len() + 1).saturating_sub(KEPT)) {
        files::remove(path)?;
    }
    Ok(())
}

//! Revisions of this repository, each built once in a folder of the cache.
//!
//! The key is what the product is made from: the trees of its folders in that revision. So a revision that
//! only changes documents or tests is the same as the one before.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use build_system::build::Dist;
use build_system::console::Console;
use build_system::files;
use build_system::layout::Layout;
use build_system::process;
use build_system::toolchain::key;

/// What the product is made from.
const INGREDIENTS: [&str; 6] = ["src", "build_system", "patches", "y.sh", "Cargo.toml", "Cargo.lock"];
/// So many built revisions are kept. Each takes about 1 GB.
const KEPT: usize = 4;
/// Marks a complete build.
const READY: &str = "ready";

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
    fs::create_dir_all(&all).with_context(|| format!("cannot create {}", all.display()))?;
    let folder = all.join(content_key(layout, commit)?);
    let _lock = files::lock(&folder.with_extension("lock"), "the build of a revision", console)?;
    let ready = folder.join(READY);
    let own = Layout { clone: folder.join("clone"), dist: folder.join("clone/dist"), ..layout.clone() };
    if !ready.exists() {
        remove_old(&all)?;
        let _ = fs::remove_dir_all(&folder);
        unpack(layout, commit, &own.clone)?;
        let step = console.step(format!("Building revision {} (a few minutes, once)", short(commit)));
        let mut build = Command::new(own.clone.join("y.sh"));
        build.arg("build").env_remove("CLIF_CLONE").env_remove("CLIF_BUILD");
        let log = folder.join("build.log");
        let what = format!("build of revision {}", short(commit));
        process::run_logged(console, &what, &mut build, &log, |line| step.progress(line))?;
        drop(step);
    }
    // Its time is that of the last use.
    fs::write(&ready, commit).with_context(|| format!("cannot write {}", ready.display()))?;
    Ok(Dist::of(&own))
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

/// Writes the files of a commit to a new folder.
fn unpack(layout: &Layout, commit: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut archive = git(layout);
    archive.args(["archive", "--format=tar", commit]).stdout(Stdio::piped());
    let mut archive = archive.spawn().map_err(|error| process::start_error(&archive, error))?;
    let mut unpack = Command::new("tar");
    unpack.arg("-x").arg("-C").arg(folder);
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
    let mut kept: Vec<(SystemTime, std::path::PathBuf)> = Vec::new();
    for entry in fs::read_dir(all).with_context(|| format!("cannot read {}", all.display()))? {
        let path = entry?.path();
        let used = path.join(READY).metadata().and_then(|metadata| metadata.modified());
        if let (true, Ok(used)) = (path.is_dir(), used) {
            kept.push((used, path));
        }
    }
    kept.sort();
    for (_, path) in kept.iter().take((kept.len() + 1).saturating_sub(KEPT)) {
        fs::remove_dir_all(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

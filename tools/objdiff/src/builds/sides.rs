//! The sides of a comparison: how one source is compiled.

use std::path::PathBuf;

use anyhow::{Result, bail};
use build_system::build;
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;
use clif_targets::Target;

use super::{Options, revisions, target};

/// One way of compiling.
#[derive(Clone, Debug)]
pub struct Side {
    pub name: String,
    pub target: &'static Target,
    backend: Backend,
}

/// Who compiles.
#[derive(Clone, Debug)]
enum Backend {
    Llvm,
    /// The backend of the working tree.
    Clif,
    /// The backend of a commit of this repository.
    Revision(String),
}

/// The programs of one side.
pub enum SideCompiler<'t> {
    /// rustc with LLVM.
    Llvm(&'t Toolchain),
    /// `rustc-clif` and `cargo-clif`.
    Clif { rustc: PathBuf, cargo: PathBuf },
}

/// Finds out what the names of `--between` are: all of them are backends, or machines, or else revisions.
pub fn parse(options: &Options, layout: &Layout) -> Result<Vec<Side>> {
    let names = &options.between;
    if names.len() < 2 {
        bail!("--between needs two sides, separated by commas");
    }
    let common = target(options.target.as_deref())?;
    let are_backends = names.iter().all(|name| backend(name).is_ok());
    let are_machines = names.iter().all(|name| Target::named(name).is_some());
    if are_machines && options.target.is_some() {
        bail!("--target is for the comparison of backends or revisions");
    }
    let side = |name: &String| {
        let (target, backend) = match name.as_str() {
            name if are_backends => (common, backend(name)?),
            name if are_machines => (target(Some(name))?, backend(&options.backend)?),
            "." => (common, Backend::Clif),
            name => (common, Backend::Revision(revisions::commit(layout, name)?)),
        };
        Ok(Side { name: name.clone(), target, backend })
    };
    names.iter().map(side).collect()
}

fn backend(name: &str) -> Result<Backend> {
    match name {
        "llvm" => Ok(Backend::Llvm),
        "clif" => Ok(Backend::Clif),
        name => bail!("`{name}` is not a backend; they are `llvm` and `clif`"),
    }
}

impl Side {
    /// Builds what is needed to compile, and returns it.
    pub fn compiler<'t>(
        &self,
        layout: &Layout,
        toolchain: &'t Toolchain,
        console: Console,
    ) -> Result<SideCompiler<'t>> {
        let dist = match &self.backend {
            Backend::Llvm => return Ok(SideCompiler::Llvm(toolchain)),
            Backend::Clif => build::build(layout, toolchain, console)?,
            Backend::Revision(commit) => revisions::dist(layout, commit, console)?,
        };
        Ok(SideCompiler::Clif { rustc: dist.rustc_clif(), cargo: dist.cargo_clif() })
    }
}

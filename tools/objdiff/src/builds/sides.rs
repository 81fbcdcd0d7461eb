//! The sides of a comparison: how one source is compiled.

use std::path::PathBuf;

use anyhow::{Result, bail};
use build_system::build::{self, Dist};
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;
use clif_targets::Target;

use super::{Options, revisions, target};

/// A backend of the compiler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Backend {
    Llvm,
    Clif,
}

/// One way of compiling.
#[derive(Clone, Debug)]
pub enum Side {
    Backend(BackendSide),
    /// A revision of this repository; `None` is the working tree.
    Revision {
        name: String,
        commit: Option<String>,
        target: &'static Target,
    },
}

/// The compiler of this clone with one of the backends.
#[derive(Clone, Debug)]
pub struct BackendSide {
    name: String,
    backend: Backend,
    target: &'static Target,
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
    let all = |is: fn(&str) -> bool| names.iter().all(|name| is(name));
    if all(|name| backend(name).is_ok()) {
        let side = |name: &String| {
            Ok(Side::Backend(BackendSide { name: name.clone(), backend: backend(name)?, target: common }))
        };
        return names.iter().map(side).collect();
    }
    if all(|name| Target::named(name).is_some()) {
        if options.target.is_some() {
            bail!("--target is for the comparison of backends or revisions");
        }
        let backend = backend(&options.backend)?;
        let side = |name: &String| {
            Ok(Side::Backend(BackendSide { name: name.clone(), backend, target: target(Some(name))? }))
        };
        return names.iter().map(side).collect();
    }
    let side = |name: &String| {
        let commit = if name == "." { None } else { Some(revisions::commit(layout, name)?) };
        Ok(Side::Revision { name: name.clone(), commit, target: common })
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
    pub fn name(&self) -> String {
        match self {
            Side::Backend(side) => side.name.clone(),
            Side::Revision { name, .. } => name.clone(),
        }
    }

    pub fn target(&self) -> &'static Target {
        match self {
            Side::Backend(side) => side.target,
            Side::Revision { target, .. } => target,
        }
    }

    /// Builds what is needed to compile, and returns it.
    pub fn compiler<'t>(
        &self,
        layout: &Layout,
        toolchain: &'t Toolchain,
        console: Console,
    ) -> Result<SideCompiler<'t>> {
        let dist = match self {
            Side::Backend(BackendSide { backend: Backend::Llvm, .. }) => {
                return Ok(SideCompiler::Llvm(toolchain));
            }
            Side::Revision { commit: Some(commit), .. } => revisions::dist(layout, commit, console)?,
            Side::Backend(_) | Side::Revision { commit: None, .. } => {
                build::build(layout, toolchain, console)?;
                Dist::of(layout)
            }
        };
        Ok(SideCompiler::Clif { rustc: dist.rustc_clif(), cargo: dist.cargo_clif() })
    }
}

//! Finds or makes the compiler that the backend runs in, with the metadata of its crates.
//!
//! There are three ways, tried in this order:
//!
//! 1. a sysroot that the user names ([`installed`]);
//! 2. a rustup toolchain that has rustc-dev ([`installed`]);
//! 3. Debian's packages, with metadata made from the compiler's sources ([`debian`]).
//!
//! The standard libraries of other targets are added when they are asked for ([`targets`]).

mod apt;
pub mod archive;
pub mod compiler;
pub mod crate_ids;
pub mod debian;
pub mod installed;
pub mod key;
pub mod metadata;
pub mod packages;
pub mod rename;
pub mod shared_libraries;
pub mod stub;
pub mod targets;
pub mod unpack;
pub mod wrapper;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clif_targets::Target;

use crate::console::Console;
use crate::files;
use crate::layout::Layout;
use compiler::Compiler;
use crate_ids::IdTable;
use rename::Universe;

/// The only compiler version that this backend works with.
pub const RUSTC_VERSION: &str = "1.96.0";

/// A usable toolchain.
pub struct Toolchain {
    /// The compiler of users' programs.
    pub compiler: Compiler,
    /// The description for the user.
    pub origin: String,
    /// The sysroot that the backend is compiled with.
    pub build_sysroot: PathBuf,
    /// The file with our crate ids, if they differ from the compiler's. Then symbols are renamed after
    /// linking.
    our_ids: Option<PathBuf>,
}

impl Toolchain {
    /// Finds or makes the toolchain.
    pub fn obtain(layout: &Layout, named: Option<&Path>, console: Console) -> Result<Toolchain> {
        let host = Target::host()?;
        if let Some(path) = named {
            return Ok(Toolchain::installed(installed::by_path(path, host)?));
        }
        if let Some(compiler) = installed::by_rustup(host) {
            return Ok(Toolchain::installed(compiler));
        }
        let found = debian::obtain(layout, host, console)?;
        Ok(Toolchain {
            build_sysroot: found.overlay(),
            our_ids: Some(found.our_ids()),
            origin: format!("rustc {RUSTC_VERSION} of Debian in {}", found.folder.display()),
            compiler: found.compiler,
        })
    }

    /// Describes a toolchain whose rustc-dev is used directly.
    fn installed(compiler: Compiler) -> Toolchain {
        Toolchain {
            build_sysroot: compiler.sysroot.clone(),
            our_ids: None,
            origin: format!("rustc {RUSTC_VERSION} in {}", compiler.sysroot.display()),
            compiler,
        }
    }

    /// Returns the symbols to rename linked files against. `None` if nothing has to be renamed.
    pub fn universe(&self) -> Result<Option<Universe>> {
        let Some(path) = &self.our_ids else { return Ok(None) };
        let ours = IdTable::from_text(&files::read_text(path)?).with_context(|| {
            format!("{} is damaged; remove the toolchain with ./y.sh clean --cache", path.display())
        })?;
        Ok(Some(Universe::new(debian::symbols_of(&self.compiler.driver_library()?)?, &ours)))
    }
}

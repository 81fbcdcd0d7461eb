//! The compiler that the backend is built for and runs in, with the metadata of its own crates.
//!
//! Three ways, tried in this order: a sysroot that the user names, a rustup toolchain that has rustc-dev
//! ([`installed`]), and Debian's packages with metadata made from the compiler's sources ([`debian`]).

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
pub mod unpack;
pub mod wrapper;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::console::Console;
use crate::files;
use crate::layout::{Host, Layout};
use compiler::Compiler;
use crate_ids::IdTable;
use rename::Universe;

/// The only compiler version that this backend works with.
pub const RUSTC_VERSION: &str = "1.96.0";

/// A toolchain that is ready to use.
pub struct Toolchain {
    /// The compiler, which users' programs are compiled with.
    pub compiler: Compiler,
    /// What it is, for the user.
    pub origin: String,
    /// The sysroot that the backend itself is compiled with.
    pub build_sysroot: PathBuf,
    /// Our crate ids, when they differ from the compiler's and have to be renamed after linking.
    our_ids: Option<PathBuf>,
}

impl Toolchain {
    /// Finds or makes the toolchain.
    pub fn obtain(layout: &Layout, named: Option<&Path>, console: Console) -> Result<Toolchain> {
        let host = Host::this()?;
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

    /// A toolchain whose rustc-dev is used as it is.
    fn installed(compiler: Compiler) -> Toolchain {
        Toolchain {
            build_sysroot: compiler.sysroot.clone(),
            our_ids: None,
            origin: format!("rustc {RUSTC_VERSION} in {}", compiler.sysroot.display()),
            compiler,
        }
    }

    /// What linked files have to be renamed against; `None` when nothing has to be renamed.
    pub fn universe(&self) -> Result<Option<Universe>> {
        let Some(path) = &self.our_ids else { return Ok(None) };
        let ours = IdTable::from_text(&files::read_text(path)?).with_context(|| {
            format!("{} is damaged; ./y.sh clean --cache removes the toolchain", path.display())
        })?;
        Ok(Some(Universe::new(debian::symbols_of(&self.compiler.driver_library()?)?, &ours)))
    }
}

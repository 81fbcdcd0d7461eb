//! Gives suites access to the project's folders, the toolchain and `dist/`.
//!
//! The toolchain and `dist/` are made when a suite first needs them, so listing cases builds nothing.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::Result;
use build_system::build::{self, Dist};
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;

/// The environment of a suite.
pub struct Context<'a> {
    /// The project's folders.
    pub layout: &'a Layout,
    /// Shows progress to the user.
    pub console: Console,
    /// Whether to test what takes long too (`--all`).
    pub all: bool,
    /// Obtains the toolchain.
    obtain: &'a (dyn Fn() -> Result<Toolchain> + Sync),
    /// The toolchain, after a suite has needed it.
    toolchain: Lazy<Toolchain>,
    /// `dist/`, after a suite has needed it.
    dist: Lazy<Dist>,
}

impl<'a> Context<'a> {
    /// Creates a context. Nothing is built yet.
    pub fn new(
        layout: &'a Layout,
        console: Console,
        all: bool,
        obtain: &'a (dyn Fn() -> Result<Toolchain> + Sync),
    ) -> Context<'a> {
        Context { layout, console, all, obtain, toolchain: Lazy::default(), dist: Lazy::default() }
    }

    /// Returns the toolchain.
    pub fn toolchain(&self) -> Result<&Toolchain> {
        self.toolchain.get(self.obtain)
    }

    /// Returns `dist/`, built.
    pub fn dist(&self) -> Result<&Dist> {
        self.dist.get(|| build::build(self.layout, self.toolchain()?, self.console))
    }

    /// Returns the folder for a suite's files.
    pub fn scratch(&self, suite: &str) -> PathBuf {
        self.layout.build.join("tests").join(suite)
    }
}

/// A value that is made when it is first needed. After an error, the next caller tries again.
struct Lazy<T> {
    value: OnceLock<T>,
    /// Held while the value is made.
    making: Mutex<()>,
}

impl<T> Default for Lazy<T> {
    fn default() -> Lazy<T> {
        Lazy { value: OnceLock::new(), making: Mutex::new(()) }
    }
}

impl<T> Lazy<T> {
    fn get(&self, make: impl FnOnce() -> Result<T>) -> Result<&T> {
        let _guard = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        match self.value.get() {
            Some(value) => Ok(value),
            None => {
                let value = make()?;
                Ok(self.value.get_or_init(|| value))
            }
        }
    }
}

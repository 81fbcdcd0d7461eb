//! What suites work with: the project's folders, the toolchain, `dist/`.
//!
//! The toolchain and `dist/` are made when the first suite asks for them, so listing cases builds
//! nothing.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::Result;
use build_system::build::{self, Dist};
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;

/// What suites work with.
pub struct Context<'a> {
    /// The project's folders.
    pub layout: &'a Layout,
    /// The user.
    pub console: Console,
    /// Whether what takes long is wanted, too (`--all`).
    pub all: bool,
    /// How the toolchain is obtained.
    obtain: &'a (dyn Fn() -> Result<Toolchain> + Sync),
    /// The toolchain, once a suite has asked for it.
    toolchain: Lazy<Toolchain>,
    /// `dist/`, once a suite has asked for it.
    dist: Lazy<Dist>,
}

impl<'a> Context<'a> {
    /// A context in which nothing is built yet.
    pub fn new(
        layout: &'a Layout,
        console: Console,
        all: bool,
        obtain: &'a (dyn Fn() -> Result<Toolchain> + Sync),
    ) -> Context<'a> {
        Context { layout, console, all, obtain, toolchain: Lazy::default(), dist: Lazy::default() }
    }

    /// The toolchain.
    pub fn toolchain(&self) -> Result<&Toolchain> {
        self.toolchain.get(self.obtain)
    }

    /// `dist/`, built.
    pub fn dist(&self) -> Result<&Dist> {
        self.dist.get(|| build::build(self.layout, self.toolchain()?, self.console))
    }

    /// A folder for what a suite makes.
    pub fn scratch(&self, suite: &str) -> PathBuf {
        self.layout.build.join("tests").join(suite)
    }
}

/// A value that is made when it is first asked for. What fails is tried again by the next who asks.
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

//! Gives suites access to the project's folders, the target that is tested, the toolchain and `dist/`.
//!
//! The toolchain and `dist/` are made when a suite first needs them, so listing cases builds nothing.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::Result;
use build_system::build::{self, Dist};
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;
use build_system::toolchain::targets::ensure_target;

use crate::target::TestTarget;

/// The environment of a suite.
#[derive(Clone)]
pub struct Context<'a> {
    /// The project's folders.
    pub layout: &'a Layout,
    /// Shows progress to the user.
    pub console: Console,
    /// Whether to test what takes long too (`--all`).
    pub all: bool,
    /// The target that is tested.
    pub target: TestTarget,
    /// Obtains the toolchain.
    obtain: &'a (dyn Fn() -> Result<Toolchain> + Sync),
    /// The toolchain, after a suite has needed it.
    toolchain: Arc<Lazy<Toolchain>>,
    /// `dist/`, after a suite has needed it.
    dist: Arc<Lazy<Dist>>,
}

impl<'a> Context<'a> {
    /// Creates a context. Nothing is built yet.
    pub fn new(
        layout: &'a Layout,
        console: Console,
        all: bool,
        target: TestTarget,
        obtain: &'a (dyn Fn() -> Result<Toolchain> + Sync),
    ) -> Context<'a> {
        Context { layout, console, all, target, obtain, toolchain: Arc::default(), dist: Arc::default() }
    }

    /// Returns the same context for another target. It shares the toolchain and `dist/`.
    pub fn with_target(&self, target: TestTarget) -> Context<'a> {
        Context { target, ..self.clone() }
    }

    /// Returns the toolchain.
    pub fn toolchain(&self) -> Result<&Toolchain> {
        self.toolchain.get(self.obtain)
    }

    /// Returns `dist/`, built.
    pub fn dist(&self) -> Result<&Dist> {
        self.dist.get(|| build::build(self.layout, self.toolchain()?, self.console))
    }

    /// Gets what the target needs. Returns why it cannot be tested here.
    pub fn obstacle(&self) -> Option<String> {
        self.target.obstacle(|target| ensure_target(self.toolchain()?, target, self.layout, self.console))
    }

    /// Returns the folder for a suite's files. Each target has its own.
    pub fn scratch(&self, suite: &str) -> PathBuf {
        let tests = self.layout.build.join("tests");
        if self.target.is_host { tests.join(suite) } else { tests.join(self.target.name()).join(suite) }
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

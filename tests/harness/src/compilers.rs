//! The two compilers that suites compare: rustc with LLVM, and rustc with our backend.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::context::Context;

/// The two compilers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compiler {
    /// With LLVM, in the toolchain.
    Llvm,
    /// With our backend, in `dist/`.
    Clif,
}

impl Compiler {
    /// Its name in folders and messages.
    pub fn name(self) -> &'static str {
        match self {
            Compiler::Llvm => "llvm",
            Compiler::Clif => "clif",
        }
    }
}

/// Both compilers, to be called directly.
pub struct BothCompilers {
    /// The compiler with LLVM; only its program and environment are used.
    llvm: Command,
    /// Our driver, likewise.
    clif: Command,
}

impl BothCompilers {
    /// The compilers of this run; `dist/` is built if need be.
    pub fn of(context: &Context<'_>) -> Result<BothCompilers> {
        let llvm = context.toolchain().context("the compiler with LLVM")?.compiler.command();
        Ok(BothCompilers { llvm, clif: Command::new(context.dist()?.rustc_clif()) })
    }

    /// A call of a compiler. The backend verifies its CLIF.
    pub fn command(&self, compiler: Compiler) -> Command {
        match compiler {
            Compiler::Llvm => self.llvm(),
            Compiler::Clif => self.clif(),
        }
    }

    /// A call of the compiler with LLVM.
    pub fn llvm(&self) -> Command {
        again(&self.llvm)
    }

    /// A call of our driver. The backend verifies its CLIF.
    pub fn clif(&self) -> Command {
        let mut command = again(&self.clif);
        command.env("CLIF_VERIFY", "1");
        command
    }

    /// Does the same with both compilers: the results with LLVM's, which ours is compared with, then with
    /// ours.
    pub fn both<T>(&self, mut run: impl FnMut(Compiler, Command) -> Result<T>) -> Result<[T; 2]> {
        let mut with = |compiler: Compiler| run(compiler, self.command(compiler)).context(compiler.name());
        Ok([with(Compiler::Llvm)?, with(Compiler::Clif)?])
    }
}

/// A command with the program and environment of another one, and nothing else of it.
pub fn again(other: &Command) -> Command {
    let mut command = Command::new(other.get_program());
    copy_environment(other, &mut command);
    command
}

/// Changes the environment of a command as another one's is.
pub fn copy_environment(from: &Command, to: &mut Command) {
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}

//! The two compilers that suites compare: rustc with LLVM, and rustc with our backend.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::target::TestTarget;

/// A compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compiler {
    /// rustc with LLVM, from the toolchain.
    Llvm,
    /// rustc with our backend, from `dist/`.
    Clif,
}

impl Compiler {
    /// The name in folders and messages.
    pub fn name(self) -> &'static str {
        match self {
            Compiler::Llvm => "llvm",
            Compiler::Clif => "clif",
        }
    }
}

/// Both compilers, for direct calls. They compile for the target that is tested.
pub struct BothCompilers {
    /// The compiler with LLVM. Only its program and environment are used.
    llvm: Command,
    /// Our driver. Only its program and environment are used.
    clif: Command,
    /// The target.
    pub target: TestTarget,
}

impl BothCompilers {
    /// Returns the compilers of this run. Builds `dist/` first, if needed.
    pub fn of(context: &Context<'_>) -> Result<BothCompilers> {
        let llvm = context.toolchain().context("the compiler with LLVM")?.compiler.command();
        let clif = Command::new(context.dist()?.rustc_clif());
        Ok(BothCompilers { llvm, clif, target: context.target })
    }

    /// Returns a call of a compiler. The backend verifies its CLIF.
    pub fn command(&self, compiler: Compiler) -> Command {
        match compiler {
            Compiler::Llvm => self.llvm(),
            Compiler::Clif => self.clif(),
        }
    }

    /// Returns a call of the compiler with LLVM.
    pub fn llvm(&self) -> Command {
        self.for_target(again(&self.llvm))
    }

    /// Returns a call of our driver. The backend verifies its CLIF.
    pub fn clif(&self) -> Command {
        let mut command = again(&self.clif);
        command.env("CLIF_VERIFY", "1");
        self.for_target(command)
    }

    /// Makes a call compile for the target.
    fn for_target(&self, mut command: Command) -> Command {
        self.target.compile_for(&mut command);
        command
    }

    /// Runs the same with both compilers. Returns the results of LLVM (the expected ones) and of our backend.
    pub fn both<T>(&self, mut run: impl FnMut(Compiler, Command) -> Result<T>) -> Result<[T; 2]> {
        let mut with = |compiler: Compiler| run(compiler, self.command(compiler)).context(compiler.name());
        Ok([with(Compiler::Llvm)?, with(Compiler::Clif)?])
    }
}

/// Returns a command with only the program and environment of another one.
pub fn again(other: &Command) -> Command {
    let mut command = Command::new(other.get_program());
    copy_environment(other, &mut command);
    command
}

/// Changes the environment of a command in the same way as another one's.
pub fn copy_environment(from: &Command, to: &mut Command) {
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}

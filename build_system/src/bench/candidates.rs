//! The candidates that are compared: `check`, LLVM, this backend, and other backends given by path.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::{self, Tools};
use crate::build::{self, Dist};
use crate::process;
use crate::toolchain::Toolchain;

/// The backend of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Generator {
    /// None: `cargo check`. Proc macros and build scripts are compiled by LLVM.
    Check,
    /// LLVM.
    Llvm,
    /// This backend, through `dist/` as users have it.
    Clif,
    /// Another backend, given by path.
    Library(PathBuf),
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The name in tables and of the target folder.
    pub name: String,
    /// The backend.
    pub generator: Generator,
}

/// The index of `check` in [`all`].
pub const CHECK: usize = 0;
/// The index of LLVM in [`all`].
pub const LLVM: usize = 1;

/// Returns all candidates: `check`, LLVM, this backend, then the others in the order of the command line.
pub fn all(others: &[PathBuf]) -> Vec<Candidate> {
    let fixed = [("check", Generator::Check), ("LLVM", Generator::Llvm), ("clif", Generator::Clif)];
    let mut candidates: Vec<Candidate> =
        fixed.into_iter().map(|(name, generator)| Candidate { name: name.to_owned(), generator }).collect();
    for path in others {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let base = stem.trim_start_matches("lib").trim_start_matches("rustc_codegen_").to_owned();
        let taken = |name: &String| candidates.iter().any(|candidate| candidate.name == *name);
        let mut name = base.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{base}-{number}");
            number += 1;
        }
        candidates.push(Candidate { name, generator: Generator::Library(path.clone()) });
    }
    candidates
}

/// The goal of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The program or library.
    Build,
    /// The tests, without running them.
    Tests,
}

impl Candidate {
    /// Whether the candidate does codegen.
    pub fn generates_code(&self) -> bool {
        self.generator != Generator::Check
    }

    /// Returns a cargo command for a goal.
    pub fn cargo(&self, goal: Goal, toolchain: &Toolchain, dist: &Dist, tools: &Tools) -> Command {
        let mut command = match self.generator {
            Generator::Clif => {
                let mut command = Command::new(dist.cargo_clif());
                process::clean_environment(&mut command);
                command
            }
            Generator::Check | Generator::Llvm | Generator::Library(_) => {
                let mut command = process::cargo();
                build::with_llvm(&mut command, toolchain);
                command
            }
        };
        match (self.generates_code(), goal) {
            (false, Goal::Build) => command.arg("check"),
            (false, Goal::Tests) => command.args(["check", "--tests"]),
            (true, Goal::Build) => command.arg("build"),
            (true, Goal::Tests) => command.args(["test", "--no-run"]),
        };
        if let Generator::Library(path) = &self.generator {
            command.env("RUSTC_WRAPPER", tools.compiler()).env(tools::BACKEND, path);
        }
        command
    }

    /// Returns a command for the compiler itself, for a single crate or program.
    pub fn rustc(&self, toolchain: &Toolchain, dist: &Dist) -> Command {
        let mut command = match self.generator {
            Generator::Clif => Command::new(dist.rustc_clif()),
            Generator::Check | Generator::Llvm | Generator::Library(_) => toolchain.compiler.command(),
        };
        if let Generator::Library(path) = &self.generator {
            command.arg(backend_flag(path)).env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }
}

/// Returns the flag that makes the compiler load a backend.
pub fn backend_flag(path: &Path) -> OsString {
    let mut flag = OsString::from("-Zcodegen-backend=");
    flag.push(path);
    flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_get_names_of_their_own() {
        let paths = [
            "/a/librustc_codegen_clif.so",
            "/b/librustc_codegen_cranelift.so",
            "/c/librustc_codegen_clif.so",
        ];
        let candidates = all(&paths.map(PathBuf::from));
        let names: Vec<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
        assert_eq!(names, ["check", "LLVM", "clif", "clif-2", "cranelift", "clif-3"]);
        assert_eq!(candidates[LLVM + 1].generator, Generator::Clif);
        assert!(!candidates[CHECK].generates_code() && candidates[LLVM].generates_code());
    }
}

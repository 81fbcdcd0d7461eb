//! Makes synthetic crates, for suites that test how the compiler works and not what it compiles.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use build_system::files::{self, Mode};
use build_system::process;

use super::commands;
use crate::context::Context;
use crate::target::TestTarget;

/// A folder with sources, and the compiler for them.
pub struct Workplace {
    /// The folder.
    pub folder: PathBuf,
    /// The driver.
    rustc: PathBuf,
    /// The target.
    target: TestTarget,
}

impl Workplace {
    /// Creates an empty folder, for programs of the target that is tested.
    pub fn new(folder: PathBuf, context: &Context<'_>) -> Result<Workplace> {
        files::remove(&folder)?;
        files::create_folder(&folder)?;
        Ok(Workplace { folder, rustc: context.dist()?.rustc_clif(), target: context.target })
    }

    /// Writes a source file.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        files::write_file(&self.folder.join(name), text.as_bytes(), Mode::Plain)
    }

    /// Returns a call of our driver in the folder, with the verifier on and unstable flags allowed.
    pub fn rustc(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.rustc);
        process::clean_environment(&mut command);
        for variable in ["MAKEFLAGS", "CARGO_MAKEFLAGS", "MFLAGS", "CLIF_THREADS", "CLIF_TRACE"] {
            command.env_remove(variable);
        }
        command.env("RUSTC_BOOTSTRAP", "1").env("CLIF_VERIFY", "1").current_dir(&self.folder);
        self.target.compile_for(&mut command);
        command.arg("--edition=2024").args(arguments);
        command
    }

    /// Runs the compiler, which must succeed. Returns its messages.
    pub fn compile(&self, arguments: &[&str]) -> Result<String> {
        let (stdout, _) = commands::succeed(&mut self.rustc(arguments))?;
        Ok(stdout)
    }

    /// Runs a program in the folder, and returns its output.
    pub fn run(&self, program: &str) -> Result<String> {
        let mut command = self.target.program(&self.folder.join(program));
        command.current_dir(&self.folder).env_remove("LD_LIBRARY_PATH");
        Ok(commands::succeed(&mut command)?.0)
    }
}

/// Returns the files below a folder, sorted, relative to it.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        for path in files::entries(&current)? {
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The root module that [`write_large`] writes.
pub const LARGE_ROOT: &str = "large.rs";

/// Writes a program of `modules` files with many functions and instances of generic functions: `large.rs` and
/// `part_N.rs`. The output depends on the number `twist`, which passes through all modules.
pub fn write_large(place: &Workplace, modules: usize, functions: usize, twist: u64) -> Result<()> {
    ensure!(modules > 0 && functions > 0, "nothing to write");
    let mut root = String::new();
    for module in 0..modules {
        let _ = writeln!(root, "pub mod part_{module};");
        place.write(&format!("part_{module}.rs"), &large_module(module, functions, twist))?;
    }
    root.push_str("#[allow(dead_code)]\nfn main() {\n    let mut sum = 1u64;\n");
    for module in 0..modules {
        let _ = writeln!(root, "    sum = part_{module}::all(sum);");
    }
    root.push_str("    println!(\"{sum}\");\n}\n");
    place.write(LARGE_ROOT, &root)
}

/// Returns the output of a program of [`write_large`].
pub fn large_output(modules: usize, functions: usize, twist: u64) -> String {
    let mut sum = 1_u64;
    for module in 0..modules {
        for number in 0..functions {
            let seed = (module * functions + number) as u64 + twist;
            // The numbers below `seed % 9 + 2`, each times `seed`, reversed and folded.
            let values = (0..seed % 9 + 2).rev().map(|value| value.wrapping_mul(seed));
            sum = values.fold(sum, |sum, value| sum.wrapping_mul(31).wrapping_add(value));
        }
    }
    format!("{sum}\n")
}

/// Writes one module. Each function has its own type, so that it needs its own instances of generic
/// functions.
fn large_module(module: usize, functions: usize, twist: u64) -> String {
    let mut text = String::from("use std::collections::BTreeMap;\n\n");
    for number in 0..functions {
        let seed = (module * functions + number) as u64 + twist;
        let _ = writeln!(
            text,
            "#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]\npub struct Value{number}(u64);\n\
             pub fn function_{module}_{number}(start: u64) -> u64 {{\n    let seed = {seed}u64;\n    \
             let mut values: Vec<Value{number}> = (0..seed % 9 + 2).map(Value{number}).collect();\n    \
             values.sort_by(|left, right| right.cmp(left));\n    \
             let by_place: BTreeMap<usize, Value{number}> = values.iter().copied().enumerate().collect();\n    \
             by_place.values().fold(start, |sum, value| sum.wrapping_mul(31).wrapping_add(value.0.wrapping_mul(seed)))\n}}"
        );
    }
    text.push_str("pub fn all(mut sum: u64) -> u64 {\n");
    for number in 0..functions {
        let _ = writeln!(text, "    sum = function_{module}_{number}(sum);");
    }
    text.push_str("    sum\n}\n");
    text
}

//! `./y.sh run`: builds and runs the example workspace with Cranelift, then with LLVM.
//!
//! The first time, both builds start from nothing. Later, the example's own crates are built again and those
//! of the registry are kept, so that there are always two times to compare. Packages of the registry are
//! fetched before. Nothing is written into `example/`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::build::{self, Dist};
use crate::console::Console;
use crate::layout::Layout;
use crate::process;
use crate::toolchain::Toolchain;

/// The time limit of the example.
const RUN_LIMIT: Duration = Duration::from_secs(60);

/// The backend that compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// This backend.
    Cranelift,
    /// The same compiler without it.
    Llvm,
}

impl Flavour {
    /// Returns the name for the user.
    fn name(self) -> &'static str {
        match self {
            Flavour::Cranelift => "Cranelift",
            Flavour::Llvm => "LLVM",
        }
    }
}

/// The results of a build and a run.
pub struct Ran {
    /// The number of crates that were built.
    crates: usize,
    /// How long the build took.
    build_time: Duration,
    /// How long the program ran.
    run_time: Duration,
    /// The program's output.
    pub output: Vec<u8>,
}

/// The example workspace, and the programs that build it.
pub struct Example<'a> {
    /// The project's folders.
    pub layout: &'a Layout,
    /// The compiler.
    pub toolchain: &'a Toolchain,
    /// The backend.
    pub dist: &'a Dist,
}

impl Example<'_> {
    /// The folder of the example.
    fn folder(&self) -> PathBuf {
        self.layout.clone.join("example")
    }

    /// Fetches the crates that the example depends on.
    pub fn fetch(&self, console: Console) -> Result<()> {
        let mut command = process::cargo();
        command.current_dir(self.folder()).args(["fetch", "--target", self.toolchain.compiler.host.triple]);
        build::with_llvm(&mut command, self.toolchain);
        let log = self.layout.logs().join("example-fetch.log");
        process::run_logged(console, "fetching the crates of the example", &mut command, &log, |_| {})
    }

    /// Returns a command for cargo with this backend, in the example's folder.
    fn cargo(&self, flavour: Flavour) -> Command {
        let mut command = match flavour {
            Flavour::Llvm => process::cargo(),
            Flavour::Cranelift => {
                let mut command = Command::new(self.dist.cargo_clif());
                process::clean_environment(&mut command);
                command
            }
        };
        if flavour == Flavour::Llvm {
            build::with_llvm(&mut command, self.toolchain);
        }
        command.current_dir(self.folder());
        command
    }

    /// Builds the example (or at least its own crates) and runs it.
    pub fn build_and_run(&self, flavour: Flavour, console: Console) -> Result<Ran> {
        let target = self.layout.build.join("example").join(flavour.name().to_lowercase());
        let example = self.describe()?;
        if target.is_dir() {
            let mut clean = self.cargo(flavour);
            clean.args(["clean", "--offline", "--target-dir"]).arg(&target);
            clean.args(example.packages.iter().map(|name| format!("--package={name}")));
            process::output(&mut clean)?;
        }
        let mut command = self.cargo(flavour);
        command.args(["build", "--offline", "--target-dir"]).arg(&target);
        let what = format!("building the example with {}", flavour.name());
        let step = console.step(format!("Building the example with {}", flavour.name()));
        let log = self.layout.logs().join(format!("example-{}.log", flavour.name().to_lowercase()));
        let started = Instant::now();
        let mut crates = 0;
        process::run_logged(console, &what, &mut command, &log, |line| {
            crates += usize::from(line.trim().starts_with("Compiling "));
            step.progress(line.trim());
        })?;
        let build_time = started.elapsed();
        drop(step);
        let started = Instant::now();
        let output = self.run(&target.join("debug").join(example.program))?;
        Ok(Ran { crates, build_time, run_time: started.elapsed(), output })
    }

    /// Runs the built program.
    fn run(&self, program: &Path) -> Result<Vec<u8>> {
        let mut command = Command::new(program);
        command.current_dir(self.folder()).env_remove("LD_LIBRARY_PATH");
        let outcome = process::run_limited(&mut command, b"", RUN_LIMIT)?;
        if !outcome.succeeded() {
            bail!(
                "the example failed ({}): {}{}",
                outcome.status_text(),
                String::from_utf8_lossy(&outcome.stdout),
                String::from_utf8_lossy(&outcome.stderr)
            );
        }
        Ok(outcome.stdout)
    }

    /// Asks cargo about the workspace.
    fn describe(&self) -> Result<Description> {
        let mut command = process::cargo();
        command.current_dir(self.folder()).args(["metadata", "--format-version=1", "--no-deps", "--offline"]);
        Description::of(&serde_json::from_str(&process::output(&mut command)?)?)
    }
}

/// The description of the example workspace.
#[derive(Debug, PartialEq, Eq)]
struct Description {
    /// The names of its packages.
    packages: Vec<String>,
    /// The name of its only program.
    program: String,
}

impl Description {
    /// Reads the output of `cargo metadata --no-deps`.
    fn of(metadata: &serde_json::Value) -> Result<Description> {
        let packages: Vec<&serde_json::Value> =
            metadata["packages"].as_array().into_iter().flatten().collect();
        let mut targets =
            packages.iter().flat_map(|package| package["targets"].as_array().into_iter().flatten());
        let binary = targets.find(|target| target["kind"] == serde_json::json!(["bin"]));
        let program =
            binary.and_then(|target| target["name"].as_str()).context("the example has no program")?;
        let names = packages.iter().filter_map(|package| package["name"].as_str());
        Ok(Description { packages: names.map(str::to_owned).collect(), program: program.to_owned() })
    }
}

/// Builds the backend if needed, then builds and runs the example with both backends.
pub fn run(layout: &Layout, toolchain: &Toolchain, console: Console) -> Result<()> {
    let dist = build::build(layout, toolchain, console)?;
    let example = Example { layout, toolchain, dist: &dist };
    example.fetch(console)?;
    let clif = example.build_and_run(Flavour::Cranelift, console)?;
    println!("{}", String::from_utf8_lossy(&clif.output).trim_end());
    let llvm = example.build_and_run(Flavour::Llvm, console)?;
    let is_same = clif.output == llvm.output;
    if !is_same {
        println!("--- compiled with LLVM, it prints: ---");
        println!("{}", String::from_utf8_lossy(&llvm.output).trim_end());
    }
    println!("---");
    for (flavour, ran) in [(Flavour::Cranelift, &clif), (Flavour::Llvm, &llvm)] {
        println!(
            "{:<10} built {} crates in {:.2} s; the program ran in {:.2} s",
            flavour.name(),
            ran.crates,
            ran.build_time.as_secs_f64(),
            ran.run_time.as_secs_f64()
        );
    }
    if clif.crates != llvm.crates {
        // The counts differ after an interruption, or if only one compiler has changed.
        println!("The two builds compiled different numbers of crates; run it again for comparable times.");
    }
    if !is_same {
        bail!("the outputs of the two programs differ (see above); please report this");
    }
    println!("Both programs print the same output.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_described() {
        let metadata = serde_json::json!({"packages": [
            {"name": "a", "targets": [{"kind": ["lib"], "name": "a"}]},
            {"name": "b", "targets": [{"kind": ["test"], "name": "t"}, {"kind": ["bin"], "name": "program"}]},
        ]});
        let description = Description::of(&metadata).unwrap();
        assert_eq!(
            description,
            Description { packages: vec!["a".into(), "b".into()], program: "program".into() }
        );
        assert!(Description::of(&serde_json::json!({})).is_err());
    }
}

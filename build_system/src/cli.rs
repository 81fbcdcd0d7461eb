//! Defines the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clif_targets::Target;

use crate::bench;
use crate::standard_library::StandardLibrary;

/// Builds, runs and tests rustc_codegen_clif.
#[derive(Debug, Parser)]
#[command(
    name = "./y.sh",
    bin_name = "./y.sh",
    version,
    about,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// Show the output of the commands that are run.
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// A sysroot of rustc 1.96.0 with rustc-dev, instead of the one that is found or set up.
    #[arg(long, global = true, value_name = "PATH")]
    pub toolchain: Option<PathBuf>,
    /// The command.
    #[command(subcommand)]
    pub action: Action,
}

/// Parses a target that has a standard library here.
fn target(name: &str) -> Result<&'static Target, String> {
    Target::named(name).ok_or_else(|| {
        let known: Vec<&str> = Target::all().iter().map(|target| target.triple).collect();
        format!(
            "standard libraries are available for {}; for other targets of these machines, cargo compiles them \
             (-Zbuild-std)",
            known.join(", ")
        )
    })
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Set up the compiler that the backend is built for, and print its path.
    Toolchain,
    /// Build the backend and dist/ (sets up the compiler the first time).
    Build {
        /// The standard library that programs are linked with: LLVM's, or one that the backend compiles now.
        #[arg(long, value_enum, default_value = "llvm")]
        sysroot: StandardLibrary,
        /// Also get the standard library of this target (a triple, or a machine's name); can be repeated.
        #[arg(long = "target", value_name = "TARGET", value_parser = target)]
        targets: Vec<&'static Target>,
    },
    /// Build and run the example with Cranelift, then with LLVM.
    Run,
    /// Run the tests.
    Test {
        /// Run only these suites, these cases (SUITE/CASE), or the cases whose SUITE/CASE contains one of
        /// these.
        #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
        filters: Vec<String>,
        /// List suites and cases without running them.
        #[arg(long)]
        list: bool,
        /// Also run the suites that take long.
        #[arg(long)]
        all: bool,
        /// Test only this target (a triple, or the machine's name), not the host; repeatable.
        #[arg(long, value_name = "TARGET")]
        target: Vec<String>,
    },
    /// Measure builds, programs and the compiler, compared with LLVM.
    Bench(bench::Options),
    /// Compare the debug information of a program compiled by LLVM and by the backend.
    CompareDebugInfo {
        /// A Rust source, which is compiled by both; or two compiled files: LLVM's, then ours.
        #[arg(required = true, num_args = 1..=2)]
        files: Vec<PathBuf>,
        /// Also list what only the backend's program has, and what it lacks since it has no code for it.
        #[arg(long)]
        extra: bool,
        /// Compile for this target (a triple, or the machine's name) instead of the host.
        #[arg(long, value_name = "TARGET", value_parser = target)]
        target: Option<&'static Target>,
    },
    /// Compare what two objects mean: ./y.sh objdiff --help.
    #[command(disable_help_flag = true)]
    Objdiff {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Remove what was built.
    Clean {
        /// Also remove the toolchains from the cache.
        #[arg(long)]
        cache: bool,
    },
}

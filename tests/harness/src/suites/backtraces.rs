//! The suite `backtraces`: compares what a panicking program prints with `RUST_BACKTRACE=1`.
//!
//! LLVM and the backend compile one program (`tests/debug-versions/backtrace.rs`) with each kind of debug
//! information and without. The frames and lines must be those of LLVM's program. Differences are allowed
//! only where LLVM alone has inlined a function:
//! - without debug information, a function with `#[inline(always)]` is not a frame of LLVM's program;
//! - in optimised code, LLVM's line tables name a function without its path when something was inlined
//!   into it.

use std::path::Path;

use anyhow::{Result, ensure};
use build_system::files;

use crate::commands::{finish, succeed};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// The program.
const PROGRAM: &str = "tests/debug-versions/backtrace.rs";
/// The function that LLVM inlines at every opt-level.
const ALWAYS_INLINED: &str = "element";
/// Names and flags of the cases that always run, and of those that run with `--all`.
const QUICK: [(&str, &[&str]); 4] = [
    ("no debug information", &["-Cdebuginfo=0"]),
    ("line tables", &["-Cdebuginfo=line-tables-only"]),
    ("line tables, optimised", &["-Cdebuginfo=line-tables-only", "-Copt-level=3"]),
    ("DWARF 2", &["-Cdebuginfo=2", "-Cdwarf-version=2"]),
];
const OTHERS: [(&str, &[&str]); 8] = [
    ("line directives", &["-Cdebuginfo=line-directives-only"]),
    ("limited", &["-Cdebuginfo=1"]),
    ("limited, optimised", &["-Cdebuginfo=1", "-Copt-level=3"]),
    ("full, optimised", &["-Cdebuginfo=2", "-Copt-level=3"]),
    ("DWARF 3", &["-Cdebuginfo=2", "-Cdwarf-version=3"]),
    ("DWARF 4", &["-Cdebuginfo=2", "-Cdwarf-version=4"]),
    ("DWARF 5", &["-Cdebuginfo=2", "-Cdwarf-version=5"]),
    ("DWARF 2, line tables", &["-Cdebuginfo=line-tables-only", "-Cdwarf-version=2"]),
];

/// Plans a case for each kind of debug information.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let source = context.layout.clone.join(PROGRAM);
    let scratch = context.scratch("backtraces");
    let folder = scratch.clone();
    let set_up = move || {
        files::remove(&folder)?;
        BothCompilers::of(context)
    };
    let compare = move |compilers: &BothCompilers, (name, flags): &(&str, &[&str])| {
        compare(&source, compilers, flags, &scratch.join(name.replace([',', ' '], "-")))
    };
    let others = if context.all { &OTHERS[..] } else { &[] };
    let kinds = [&QUICK[..], others].concat();
    Ok(Group::new(set_up).cases(kinds, |(name, _)| (*name).to_owned(), compare).in_parallel())
}

/// Compiles and runs the program with both compilers.
fn compare(source: &Path, compilers: &BothCompilers, flags: &[&str], folder: &Path) -> Result<()> {
    files::create_folder(folder)?;
    let [expected, found] = compilers.both(|compiler, mut command| {
        let program = folder.join(compiler.name());
        command.env_remove("RUSTC_BOOTSTRAP").arg("--edition=2024").args(flags).arg(source);
        succeed(command.arg("-o").arg(&program))?;
        let outcome =
            finish(compilers.target.program(&program).env("RUST_BACKTRACE", "1").current_dir(folder))?;
        Ok(frames(&String::from_utf8_lossy(&outcome.stderr), flags))
    })?;
    ensure!(expected.contains("main\n"), "LLVM's program prints\n{expected}");
    ensure!(found == expected, "these are the frames\n{found}\ninstead of LLVM's\n{expected}");
    Ok(())
}

/// Returns the frames in a program's output, without their numbers and the allowed differences.
fn frames(output: &str, flags: &[&str]) -> String {
    let is_described =
        !flags.iter().any(|flag| ["-Cdebuginfo=0", "-Cdebuginfo=line-directives-only"].contains(flag));
    let is_optimised = flags.contains(&"-Copt-level=3");
    let mut result = String::new();
    for line in output.lines().map(str::trim_start) {
        let name = match line.split_once(": ") {
            Some((number, name)) if number.bytes().all(|byte| byte.is_ascii_digit()) => name,
            // The location of the frame before.
            _ if line.starts_with("at ") => line,
            _ => continue,
        };
        if !is_described && name.ends_with(&format!("::{ALWAYS_INLINED}")) {
            continue;
        }
        result.push_str(if is_optimised { without_path(name) } else { name });
        result.push('\n');
    }
    result
}

/// Returns the last part of a function's path, without generic arguments.
fn without_path(name: &str) -> &str {
    if name.starts_with("at ") {
        return name;
    }
    let without_arguments = match name.find('<') {
        Some(start) if start > 0 => &name[..start],
        _ => name,
    };
    let last = without_arguments.rsplit("::").next().unwrap_or(name);
    // Symbols do not number closures.
    if last.starts_with("{closure#") { "{{closure}}" } else { last }
}

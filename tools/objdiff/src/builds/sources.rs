//! Compiles a source for one side.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use build_system::build::with_llvm;
use build_system::console::Console;
use build_system::layout::Layout;
use build_system::process;
use clif_targets::Target;
use rayon::prelude::*;

use super::sides::SideCompiler;

/// What is compiled.
pub enum Source {
    /// A Rust source, to one object. Its first lines may be those of a program of the tests; otherwise its
    /// edition is 2024.
    File(PathBuf),
    /// A cargo project, to its libraries and programs.
    Project(PathBuf),
    /// The programs of `tests/run-pass`, to one object each.
    Programs,
}

/// Compiles into `folder`, which is emptied first.
pub fn compile(
    source: &Source,
    compiler: &SideCompiler<'_>,
    target: &'static Target,
    flags: &str,
    layout: &Layout,
    folder: &Path,
) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    match source {
        Source::File(file) => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            compile_file(file, &Head::parse(&text).flags, compiler, target, flags, folder)
        }
        Source::Project(project) => build_project(project, compiler, target, flags, layout, folder),
        Source::Programs => compile_programs(compiler, target, flags, layout, folder),
    }
}

fn compile_file(
    file: &Path,
    own_flags: &[String],
    compiler: &SideCompiler<'_>,
    target: &'static Target,
    flags: &str,
    folder: &Path,
) -> Result<()> {
    let mut command = match compiler {
        SideCompiler::Llvm(toolchain) => toolchain.compiler.command(),
        SideCompiler::Clif { rustc, .. } => Command::new(rustc),
    };
    let name = file.file_stem().with_context(|| format!("{} has no name", file.display()))?;
    command.arg(file).args(["--emit=obj", "-Ccodegen-units=1", "-Awarnings", "-o"]);
    command.arg(folder.join(name).with_extension("o")).args(own_flags).args(flags.split_whitespace());
    // Features that programs of the tests use.
    command.env("RUSTC_BOOTSTRAP", "1");
    if !target.is_host() {
        command.arg(format!("--target={}", target.triple));
    }
    process::output(&mut command).map(drop).with_context(|| format!("cannot compile {}", file.display()))
}

/// Compiles all programs that are for the machine.
fn compile_programs(
    compiler: &SideCompiler<'_>,
    target: &'static Target,
    flags: &str,
    layout: &Layout,
    folder: &Path,
) -> Result<()> {
    let programs = layout.clone.join("tests/run-pass");
    let entries = fs::read_dir(&programs).with_context(|| format!("cannot read {}", programs.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    files.par_iter().try_for_each(|file| {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let head = Head::parse(&text);
        if head.machines.is_empty() || head.machines.iter().any(|machine| machine == target.machine) {
            compile_file(file, &head.flags, compiler, target, flags, folder)?;
        }
        Ok(())
    })
}

/// What the first lines of a program of `tests/run-pass` say about its compilation (`tests/README.md`).
#[derive(Debug, PartialEq, Eq)]
struct Head {
    machines: Vec<String>,
    flags: Vec<String>,
}

impl Head {
    fn parse(text: &str) -> Head {
        let mut head = Head { machines: Vec::new(), flags: Vec::new() };
        let mut edition = "2024";
        for line in text.lines().take_while(|line| line.starts_with("//")) {
            let Some((name, value)) = line.trim_start_matches("//").trim().split_once(": ") else { continue };
            match name {
                // The reason follows in parentheses.
                "machines" => {
                    let names = value.split('(').next().unwrap_or(value);
                    head.machines
                        .extend(names.split_whitespace().map(|name| name.trim_matches(',').to_owned()));
                }
                "flags" => head.flags.extend(value.split_whitespace().map(str::to_owned)),
                "edition" => edition = value.trim(),
                _ => {}
            }
        }
        head.flags.insert(0, format!("--edition={edition}"));
        head
    }
}

/// Builds a project, and links its libraries, programs and shared objects into the folder.
fn build_project(
    project: &Path,
    compiler: &SideCompiler<'_>,
    target: &'static Target,
    flags: &str,
    layout: &Layout,
    folder: &Path,
) -> Result<()> {
    let built = folder.join("target");
    let mut command = match compiler {
        SideCompiler::Llvm(toolchain) => {
            let mut command = process::cargo();
            with_llvm(&mut command, toolchain);
            if !target.is_host() {
                let linker = format!("CARGO_TARGET_{}_LINKER", Target::in_variables(target.triple));
                command.env(linker, target.cross_compiler());
            }
            command
        }
        SideCompiler::Clif { cargo, .. } => {
            let mut command = Command::new(cargo);
            process::clean_environment(&mut command);
            command
        }
    };
    command.arg("build").arg("--manifest-path").arg(project.join("Cargo.toml"));
    command.args(["--target", target.triple]).arg("--target-dir").arg(&built).env("RUSTFLAGS", flags);
    let log = layout.logs().join("objdiff.log");
    let what = format!("build of {}", project.display());
    process::run_logged(Console::new(false), &what, &mut command, &log, |_| {})?;
    keep_results(&built.join(target.triple).join("debug/deps"), folder)?;
    fs::remove_dir_all(&built).with_context(|| format!("cannot remove {}", built.display()))
}

/// Moves libraries and programs to `folder`.
fn keep_results(dependencies: &Path, folder: &Path) -> Result<()> {
    let entries = fs::read_dir(dependencies);
    let mut count = 0;
    for entry in entries.with_context(|| format!("cannot read {}", dependencies.display()))? {
        let path = entry?.path();
        let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
        if matches!(extension.as_deref(), None | Some("rlib" | "so" | "a" | "dwo" | "dwp")) {
            let Some(name) = path.file_name() else { continue };
            fs::rename(&path, folder.join(name))
                .with_context(|| format!("cannot move {}", path.display()))?;
            count += 1;
        }
    }
    if count == 0 {
        bail!("{} has no libraries or programs", dependencies.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_programs() {
        let head = Head::parse(
            "//! Does.\n// machines: x86_64 (others need no flag: b.rs)\n// flags: -O -Ca=b\nfn main() {}\n",
        );
        assert_eq!(head.machines, ["x86_64"]);
        assert_eq!(head.flags, ["--edition=2024", "-O", "-Ca=b"]);
    }
}

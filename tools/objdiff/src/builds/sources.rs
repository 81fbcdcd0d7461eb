//! Compiles a source for one side.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use build_system::build::with_llvm;
use build_system::console::Console;
use build_system::files;
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

/// How a source is compiled, and where to.
pub struct Job<'j> {
    pub compiler: SideCompiler<'j>,
    pub target: &'static Target,
    /// Flags for rustc, separated by spaces.
    pub flags: &'j str,
    pub layout: &'j Layout,
    pub folder: PathBuf,
}

impl Job<'_> {
    /// Compiles into the folder, which is emptied first.
    pub fn compile(&self, source: &Source) -> Result<()> {
        files::remove(&self.folder)?;
        files::create_folder(&self.folder)?;
        match source {
            Source::File(file) => self.compile_file(file, &Head::read(file)?),
            Source::Project(project) => self.build_project(project),
            Source::Programs => self.compile_programs(),
        }
    }

    fn compile_file(&self, file: &Path, head: &Head) -> Result<()> {
        let mut command = match &self.compiler {
            SideCompiler::Llvm(toolchain) => toolchain.compiler.command(),
            SideCompiler::Clif { rustc, .. } => Command::new(rustc),
        };
        let name = file.file_stem().with_context(|| format!("{} has no name", file.display()))?;
        command.arg(file).args(["--emit=obj", "-Ccodegen-units=1", "-Awarnings", "-o"]);
        command.arg(self.folder.join(name).with_extension("o"));
        command.args(&head.flags).args(self.flags.split_whitespace());
        // Features that programs of the tests use.
        command.env("RUSTC_BOOTSTRAP", "1");
        if !self.target.is_host() {
            command.arg(format!("--target={}", self.target.triple));
        }
        process::output(&mut command).map(drop).with_context(|| format!("cannot compile {}", file.display()))
    }

    /// Compiles all programs that are for the machine.
    fn compile_programs(&self) -> Result<()> {
        let mut programs = files::entries(&self.layout.clone.join("tests/run-pass"))?;
        programs.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
        programs.par_iter().try_for_each(|file| {
            let head = Head::read(file)?;
            if head.machines.is_empty() || head.machines.iter().any(|name| name == self.target.machine) {
                self.compile_file(file, &head)?;
            }
            Ok(())
        })
    }

    /// Builds a project, and moves its libraries, programs and shared objects into the folder.
    fn build_project(&self, project: &Path) -> Result<()> {
        let built = self.folder.join("target");
        let mut command = self.cargo();
        command.arg("build").arg("--manifest-path").arg(project.join("Cargo.toml"));
        command.args(["--target", self.target.triple]).arg("--target-dir").arg(&built);
        command.env("RUSTFLAGS", self.flags);
        let log = self.layout.logs().join("objdiff.log");
        let what = format!("build of {}", project.display());
        process::run_logged(Console::new(false), &what, &mut command, &log, |_| {})?;
        keep_results(&built.join(self.target.triple).join("debug/deps"), &self.folder)?;
        files::remove(&built)
    }

    fn cargo(&self) -> Command {
        match &self.compiler {
            SideCompiler::Llvm(toolchain) => {
                let mut command = process::cargo();
                with_llvm(&mut command, toolchain);
                if !self.target.is_host() {
                    let linker = format!("CARGO_TARGET_{}_LINKER", Target::in_variables(self.target.triple));
                    command.env(linker, self.target.cross_compiler());
                }
                command
            }
            SideCompiler::Clif { cargo, .. } => {
                let mut command = Command::new(cargo);
                process::clean_environment(&mut command);
                command
            }
        }
    }
}

/// What the first lines of a program of `tests/run-pass` say about its compilation (`tests/README.md`).
#[derive(Debug, PartialEq, Eq)]
struct Head {
    machines: Vec<String>,
    flags: Vec<String>,
}

impl Head {
    fn read(file: &Path) -> Result<Head> {
        Ok(Head::parse(&files::read_text(file)?))
    }

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

/// Moves libraries and programs to `folder`.
fn keep_results(dependencies: &Path, folder: &Path) -> Result<()> {
    let mut count = 0;
    for path in files::entries(dependencies)? {
        let extension = path.extension().map(|extension| extension.to_string_lossy());
        if matches!(extension.as_deref(), None | Some("rlib" | "so" | "a" | "dwo" | "dwp")) {
            fs::rename(&path, folder.join(files::name_of(&path)))
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

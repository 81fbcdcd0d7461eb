//! Makes a working copy of a project's sources, fetches its dependencies, and edits the copy.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::projects::{Edit, Origin, Project};
use crate::build;
use crate::console::Console;
use crate::files::{self, Mode};
use crate::layout::Layout;
use crate::process;
use crate::toolchain::Toolchain;

/// Sources that can be built and changed.
#[derive(Debug)]
pub struct WorkingCopy {
    /// The folder of the package.
    pub folder: PathBuf,
}

impl WorkingCopy {
    /// Makes a new copy (sources are fetched once), and fetches its dependencies.
    pub fn make(
        project: &Project,
        bench: &Path,
        layout: &Layout,
        toolchain: &Toolchain,
        console: Console,
    ) -> Result<WorkingCopy> {
        let origin = match project.origin {
            Origin::Registry(package) => package.fetch(&bench.join("sources"), &layout.logs(), console)?,
            Origin::Own => layout.clone.join("tests/bench/projects").join(project.name),
        };
        let copy = WorkingCopy { folder: bench.join("work").join(project.name) };
        files::remove(&copy.folder)?;
        files::copy_folder(&origin, &copy.folder)?;
        let mut command = process::cargo();
        command.current_dir(&copy.folder).args(["fetch", "--target", toolchain.compiler.host.triple]);
        if copy.folder.join("Cargo.lock").exists() {
            command.arg("--locked");
        }
        build::with_llvm(&mut command, toolchain);
        let what = format!("fetching the dependencies of {}", project.name);
        process::run_logged(console, &what, &mut command, &layout.logs().join("bench-fetch.log"), |_| {})?;
        Ok(copy)
    }

    /// Inserts a statement with this number after the edit's line. Replaces the one with another number.
    pub fn apply(&self, edit: &Edit, number: u32) -> Result<()> {
        let path = self.folder.join(edit.file);
        let text = edited(&files::read_text(&path)?, edit.line, number)
            .with_context(|| format!("{} has no line `{}`", path.display(), edit.line))?;
        files::write_file(&path, text.as_bytes(), Mode::Plain)
    }
}

/// Returns the text with the statement. `None` if the text has no such line.
fn edited(text: &str, line: &str, number: u32) -> Option<String> {
    let call = "::core::hint::black_box";
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|candidate| *candidate == line)?;
    let rest = &lines[at + 1..];
    let rest =
        if rest.first().is_some_and(|next| next.trim_start().starts_with(call)) { &rest[1..] } else { rest };
    let statement = format!("        {call}({number}_u32);");
    let all: Vec<&str> =
        lines[..=at].iter().copied().chain([statement.as_str()]).chain(rest.iter().copied()).collect();
    Some(all.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_replaces_the_one_before() {
        let once = edited("a\nfn f() {\n    g();\n}\n", "fn f() {", 1).unwrap();
        assert_eq!(once, "a\nfn f() {\n        ::core::hint::black_box(1_u32);\n    g();\n}\n");
        assert_eq!(edited(&once, "fn f() {", 2).unwrap(), once.replace("1_u32", "2_u32"));
        assert_eq!(edited("x\n", "fn f() {", 1), None);
    }
}

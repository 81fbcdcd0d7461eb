//! Cases of the suite `cargo-clif`: doc tests have the same verdicts as with LLVM. The backend compiles them,
//! still as stable Rust.

use std::process::Command;

use anyhow::{Result, ensure};

use super::cargo_clif::Project;
use crate::commands::{fail, finish, succeed};

/// Tests the doc tests of a cargo project.
pub fn doc_tests(project: &Project<'_>) -> Result<()> {
    let source = "/// Twice.\n///\n/// ```\n/// assert_eq!(documented::twice(21), 42);\n/// ```\n\
                  pub fn twice(number: u32) -> u32 { number * 2 }\n";
    project.package("documented", "src/lib.rs", source)?;
    let (stdout, _) = succeed(&mut project.cargo_clif(&["test", "--doc"]))?;
    ensure!(stdout.contains("1 passed"), "{stdout}");
    project.write("src/lib.rs", "/// ```\n/// #![feature(never_type)]\n/// ```\npub fn nightly() {}\n")?;
    for permission in [None, Some("another_crate"), Some("-1")] {
        let mut command = project.cargo_clif(&["test", "--doc"]);
        permission.map(|value| command.env("RUSTC_BOOTSTRAP", value));
        let outcome = finish(&mut command)?;
        let text = String::from_utf8_lossy(&outcome.stdout);
        ensure!(
            !outcome.succeeded() && text.contains("E0554"),
            "RUSTC_BOOTSTRAP={permission:?}: a nightly feature was accepted: {text}"
        );
    }
    Ok(())
}

/// A library with all kinds of doc tests.
const TESTS: &str = "
/// ```
/// assert_eq!(NAME::twice(2), 4);
/// ```
/// ```should_panic
/// panic!();
/// ```
/// ```should_panic
/// let this_one_fails = 1;
/// ```
/// ```compile_fail
/// let x: u32 = \"\";
/// ```
/// ```compile_fail,E0308
/// let x: u32 = \"\";
/// ```
/// ```compile_fail
/// let this_one_fails = 1;
/// ```
/// ```no_run
/// loop {}
/// ```
/// ```ignore
/// nonsense
/// ```
/// ```standalone_crate
/// assert_eq!(NAME::twice(3), 6);
/// ```
/// ```edition2018
/// async fn f() {}
/// ```
/// ```
/// #![no_std]
/// #![no_main]
/// use NAME::twice;
/// ```
/// ```
/// assert_eq!(NAME::twice(3), 5, \"this one fails\");
/// ```
pub fn twice(x: u32) -> u32 { x * 2 }
";

/// The beginning of a source, its file, the crate's name, and arguments.
struct Source {
    head: &'static str,
    file: &'static str,
    name: &'static str,
    arguments: &'static [&'static str],
}

const SOURCES: [Source; 8] = [
    Source { head: "", file: "plain.rs", name: "plain", arguments: &["--edition=2021"] },
    Source { head: "", file: "my-lib.rs", name: "my_lib", arguments: &["--edition=2024"] },
    Source { head: "#![crate_name = \"n\"]", file: "x.rs", name: "n", arguments: &["--edition=2024"] },
    Source {
        head: "//! #![crate_name = \"other\"]\n#![no_std]\n#![crate_type = \"rlib\"]\n#![crate_name=\"n\"]",
        file: "x.rs",
        name: "n",
        arguments: &[],
    },
    Source { head: "", file: "x.rs", name: "given", arguments: &["--crate-name", "given"] },
    Source { head: "", file: "x.rs", name: "given", arguments: &["@arguments"] },
    Source { head: "", file: "no_extension", name: "no_extension", arguments: &[] },
    // The crates of doc tests have this name too.
    Source { head: "#![crate_name = \"rust_out\"]", file: "x.rs", name: "rust_out", arguments: &[] },
];

/// Tests `rustdoc-clif --test FILE`, with and without names and attributes.
pub fn doc_tests_of_files(project: &Project<'_>) -> Result<()> {
    project.write("arguments", "--crate-name\ngiven\n")?;
    for Source { head, file, name, arguments } in SOURCES {
        let text = TESTS.replace("NAME", name);
        project.write(file, &format!("{head}\n{text}"))?;
        succeed(&mut project.rustc_clif(&[file, "--crate-type=rlib", "--crate-name", name]))?;
        let library = format!("{name}=lib{name}.rlib");
        let arguments = [&["--test", file, "-L.", "--extern", &library], arguments].concat();
        let expected = verdicts(project, rustdoc_llvm(project), &arguments)?;
        let found = verdicts(project, rustdoc_clif(project), &arguments)?;
        ensure!(found == expected, "{arguments:?}: {found:?}, with LLVM {expected:?}");
        ensure!(expected.len() == 12, "{arguments:?}: the tests that were run: {expected:?}");
    }
    a_feature_stays_unstable(project)?;
    who_compiles(project)
}

/// Nightly features are rejected, even if the crate has the name for which rustdoc's option is permitted.
fn a_feature_stays_unstable(project: &Project<'_>) -> Result<()> {
    let source =
        "#![crate_name = \"rust_out\"]\n/// ```\n/// #![feature(never_type)]\n/// ```\npub fn f() {}\n";
    project.write("x.rs", source)?;
    let outcome = finish(rustdoc_clif(project).args(["--test", "x.rs"]))?;
    let text = String::from_utf8_lossy(&outcome.stdout);
    ensure!(!outcome.succeeded() && text.contains("E0554"), "a nightly feature was accepted: {text}");
    Ok(())
}

/// The backend compiles doc tests, also those in Markdown: it rejects this variable's value. Errors of
/// rustdoc stay the same.
fn who_compiles(project: &Project<'_>) -> Result<()> {
    project.write("book.md", "# Title\n\n```\nassert!(true);\n```\n")?;
    succeed(rustdoc_clif(project).args(["--test", "book.md"]))?;
    project.write("x.rs", "/// ```\n/// ```\npub fn f() {}\n")?;
    for file in ["x.rs", "book.md"] {
        let outcome = finish(rustdoc_clif(project).args(["--test", file]).env("CLIF_THREADS", "nonsense"))?;
        let text = String::from_utf8_lossy(&outcome.stdout);
        ensure!(!outcome.succeeded() && text.contains("CLIF_THREADS"), "{file}: LLVM compiled it: {text}");
    }
    let errors = fail(rustdoc_clif(project).args(["--test", "missing.rs"]), 1)?;
    ensure!(errors.contains("missing.rs"), "{errors}");
    let twice = ["--test", "x.rs", "--crate-name=a", "--crate-name=b"];
    let errors = fail(rustdoc_clif(project).args(twice), 1)?;
    ensure!(errors.contains("crate-name"), "{errors}");
    Ok(())
}

fn rustdoc_clif(project: &Project<'_>) -> Command {
    let mut command = Command::new(project.dist.rustc_clif().with_file_name("rustdoc-clif"));
    build_system::process::clean_environment(&mut command);
    command.current_dir(&project.folder);
    command
}

fn rustdoc_llvm(project: &Project<'_>) -> Command {
    let compiler = &project.toolchain.compiler;
    let mut command = Command::new(compiler.rustdoc());
    build_system::process::clean_environment(&mut command);
    command.current_dir(&project.folder).env("LD_LIBRARY_PATH", compiler.library_path());
    command
}

/// Returns the lines `test NAME ... VERDICT`, sorted.
fn verdicts(project: &Project<'_>, mut command: Command, arguments: &[&str]) -> Result<Vec<String>> {
    let outcome = finish(command.args(arguments).current_dir(&project.folder))?;
    let text = String::from_utf8_lossy(&outcome.stdout);
    let is_verdict = |line: &&str| line.starts_with("test ") && line.contains(" ... ");
    let mut lines: Vec<String> = text.lines().filter(is_verdict).map(str::to_owned).collect();
    lines.sort();
    let errors = String::from_utf8_lossy(&outcome.stderr);
    ensure!(!lines.is_empty(), "{arguments:?}: no tests were run: {text}{errors}");
    Ok(lines)
}

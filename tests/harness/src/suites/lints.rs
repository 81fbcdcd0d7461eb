//! The suite `lints`: checks the formatting of all crates, and runs clippy where it is installed.
//!
//! rustfmt is the user's own, and so is clippy for crates that any compiler can compile. The backend uses the
//! compiler's crates, so it needs the clippy of its compiler: that of the toolchain, or else Debian's, which
//! is downloaded once. The user's rustdoc checks the links in doc comments.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use build_system::process;
use build_system::toolchain::{packages, unpack};
use build_system::{build, files};

use crate::context::Context;
use crate::suite::{Group, Plan, skip};

/// The time limit of one check, including the compilation of dependencies.
const LIMIT: Duration = Duration::from_secs(15 * 60);
/// Crates that any compiler can compile.
const CHECKED: [&str; 7] =
    ["y", "harness", "objdiff", "cargo-clif", "clif_options", "clif_targets", "clif_engine"];
/// Debian's package with the clippy of the backend's compiler.
const CLIPPY_PACKAGE: &str = "rust-web-clippy";
/// The value of `CLIPPY_ARGS`. clippy separates arguments like this.
const DENY_WARNINGS: &str = "-Dwarnings__CLIPPY_HACKERY__";

/// Plans a case for the formatting, and for each crate.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let format = |_: &()| check(context, "rustfmt", &["fmt", "--all", "--check"]);
    let clippy = |_: &(), name: &&str| {
        // Cranelift requires rustc 1.96, but the lints of the user's version work without it.
        let start = ["clippy", "--quiet", "--ignore-rust-version", "-p", name];
        check(context, "clippy", &[&start[..], &["--all-targets", "--", "-D", "warnings"]].concat())
    };
    let links = |_: &(), name: &&str| check_links(context, name);
    let group = Group::plain().case("format", format);
    let group = group.cases(CHECKED, |name| format!("clippy {name}"), clippy);
    let group = group.case("clippy rustc_codegen_clif", |_| check_backend(context));
    Ok(group.cases(CHECKED, |name| format!("links {name}"), links).in_turn())
}

/// Runs rustdoc on a crate, with private items, to check the links in its comments.
fn check_links(context: &Context<'_>, name: &str) -> Result<()> {
    let mut command = process::cargo();
    command.args(["doc", "--quiet", "--ignore-rust-version", "--no-deps", "--document-private-items"]);
    command
        .args(["-p", name])
        .env("RUSTDOCFLAGS", "-Drustdoc::broken_intra_doc_links -Arustdoc::private_intra_doc_links");
    run_check(context, &mut command, "lints")
}

/// Runs the clippy of the backend's compiler on the backend, and on the engine as compiled by it.
fn check_backend(context: &Context<'_>) -> Result<()> {
    let toolchain = context.toolchain()?;
    let driver = backend_clippy(context)?;
    let mut command = build::cargo_for_backend(context.layout, toolchain)?;
    command.args(["check", "--quiet", "--release", "-p", "rustc_codegen_clif", "--target"]);
    command.arg(toolchain.compiler.host.triple);
    command.env("RUSTC_WORKSPACE_WRAPPER", driver).env("CLIPPY_ARGS", DENY_WARNINGS);
    run_check(context, &mut command, "lints-backend")
}

/// Finds the clippy that was built with the backend's compiler, or returns the reason to skip it.
fn backend_clippy(context: &Context<'_>) -> Result<PathBuf> {
    let compiler = &context.toolchain()?.compiler;
    let folder = context.layout.build.join("clippy");
    let unpacked = folder.join("usr/bin/clippy-driver");
    let starts = |driver: &Path| {
        let mut command = Command::new(driver);
        command.arg("--version").env("LD_LIBRARY_PATH", compiler.library_path());
        process::output(&mut command).is_ok()
    };
    let own = compiler.sysroot.join("bin/clippy-driver");
    if let Some(driver) = [own, unpacked.clone()].into_iter().find(|driver| starts(driver)) {
        return Ok(driver);
    }
    files::remove(&folder)?;
    let result = packages::download_others(&[CLIPPY_PACKAGE.to_owned()], &folder).and_then(|()| {
        let is_package = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "deb");
        files::entries(&folder)?
            .iter()
            .filter(|path| is_package(path))
            .try_for_each(|path| unpack::unpack_one(path, &folder))
    });
    match result {
        Ok(()) if starts(&unpacked) => Ok(unpacked),
        Ok(()) => Err(skip(format!("Debian's {CLIPPY_PACKAGE} does not belong to the backend's compiler"))),
        Err(error) => Err(skip(format!("the clippy of the backend's compiler is not available: {error:#}"))),
    }
}

/// Runs one check. Skips it if the user's toolchain does not have the component.
fn check(context: &Context<'_>, component: &str, arguments: &[&str]) -> Result<()> {
    let mut version = process::cargo();
    if process::output(version.args([arguments[0], "--version"])).is_err() {
        return Err(skip(format!("{component} is not installed (rustup component add {component})")));
    }
    run_check(context, process::cargo().args(arguments), "lints")
}

/// Runs cargo with a separate target folder, and shows its errors.
fn run_check(context: &Context<'_>, command: &mut Command, folder: &str) -> Result<()> {
    command.current_dir(&context.layout.clone).env("CARGO_TARGET_DIR", context.layout.build.join(folder));
    let outcome = process::run_limited(command, b"", LIMIT)?;
    if !outcome.succeeded() {
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&outcome.stdout),
            String::from_utf8_lossy(&outcome.stderr)
        );
        let shown: Vec<String> = text.lines().take(30).map(|line| format!("\n    {line}")).collect();
        bail!("{}{}", outcome.status_text(), shown.concat());
    }
    Ok(())
}

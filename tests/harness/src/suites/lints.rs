//! The suite `lints`: formatting of all crates, and clippy where it is installed.
//!
//! rustfmt and clippy are those of the user's own toolchain. This clippy is another version than the
//! backend's compiler, so it cannot check the crate that uses the compiler's interface.

use std::time::Duration;

use anyhow::{Result, bail};
use build_system::process;

use crate::context::Context;
use crate::suite::{Group, Plan, skip};

/// The longest that one check may take, with compiling dependencies.
const LIMIT: Duration = Duration::from_secs(15 * 60);
/// Crates that any compiler can check.
const CHECKED: [&str; 4] = ["y", "harness", "cargo-clif", "clif_engine"];
/// The case of the formatting.
const FORMAT: &str = "format";
/// The case that cannot be run yet.
const BACKEND: &str = "clippy rustc_codegen_clif";

/// The formatting, and each crate.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let format = |_: &()| check(context, "rustfmt", &["fmt", "--all", "--check"]);
    let clippy = |_: &(), name: &&str| {
        // Cranelift asks for rustc 1.96, but the lints of the user's version also work without.
        let start = ["clippy", "--quiet", "--ignore-rust-version", "-p", name];
        check(context, "clippy", &[&start[..], &["--all-targets", "--", "-D", "warnings"]].concat())
    };
    let backend =
        |_: &()| Err(skip("it needs the clippy of rustc 1.96.0, which Debian's packages do not have"));
    let group = Group::plain().case(FORMAT, format);
    let group = group.cases(CHECKED, |name| format!("clippy {name}"), clippy);
    Ok(group.case(BACKEND, backend).in_turn())
}

/// Runs one check, or skips it when the user's toolchain has no such component.
fn check(context: &Context<'_>, component: &str, arguments: &[&str]) -> Result<()> {
    let mut version = process::cargo();
    if process::output(version.args([arguments[0], "--version"])).is_err() {
        return Err(skip(format!("{component} is not installed (rustup component add {component})")));
    }
    run_check(context, arguments)
}

/// Runs cargo and shows what it objects to.
fn run_check(context: &Context<'_>, arguments: &[&str]) -> Result<()> {
    let mut command = process::cargo();
    command.current_dir(&context.layout.clone).args(arguments);
    command.env("CARGO_TARGET_DIR", context.layout.build.join("lints"));
    let outcome = process::run_limited(&mut command, b"", LIMIT)?;
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

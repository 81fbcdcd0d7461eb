//! Prepares cargo for other targets than this machine's.
//!
//! 1. A target that the backend does not support ends the command, with the backend's message.
//! 2. So does a missing standard library, with the command that gets it. rustc's own message names rustup,
//!    which may know nothing about this compiler.
//! 3. Programs of another machine run in QEMU, unless the user names a runner.
//!
//! The linker is the backend's choice (`src/backend/src/session/linker.rs`), because it sees all flags.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use clif_targets::Target;

use crate::dist::Dist;
use crate::note;
use crate::settings::Settings;

/// cargo's commands that need a standard library.
const COMPILING: [&str; 13] =
    ["build", "b", "check", "c", "run", "r", "test", "t", "bench", "doc", "d", "rustc", "rustdoc"];
/// Those that stop before codegen, which work for all targets.
const WITHOUT_CODEGEN: [&str; 5] = ["check", "c", "doc", "d", "rustdoc"];
/// Those that run programs.
const RUNNING: [&str; 5] = ["run", "r", "test", "t", "bench"];
/// A file that does not exist.
const NO_SOURCE: &str = "/no such folder/no such file.rs";
/// The backend's words about a target (`src/backend/src/session/flags.rs`).
const REFUSED: &str = "does not support the target";

/// Checks the targets, and sets the runners of programs in the environment of `cargo`.
pub fn prepare(cargo: &mut Command, settings: &Settings, dist: &Dist) -> Result<()> {
    let targets = settings.targets();
    if COMPILING.contains(&settings.command.as_str()) {
        for target in &targets {
            require_support(target, settings, dist)?;
            require_library(target, settings, dist)?;
        }
    }
    for target in &targets {
        choose_runner(cargo, target, settings, dist);
    }
    Ok(())
}

/// Ends the command if the backend refuses the target.
fn require_support(target: &str, settings: &Settings, dist: &Dist) -> Result<()> {
    if WITHOUT_CODEGEN.contains(&settings.command.as_str()) || Target::named(target).is_some() {
        return Ok(());
    }
    // The backend checks the target before rustc opens the source. Without one, nothing is written.
    let mut command = Command::new(dist.rustc());
    command.args(["--target", target, "--crate-type=lib", "--emit=obj", "--color=never", NO_SOURCE]);
    if is_specification(target) {
        // cargo passes it too. It reports when the user's `RUSTC_BOOTSTRAP` is missing.
        command.arg("-Zunstable-options");
    }
    let Ok(output) = command.stdin(Stdio::null()).output() else { return Ok(()) };
    let text = String::from_utf8_lossy(&output.stderr);
    let Some((_, reason)) = text.split_once("error: ").filter(|(_, reason)| reason.contains(REFUSED)) else {
        return Ok(());
    };
    bail!("{}", reason.trim_end());
}

/// Whether a target is a file with its specification. Only cargo compiles a library for it.
fn is_specification(target: &str) -> bool {
    target.ends_with(".json")
}

/// Ends the command if the target has no standard library.
fn require_library(target: &str, settings: &Settings, dist: &Dist) -> Result<()> {
    let is_compiled = settings.builds_standard_library() || is_specification(target);
    if is_compiled || names_sysroot() || dist.has_library(target) {
        return Ok(());
    }
    let missing = format!("the standard library of {target} is not installed");
    if Target::named(target).is_some() {
        bail!("{missing}; run `{} build --target {target}`", dist.setup_program().display());
    }
    if cfg_of(target, dist).is_empty() {
        // rustc does not know the target, and says so.
        return Ok(());
    }
    if let Some(name) = dist.rustup_toolchain() {
        bail!("{missing}; run `rustup target add --toolchain {name} {target}`");
    }
    let parts = if target.contains("-none") { "=core,alloc" } else { "" };
    bail!(
        "{missing}; let cargo compile it: `RUSTC_BOOTSTRAP=1 cargo clif {} -Zbuild-std{parts} --target {target}`",
        settings.command
    );
}

/// Whether the user's flags name another sysroot.
fn names_sysroot() -> bool {
    ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"]
        .iter()
        .any(|name| std::env::var(name).is_ok_and(|flags| flags.contains("--sysroot")))
}

/// Makes cargo run the target's programs in QEMU, unless they run here or the user names a runner.
fn choose_runner(cargo: &mut Command, target: &str, settings: &Settings, dist: &Dist) {
    let Some(machine) = Target::of_machine_in(target).filter(|machine| !machine.is_host()) else { return };
    if !target.contains("-linux-") || settings.has_runner(target, || cfg_of(target, dist)) {
        return;
    }
    let is_running = RUNNING.contains(&settings.command.as_str()) && !settings.has_option("--no-run");
    let emulator = machine.emulator();
    match machine.runner() {
        Ok(_) => {
            let variable = format!("CARGO_TARGET_{}_RUNNER", Target::in_variables(target));
            if is_running {
                note(&format!(
                    "cargo clif: runs programs for {target} in {emulator} ({variable} names another runner)"
                ));
            }
            // cargo splits the value at spaces, which neither of the two has.
            cargo.env(variable, format!("{emulator} -L {}", machine.library_prefix().display()));
        }
        Err(missing) if is_running && !is_registered(&emulator) => {
            note(&format!("cargo clif: {missing}"));
        }
        Err(_) => {}
    }
}

/// Whether the kernel starts the emulator by itself (`binfmt_misc`).
fn is_registered(emulator: &str) -> bool {
    Path::new("/proc/sys/fs/binfmt_misc").join(emulator).exists()
}

/// Returns the output of `rustc --print=cfg` for a target.
fn cfg_of(target: &str, dist: &Dist) -> String {
    let output = Command::new(dist.rustc()).args(["--print=cfg", "--target", target]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

//! Tests Ctrl-C, with which a terminal sends SIGINT to all processes of the group.
//!
//! The compiler must end soon and with the same status as with LLVM, and no process of the group may be left.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use build_system::process;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use super::{Setting, no_temporary_files, wait_until};
use crate::commands;
use crate::synthetic::{LARGE_ROOT, large_output, write_large};

/// The size of the crate. Workers must be busy for a while.
const SIZE: (usize, usize) = (3, 8);
/// The time limit until work begins.
const START_LIMIT: Duration = Duration::from_secs(120);
/// The time limit until the end. rustc itself waits for a tenth of a second.
const END_LIMIT: Duration = Duration::from_secs(10);

/// Interrupts the compiler alone, and compares with LLVM.
pub fn interrupt_compiler(setting: &Setting<'_>) -> Result<()> {
    let place = &setting.place;
    write_large(place, SIZE.0, SIZE.1, 0)?;
    let flags = [LARGE_ROOT, "-Cdebuginfo=2", "-Ccodegen-units=16", "-o"];
    let trace = place.folder.join("trace");
    let mut clif = place.rustc(&[&flags[..], &["clif"]].concat());
    clif.env("CLIF_TRACE", &trace).env("CLIF_THREADS", "4");
    let found = interrupt(&mut clif, || has_work(&trace))?;
    ensure!(!place.folder.join("clif").exists(), "there is a program, although the compiler was interrupted");
    // LLVM's intermediate objects exist when its workers have begun.
    let mut llvm = setting.rustc_llvm(&[&flags[..], &["llvm"]].concat());
    let expected = interrupt(&mut llvm, || exists(&place.folder, "llvm.", ".o"))?;
    ensure!(found == expected, "the compiler ends with {found}, with LLVM with {expected}");
    // The compilation can be repeated.
    place.compile(&[&flags[..], &["clif"]].concat())?;
    ensure!(place.run("clif")? == large_output(SIZE.0, SIZE.1, 0), "the program is wrong");
    no_temporary_files_of_the_second(setting)
}

/// Interrupted compilers may leave temporary files, which nothing mistakes for other files. Other compilers
/// may not.
fn no_temporary_files_of_the_second(setting: &Setting<'_>) -> Result<()> {
    let place = &setting.place;
    for path in build_system::files::entries(&place.folder)? {
        if build_system::files::name_of(&path).starts_with(".clif-") {
            build_system::files::remove(&path)?;
        }
    }
    place.compile(&[LARGE_ROOT, "-Ccodegen-units=16", "-o", "clif"])?;
    no_temporary_files(&place.folder)
}

/// Interrupts cargo and the compiler together.
pub fn interrupt_cargo(setting: &Setting<'_>) -> Result<()> {
    let place = &setting.place;
    write_large(place, SIZE.0, SIZE.1, 0)?;
    let manifest = format!(
        "[package]\nname = \"stopped\"\nedition = \"2024\"\n[[bin]]\nname = \"stopped\"\npath = \"{LARGE_ROOT}\"\n[workspace]\n"
    );
    place.write("Cargo.toml", &manifest)?;
    let trace = place.folder.join("trace");
    let cargo = || {
        let mut command = Command::new(setting.dist.cargo_clif());
        process::clean_environment(&mut command);
        command.current_dir(&place.folder).args(["build", "--quiet", "--offline"]);
        command
    };
    let status = interrupt(cargo().env("CLIF_TRACE", &trace), || has_work(&trace))?;
    ensure!(!status.success(), "cargo-clif reports success");
    let program = place.folder.join("target/debug/stopped");
    ensure!(!program.exists(), "there is a program, although the build was interrupted");
    commands::succeed(&mut cargo())?;
    ensure!(place.run("target/debug/stopped")? == large_output(SIZE.0, SIZE.1, 0), "the program is wrong");
    Ok(())
}

/// Starts the command, interrupts its group once it works, and checks that no process is left.
fn interrupt(command: &mut Command, is_at_work: impl FnMut() -> bool) -> Result<ExitStatus> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn().with_context(|| format!("cannot start {}", process::shown(command)))?;
    let group = Pid::from_child(&child);
    let result = interrupt_group(&mut child, group, is_at_work);
    // In every case, stop what is left.
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
    result.with_context(|| format!("interrupting {}", process::shown(command)))
}

fn interrupt_group(child: &mut Child, group: Pid, is_at_work: impl FnMut() -> bool) -> Result<ExitStatus> {
    wait_until("the beginning of the work", START_LIMIT, is_at_work)?;
    ensure!(child.try_wait()?.is_none(), "the command ended before it was interrupted");
    kill_process_group(group, Signal::INT).context("cannot interrupt the command")?;
    let start = Instant::now();
    let mut status = None;
    wait_until("the end", END_LIMIT, || {
        status = child.try_wait().ok().flatten();
        status.is_some()
    })?;
    // Children of cargo end too.
    let rest = END_LIMIT.saturating_sub(start.elapsed());
    wait_until("the end of all processes", rest, || test_kill_process_group(group).is_err())?;
    status.context("the command has no status")
}

/// Whether the backend's trace shows a worker.
fn has_work(trace: &Path) -> bool {
    fs::read_to_string(trace).is_ok_and(|text| text.contains(" begin "))
}

fn exists(folder: &Path, start: &str, end: &str) -> bool {
    let entries = build_system::files::entries(folder).unwrap_or_default();
    let names = entries.iter().map(|path| build_system::files::name_of(path));
    names.into_iter().any(|name| name.starts_with(start) && name.ends_with(end))
}

//! Ctrl-C: a terminal sends SIGINT to all processes of the group.
//!
//! The compiler must end with the same status as with LLVM. It ends soon, and no process of the group
//! is left.

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

/// The size of the crate: workers have to be busy for a while.
const SIZE: (usize, usize) = (3, 8);
/// The longest until the work begins.
const START_LIMIT: Duration = Duration::from_secs(120);
/// The longest that the end may take. rustc gives itself a tenth of a second.
const END_LIMIT: Duration = Duration::from_secs(10);

/// The compiler alone, compared with the one that has LLVM.
pub fn interrupt_compiler(setting: &Setting<'_>) -> Result<()> {
    let place = &setting.place;
    write_large(place, SIZE.0, SIZE.1, 0)?;
    let flags = [LARGE_ROOT, "-Cdebuginfo=2", "-Ccodegen-units=16", "-o"];
    let trace = place.folder.join("trace");
    let mut clif = place.rustc(&[&flags[..], &["clif"]].concat());
    clif.env("CLIF_TRACE", &trace).env("CLIF_THREADS", "4");
    let found = interrupt(&mut clif, || has_work(&trace))?;
    ensure!(!place.folder.join("clif").exists(), "there is a program, although the compiler was interrupted");
    // LLVM's intermediate objects are there when its workers are.
    let mut llvm = setting.rustc_llvm(&[&flags[..], &["llvm"]].concat());
    let expected = interrupt(&mut llvm, || exists(&place.folder, "llvm.", ".o"))?;
    ensure!(found == expected, "the compiler ends with {found}, with LLVM with {expected}");
    // It can be done again.
    place.compile(&[&flags[..], &["clif"]].concat())?;
    ensure!(place.run("clif")? == large_output(SIZE.0, SIZE.1, 0), "the program is wrong");
    no_temporary_files_of_the_second(setting)
}

/// Interrupted compilers may leave their temporary files, which nothing mistakes for something else; others
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

/// cargo and the compiler together.
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
    ensure!(!status.success(), "cargo-clif says that it has succeeded");
    let program = place.folder.join("target/debug/stopped");
    ensure!(!program.exists(), "there is a program, although the build was interrupted");
    commands::succeed(&mut cargo())?;
    ensure!(place.run("target/debug/stopped")? == large_output(SIZE.0, SIZE.1, 0), "the program is wrong");
    Ok(())
}

/// Starts the command, interrupts its group once it is at work, and sees that nothing of it is left.
fn interrupt(command: &mut Command, is_at_work: impl FnMut() -> bool) -> Result<ExitStatus> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn().with_context(|| format!("cannot start {}", process::shown(command)))?;
    let group = Pid::from_child(&child);
    let result = interrupt_group(&mut child, group, is_at_work);
    // Whatever happened, nothing of it goes on.
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
    result.with_context(|| format!("interrupting {}", process::shown(command)))
}

fn interrupt_group(child: &mut Child, group: Pid, is_at_work: impl FnMut() -> bool) -> Result<ExitStatus> {
    wait_until("the beginning of the work", START_LIMIT, is_at_work)?;
    ensure!(child.try_wait()?.is_none(), "it ended before it was interrupted");
    kill_process_group(group, Signal::INT).context("cannot interrupt it")?;
    let start = Instant::now();
    let mut status = None;
    wait_until("the end", END_LIMIT, || {
        status = child.try_wait().ok().flatten();
        status.is_some()
    })?;
    // Children of cargo end by themselves, too.
    let rest = END_LIMIT.saturating_sub(start.elapsed());
    wait_until("the end of all processes", rest, || test_kill_process_group(group).is_err())?;
    status.context("it has no status")
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

//! The suite `interruption`: tests compilations that are killed, interrupted, or fail inside.
//!
//! 1. `kill -9` at random moments of an incremental `cargo clif build`, then a rebuild ([`kills`]).
//! 2. Ctrl-C ([`interrupts`]).
//! 3. A worker panics, or no token can be acquired, because of `CLIF_TEST_FAULT` or a missing jobserver
//!    ([`faults`]).
//!
//! Each case checks that the exit status is right, that there is one message, that no process or thread is
//! left, and that no file is half-written.

mod faults;
mod interrupts;
mod kills;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use build_system::build::{self, Dist};
use build_system::files;
use build_system::toolchain::Toolchain;

use crate::context::Context;
use crate::suite::{Group, Plan};
use crate::synthetic::{Workplace, files_below};

/// Tests one case in an empty folder.
type Check = fn(&Setting<'_>) -> Result<()>;

/// The names of the cases, and their functions.
const CHECKS: [(&str, Check); 6] = [
    ("kill -9 at 20 moments", kills::kill_at_random_moments),
    ("Ctrl-C while compiling", interrupts::interrupt_compiler),
    ("Ctrl-C while cargo builds", interrupts::interrupt_cargo),
    ("worker panic", faults::worker_panic),
    ("failing token acquisition", faults::failing_tokens),
    ("jobserver is gone", faults::vanished_jobserver),
];

/// The setup of a case.
struct Setting<'a> {
    place: Workplace,
    dist: &'a Dist,
    toolchain: &'a Toolchain,
}

/// Plans a case for each of [`CHECKS`].
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let check = |_: &(), (number, (_, check)): &(usize, (&str, Check))| {
        let (dist, toolchain) = (context.dist()?, context.toolchain()?);
        let folder = context.scratch("interruption").join(number.to_string());
        let place = Workplace::new(folder, context)?;
        check(&Setting { place, dist, toolchain })
    };
    let checks = CHECKS.into_iter().enumerate();
    Ok(Group::plain().cases(checks, |(_, (name, _))| (*name).to_owned(), check).in_turn())
}

impl Setting<'_> {
    /// Returns a call of the compiler with LLVM in the same folder, for comparison.
    fn rustc_llvm(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(self.toolchain.compiler.rustc());
        build_system::process::clean_environment(&mut command);
        build::with_llvm(&mut command, self.toolchain);
        command.env_remove("RUSTC").env("RUSTC_BOOTSTRAP", "1").current_dir(&self.place.folder);
        command.arg("--edition=2024").args(arguments);
        command
    }
}

/// Waits until a condition is true.
fn wait_until(what: &str, limit: Duration, mut is_there: impl FnMut() -> bool) -> Result<()> {
    let start = Instant::now();
    while !is_there() {
        ensure!(start.elapsed() < limit, "{what} did not happen within {} s", limit.as_secs());
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// Fails if there are temporary files of the backend.
fn no_temporary_files(folder: &Path) -> Result<()> {
    let left: Vec<PathBuf> = files_below(folder)?
        .into_iter()
        .filter(|path| files::name_of(path).starts_with(".clif-") || files::name_of(path).ends_with(".tmp"))
        .collect();
    ensure!(left.is_empty(), "temporary files are left: {left:?}");
    Ok(())
}

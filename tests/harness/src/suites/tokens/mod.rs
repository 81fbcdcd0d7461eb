//! The suite `tokens`: under `make -j3`, four crates are built at once, and never more threads work
//! than make has tokens.
//!
//! What is measured, and why it proves that:
//!
//! 1. The backend's trace (`CLIF_TRACE`): each piece of work of each worker, each token acquired and
//!    released, and when the lowering thread's own token is lent. Times are taken so that whoever works
//!    between them needs a token then. At every moment, each process works with at most as many threads
//!    as it has tokens, its own included. This is what the backend *says*, so it is compared with two
//!    things that it cannot invent:
//! 2. make's own pipe ([`sampler`]): the bytes in it are the free tokens. In every sample, processes at
//!    work + tokens that they say they hold + free tokens are at most 3; in most samples, when no token
//!    is just changing hands, exactly 3. So what the trace says about tokens is true.
//! 3. The kernel's clock of every thread ([`sampler`]): a worker used no more processor time than the
//!    trace says it worked; a lowering thread used none while it waited; all other threads of the
//!    compiler used hardly any. So the trace leaves out no thread.
//!
//! And something has to happen: at some moment all three tokens are at work, and in some process a
//! worker beside lowering. The names of threads are checked on the way. `CLIF_THREADS=8` lets each
//! process ask for more tokens than there are.

mod sampler;
mod verdict;

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use build_system::files;
use build_system::process;

use crate::context::Context;
use crate::suite::{Group, Plan, skip};
use crate::synthetic::{LARGE_ROOT, Workplace, write_large};
use crate::trace::Trace;
use sampler::Sampler;

/// The name of the one case.
const CASE: &str = "make -j3, four crates";
/// Tokens that make has, its own included.
pub const TOKENS: usize = 3;
/// Crates that are built at once.
const CRATES: usize = 4;
/// More than make has.
const THREADS: usize = 8;

/// The one case; it is skipped where something that it needs is missing.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let case = |&(): &()| {
        if process::output(Command::new("make").arg("--version")).is_err() {
            return Err(skip("make is not installed (apt-get install make)"));
        }
        if !Path::new("/proc/self/task").is_dir() || !Path::new("/proc/self/schedstat").exists() {
            return Err(skip("the kernel does not tell the processor time of threads"));
        }
        four_crates(&Workplace::new(context.scratch("tokens"), context.dist()?.rustc_clif())?)
    };
    Ok(Group::plain().case(CASE, case).in_turn())
}

/// Builds, samples, and judges.
fn four_crates(place: &Workplace) -> Result<()> {
    write_large(place, 3, 4, 0)?;
    write_makefile(place)?;
    let trace = place.folder.join("trace");
    let mut make = Command::new("make");
    process::clean_environment(&mut make);
    make.env_remove("MAKEFLAGS").env_remove("MFLAGS").current_dir(&place.folder).arg(format!("-j{TOKENS}"));
    make.env("CLIF_TRACE", &trace).env("CLIF_THREADS", THREADS.to_string());
    let log = std::fs::File::create(place.folder.join("log")).context("cannot write the log")?;
    let errors = log.try_clone().context("cannot write the log")?;
    make.stdin(Stdio::null()).stdout(log).stderr(errors);
    let mut child = make.spawn().context("cannot start make")?;
    let sampler = Sampler::start(child.id(), place.folder.join("flags"));
    let status = child.wait().context("cannot wait for make")?;
    let samples = sampler.stop()?;
    let log = files::read_text(&place.folder.join("log"))?;
    ensure!(status.success(), "make failed ({status}): {log}");
    // make says so when tokens were lost, or made.
    ensure!(!log.contains("jobserver"), "make is not content: {log}");
    for number in 0..CRATES {
        let library = place.folder.join(format!("libcrate_{number}.rlib"));
        ensure!(library.exists(), "{} was not built: {log}", library.display());
    }
    let trace = Trace::parse(&files::read_text(&trace)?)?;
    verdict::judge(&trace, &samples, CRATES)
}

/// One target per crate; `+` has make hand its jobserver on. Each tells the jobserver's flags to the sampler.
fn write_makefile(place: &Workplace) -> Result<()> {
    let compile = place.rustc(&[LARGE_ROOT, "--crate-type=lib", "-Cdebuginfo=2", "-Ccodegen-units=4"]);
    let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"));
    let words: Vec<String> =
        std::iter::once(compile.get_program()).chain(compile.get_args()).map(quoted).collect();
    let targets: Vec<String> = (0..CRATES).map(|number| format!("crate_{number}")).collect();
    let targets = targets.join(" ");
    let makefile = format!(
        "export RUSTC_BOOTSTRAP = 1\nall: {targets}\n.PHONY: all {targets}\n{targets}:\n\
         \t@echo \"$$MAKEFLAGS\" > $@.flags && mv $@.flags flags\n\
         \t+@exec {} --crate-name $@\n",
        words.join(" ")
    );
    place.write("Makefile", &makefile)
}

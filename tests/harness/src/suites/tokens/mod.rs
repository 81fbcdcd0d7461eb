//! The suite `tokens`: builds four crates at once under `make -j3`, and checks that never more threads work
//! than make has tokens.
//!
//! Three measurements together prove that:
//!
//! 1. The backend's trace (`CLIF_TRACE`) has each piece of work of each worker, each token acquired and
//!    released, and the spans in which the lowering thread's own token is lent. A thread that works between
//!    two of these times needs a token. At every moment, each process must work with at most as many threads
//!    as it has tokens, including its own. This is what the backend *reports*, so it is compared with two
//!    sources that it does not control:
//! 2. make's own pipe ([`sampler`]) contains a byte for each free token. In every sample, the processes at
//!    work, the tokens that they report and the free tokens must be at most 3 together. In most samples, when
//!    no token is being passed on, they must be exactly 3. So the trace is right about tokens.
//! 3. The kernel's clock of every thread ([`sampler`]): a worker must not have used more processor time than
//!    the trace says it worked. A lowering thread must have used none while it waited, and all other threads
//!    of the compiler hardly any. So the trace does not omit a thread.
//!
//! Some parallelism must happen: at some moment all three tokens are in use, and in some process a worker
//! works beside lowering. The names of threads are checked too. `CLIF_THREADS=8` lets each process request
//! more tokens than there are.

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

/// The name of the only case.
const CASE: &str = "make -j3, four crates";
/// The number of make's tokens, including make's own.
pub const TOKENS: usize = 3;
/// The number of crates that are built at once.
const CRATES: usize = 4;
/// The threads of each compiler, more than make's tokens.
const THREADS: usize = 8;

/// Plans the only case. It is skipped if something that it needs is missing.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let case = |&(): &()| {
        if process::output(Command::new("make").arg("--version")).is_err() {
            return Err(skip("make is not installed (apt-get install make)"));
        }
        if !Path::new("/proc/self/task").is_dir() || !Path::new("/proc/self/schedstat").exists() {
            return Err(skip("the kernel does not report the processor time of threads"));
        }
        four_crates(&Workplace::new(context.scratch("tokens"), context)?)
    };
    Ok(Group::plain().case(CASE, case).in_turn())
}

/// Builds, samples and judges.
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
    // make prints a message if tokens were lost or added.
    ensure!(!log.contains("jobserver"), "make reports a problem with its jobserver: {log}");
    for number in 0..CRATES {
        let library = place.folder.join(format!("libcrate_{number}.rlib"));
        ensure!(library.exists(), "{} was not built: {log}", library.display());
    }
    let trace = Trace::parse(&files::read_text(&trace)?)?;
    verdict::judge(&trace, &samples, CRATES)
}

/// Writes a makefile with one target per crate. `+` makes make pass on its jobserver. Each target writes the
/// jobserver's flags for the sampler.
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

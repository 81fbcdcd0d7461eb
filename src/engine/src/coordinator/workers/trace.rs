//! Logs when each thread works, for tests that observe the compiler from outside. `CLIF_TRACE` names the
//! file.
//!
//! All processes and threads append complete lines to the same file:
//!
//! ```text
//! PROCESS THREAD NANOSECONDS EVENT
//! ```
//!
//! `PROCESS` and `THREAD` are the system's ids. The time is from the system's monotonic clock, which all
//! processes share. The events, and when their time is taken:
//!
//! | event | |
//! |---|---|
//! | `lowers` | when the coordinator starts; this thread lowers, and has its token |
//! | `begin WORK` | before a worker begins a piece of work |
//! | `end` | when the work is done, before other threads are informed |
//! | `acquired` | when a token was read from the jobserver, before a thread uses it |
//! | `released` | before the token is written back |
//! | `waits` | before a worker starts with the lowering thread's token |
//! | `works` | when the lowering thread has its token back, after the worker with this token ended |
//!
//! At these times, each thread that works holds a token. No thread seems to work longer than it did.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::config::{Events, Lowering, TokenChange, WorkLabel};
use crate::phases::Phase;

/// Hooks that write the log, and call others.
pub(super) struct Trace {
    file: File,
    inner: Arc<dyn Events>,
}

impl Trace {
    pub(super) fn around(path: &Path, inner: Arc<dyn Events>) -> io::Result<Arc<dyn Events>> {
        let file = File::options().create(true).append(true).open(path).map_err(|error| {
            let place = path.display();
            io::Error::new(
                error.kind(),
                format!("cannot open the trace file `{place}` (`CLIF_TRACE`): {error}"),
            )
        })?;
        let trace = Trace { file, inner };
        trace.note("lowers");
        Ok(Arc::new(trace))
    }

    fn note(&self, event: &str) {
        // SAFETY: the function has no arguments and cannot fail.
        let thread = unsafe { libc::gettid() };
        let line = format!("{} {thread} {} {event}\n", std::process::id(), now());
        // One call, so that lines of different processes do not mix. If a line is missing, the test fails.
        let _ = (&self.file).write_all(line.as_bytes());
    }
}

/// Of the monotonic clock, in nanoseconds.
fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for the call, which keeps no copy of it. Every Linux has this clock.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

impl Events for Trace {
    fn thread_started(&self, name: &str) {
        self.inner.thread_started(name);
    }

    fn around(&self, label: WorkLabel<'_>, work: &mut dyn FnMut()) {
        self.note(&format!("begin {:?}", label.kind));
        let _end = EndOfWork(self);
        self.inner.around(label, work);
    }

    fn phase(&self, phase: Phase, cgu: &str, work: &mut dyn FnMut()) {
        self.inner.phase(phase, cgu, work);
    }

    fn token(&self, change: TokenChange) {
        self.note(match change {
            TokenChange::Acquired => "acquired",
            TokenChange::Released => "released",
        });
        self.inner.token(change);
    }

    fn lowering(&self, lowering: Lowering) {
        self.note(match lowering {
            Lowering::Works => "works",
            Lowering::Waits => "waits",
        });
        self.inner.lowering(lowering);
    }
}

/// Logs the end of a piece of work when it is dropped, also after a panic.
struct EndOfWork<'a>(&'a Trace);

impl Drop for EndOfWork<'_> {
    fn drop(&mut self) {
        self.0.note("end");
    }
}

//! A log of who works when, for tests that look at the compiler from outside (`CLIF_TRACE` names the file).
//!
//! Every process and thread appends whole lines to the same file:
//!
//! ```text
//! PROCESS THREAD NANOSECONDS EVENT
//! ```
//!
//! with the system's numbers of process and thread, and the time of its monotonic clock, which all processes
//! share. The events, and when their time is taken:
//!
//! | event | |
//! |---|---|
//! | `lowers` | the coordinator starts; this is the thread that lowers, and it has its token |
//! | `begin WORK` | by a worker that has a piece of work, before it does any of it |
//! | `end` | when it is done, before any other thread hears of it |
//! | `acquired` | a token was read from the jobserver, before any thread uses it |
//! | `released` | before the token is written back |
//! | `waits` | the lowering thread's token is given to the workers; before one starts with it |
//! | `works` | the lowering thread has its token back; after the worker ended that used it |
//!
//! So a thread that works between these times holds a token, and no thread seems to work longer than it did.

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
        let file = File::options().create(true).append(true).open(path)?;
        let trace = Trace { file, inner };
        trace.note("lowers");
        Ok(Arc::new(trace))
    }

    fn note(&self, event: &str) {
        // SAFETY: it has no arguments and cannot fail.
        let thread = unsafe { libc::gettid() };
        let line = format!("{} {thread} {} {event}\n", std::process::id(), now());
        // One call, so that lines of different processes do not mix. A test that misses a line fails.
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

/// Notes the end of a piece of work, also when it panics.
struct EndOfWork<'a>(&'a Trace);

impl Drop for EndOfWork<'_> {
    fn drop(&mut self) {
        self.0.note("end");
    }
}

//! `-Zllvm-time-trace`: who worked on what, when. The file is the one that LLVM writes, in the same format ("Trace Event
//! Format" of Chrome), which trace viewers read; what it tells is our own work.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// One piece of work.
struct Event {
    name: &'static str,
    /// The unit that was worked on.
    unit: String,
    thread: ThreadId,
    start: Duration,
    duration: Duration,
}

/// All work so far; shared by all threads.
pub struct TimeTrace {
    start: Instant,
    events: Mutex<Vec<Event>>,
}

impl TimeTrace {
    /// An empty trace that begins now.
    pub fn begin() -> Self {
        TimeTrace { start: Instant::now(), events: Mutex::default() }
    }

    /// Adds what this thread has worked on since `start`.
    pub fn add(&self, name: &'static str, unit: &str, start: Instant) {
        let event = Event {
            name,
            unit: unit.to_owned(),
            thread: thread::current().id(),
            start: start.saturating_duration_since(self.start),
            duration: start.elapsed(),
        };
        self.events().push(event);
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        std::fs::write(path, self.text())
    }

    fn text(&self) -> String {
        let mut threads: Vec<ThreadId> = Vec::new();
        let mut text = String::from("{\"traceEvents\":[");
        for event in self.events().iter() {
            let known = threads.iter().position(|&thread| thread == event.thread);
            let thread = known.unwrap_or_else(|| {
                threads.push(event.thread);
                threads.len() - 1
            });
            let (start, duration) = (event.start.as_micros(), event.duration.as_micros());
            let process = std::process::id();
            let _ = write!(
                text,
                "{{\"pid\":{process},\"tid\":{thread},\"ts\":{start},\"ph\":\"X\",\"dur\":{duration},\
                 \"name\":{},\"args\":{{\"detail\":{}}}}},\n",
                quoted(event.name),
                quoted(&event.unit)
            );
        }
        let process = std::process::id();
        let _ = write!(
            text,
            "{{\"pid\":{process},\"tid\":0,\"ts\":0,\"ph\":\"M\",\"name\":\"process_name\",\
             \"args\":{{\"name\":\"rustc (Cranelift)\"}}}}]}}\n"
        );
        text
    }

    fn events(&self) -> MutexGuard<'_, Vec<Event>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if character.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

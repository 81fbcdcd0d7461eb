//! Writes `-Zllvm-time-trace`: which thread worked on which CGU, and when.
//!
//! The file has the same name and format as LLVM's (Chrome's "Trace Event Format"), so trace viewers can read
//! it. The events are those of this backend.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// One piece of work.
struct TraceEvent {
    name: &'static str,
    /// The CGU that was worked on.
    cgu: String,
    thread: ThreadId,
    start: Duration,
    duration: Duration,
}

/// The work of all threads so far.
pub struct TimeTrace {
    start: Instant,
    events: Mutex<Vec<TraceEvent>>,
}

impl TimeTrace {
    /// Creates an empty trace that begins now.
    pub fn begin() -> Self {
        TimeTrace { start: Instant::now(), events: Mutex::default() }
    }

    /// Adds the work that this thread began at `start` and has just finished.
    pub fn add(&self, name: &'static str, cgu: &str, start: Instant) {
        let event = TraceEvent {
            name,
            cgu: cgu.to_owned(),
            thread: thread::current().id(),
            start: start.saturating_duration_since(self.start),
            duration: start.elapsed(),
        };
        self.events().push(event);
    }

    /// Writes the file.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
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
            let _ = writeln!(
                text,
                "{{\"pid\":{process},\"tid\":{thread},\"ts\":{start},\"ph\":\"X\",\"dur\":{duration},\
                 \"name\":{},\"args\":{{\"detail\":{}}}}},",
                quoted(event.name),
                quoted(&event.cgu)
            );
        }
        let process = std::process::id();
        let _ = writeln!(
            text,
            "{{\"pid\":{process},\"tid\":0,\"ts\":0,\"ph\":\"M\",\"name\":\"process_name\",\
             \"args\":{{\"name\":\"rustc (Cranelift)\"}}}}]}}"
        );
        text
    }

    fn events(&self) -> MutexGuard<'_, Vec<TraceEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns `text` as a JSON string.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_a_number() {
        let trace = TimeTrace::begin();
        trace.add("codegen", "a.\"0\"", Instant::now());
        thread::scope(|scope| {
            scope.spawn(|| trace.add("object", "b\n", Instant::now()));
        });
        trace.add("object", "a", Instant::now());
        let text = trace.text();
        let threads: Vec<&str> = text.split("\"tid\":").skip(1).map(|rest| &rest[..1]).collect();
        // The last one is the process's name.
        assert_eq!(threads, ["0", "1", "0", "0"]);
        assert!(text.contains(r#""detail":"a.\"0\"""#), "{text}");
        assert!(text.contains(r#""detail":"b\u000a""#), "{text}");
    }
}

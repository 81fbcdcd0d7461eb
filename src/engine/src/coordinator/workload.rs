//! Recorded workloads: what each function of a real crate cost, for the simulation of the scheduler.
//!
//! The file is text, one line per function in the order of lowering, CGUs in the order of opening:
//!
//! ```text
//! # unit function lowering_ns compile_ns estimate
//! 0 _ZN4core3fmt5write17h0123456789abcdefE 81000 240000 512
//! ```
//!
//! `CLIF_RECORD_WORKLOAD` names the file, or a folder, in which the file is called after the crate's first
//! CGU.
//!
//! Times are CPU time of the thread, so that a busy machine does not spoil them; the estimate is what the
//! scheduler was told, in CLIF instructions. Names contain no white space.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::scheduler::{CguId, Cost};
use super::workers::Problem;

/// One function of a recorded workload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The CGU's number, in the order of opening.
    pub cgu: u32,
    pub function: Box<str>,
    /// In nanoseconds.
    pub lowering: u64,
    /// In nanoseconds.
    pub compile: u64,
    /// What the scheduler was told.
    pub estimate: Cost,
}

/// Reads a recorded workload; the error names the line.
#[cfg(test)]
pub fn parse(text: &str) -> Result<Vec<Record>, String> {
    let mut records = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let record = parse_line(line).ok_or_else(|| format!("line {}: `{line}`", number + 1))?;
        records.push(record);
    }
    Ok(records)
}

#[cfg(test)]
fn parse_line(line: &str) -> Option<Record> {
    let mut words = line.split_ascii_whitespace();
    let record = Record {
        cgu: words.next()?.parse().ok()?,
        function: words.next()?.into(),
        lowering: words.next()?.parse().ok()?,
        compile: words.next()?.parse().ok()?,
        estimate: Cost(words.next()?.parse().ok()?),
    };
    words.next().is_none().then_some(record)
}

/// Measures pieces of a thread's CPU time. Belongs to the thread that started it.
pub struct Stopwatch {
    last: u64,
}

impl Stopwatch {
    pub fn start() -> Stopwatch {
        Stopwatch { last: cpu_time() }
    }

    /// Nanoseconds since the last call.
    pub fn lap(&mut self) -> u64 {
        let now = cpu_time();
        let lap = now.saturating_sub(self.last);
        self.last = now;
        lap
    }
}

/// Of this thread, in nanoseconds; 0 where the system does not tell.
fn cpu_time() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for the call, which keeps no copy of it.
    match unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) } {
        0 => time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64,
        _ => 0,
    }
}

/// Collects what functions cost, and writes it when everything is done.
pub(super) struct Recorder {
    path: PathBuf,
    functions: Mutex<Functions>,
}

#[derive(Default)]
struct Functions {
    /// In the order of lowering.
    records: Vec<Record>,
    /// How many functions of each CGU were lowered.
    lowered: HashMap<CguId, usize>,
    /// Where a CGU's function is in `records`.
    places: HashMap<(CguId, usize), usize>,
}

impl Recorder {
    pub(super) fn new(path: PathBuf) -> Recorder {
        Recorder { path, functions: Mutex::default() }
    }

    pub(super) fn lowered(&self, cgu: CguId, function: &str, lowering: u64, estimate: Cost) {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        let functions = &mut *functions;
        let position = functions.lowered.entry(cgu).or_default();
        functions.places.insert((cgu, *position), functions.records.len());
        *position += 1;
        let function = function.split_ascii_whitespace().collect::<Vec<_>>().join("_").into();
        functions.records.push(Record { cgu: cgu.as_u32(), function, lowering, compile: 0, estimate });
    }

    /// `position` counts the CGU's functions in the order of lowering.
    pub(super) fn compiled(&self, cgu: CguId, position: usize, compile: u64) {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&place) = functions.places.get(&(cgu, position)) {
            functions.records[place].compile = compile;
        }
    }

    /// Writes all functions; into a folder as a file called after `name`, which is the first CGU's.
    pub(super) fn write(&self, name: &str) -> Result<(), Problem> {
        let functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from("# unit function lowering_ns compile_ns estimate\n");
        for record in &functions.records {
            let Record { cgu, function, lowering, compile, estimate } = record;
            let _ = writeln!(text, "{cgu} {function} {lowering} {compile} {}", estimate.0);
        }
        let path = if self.path.is_dir() { self.path.join(format!("{name}.txt")) } else { self.path.clone() };
        std::fs::write(&path, text).map_err(|error| Problem::File {
            action: "write the recorded workload to",
            path,
            error,
        })
    }
}

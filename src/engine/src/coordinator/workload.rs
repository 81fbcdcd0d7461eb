//! Records the cost of each function of a crate, for the simulation of the scheduler.
//!
//! The file is text. It has one line for each function, in the order of lowering:
//!
//! ```text
//! # cgu function lowering_ns compile_ns estimate
//! 0 _ZN4core3fmt5write17h0123456789abcdefE 81000 240000 512
//! ```
//!
//! `CLIF_RECORD_WORKLOAD` names the file, or a folder. In a folder, the file is named after the crate's first
//! CGU.
//!
//! CGUs are numbered in the order of opening. Names contain no white space. Times are CPU times of the
//! thread, so they do not depend on how busy the machine is. The estimate is the scheduler's cost, in CLIF
//! instructions.

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
    /// The cost for the scheduler.
    pub estimate: Cost,
}

/// Parses a recorded workload. The error names the line.
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

/// Measures CPU time of the thread that started it. Other threads must not use it.
pub struct Stopwatch {
    last: u64,
}

impl Stopwatch {
    pub fn start() -> Stopwatch {
        Stopwatch { last: cpu_time() }
    }

    /// Returns the nanoseconds since the last call.
    pub fn lap(&mut self) -> u64 {
        let now = cpu_time();
        let lap = now.saturating_sub(self.last);
        self.last = now;
        lap
    }
}

/// Returns the CPU time of this thread in nanoseconds, or 0 if the system does not provide it.
fn cpu_time() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for the call, which keeps no copy of it.
    match unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) } {
        0 => time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64,
        _ => 0,
    }
}

/// Collects the costs of functions, and writes them at the end.
pub(super) struct Recorder {
    path: PathBuf,
    functions: Mutex<Functions>,
}

#[derive(Default)]
struct Functions {
    /// In the order of lowering.
    records: Vec<Record>,
    /// The number of lowered functions of each CGU.
    lowered: HashMap<CguId, usize>,
    /// The index in `records` of each function, by its CGU and its position there.
    indices: HashMap<(CguId, usize), usize>,
}

impl Recorder {
    pub(super) fn new(path: PathBuf) -> Recorder {
        Recorder { path, functions: Mutex::default() }
    }

    pub(super) fn lowered(&self, cgu: CguId, function: &str, lowering: u64, estimate: Cost) {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        let functions = &mut *functions;
        let position = functions.lowered.entry(cgu).or_default();
        functions.indices.insert((cgu, *position), functions.records.len());
        *position += 1;
        let function = function.split_ascii_whitespace().collect::<Vec<_>>().join("_").into();
        functions.records.push(Record { cgu: cgu.as_u32(), function, lowering, compile: 0, estimate });
    }

    /// Records the compile time of a function. `position` counts the CGU's functions in the order of
    /// lowering.
    pub(super) fn compiled(&self, cgu: CguId, position: usize, compile: u64) {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&index) = functions.indices.get(&(cgu, position)) {
            functions.records[index].compile = compile;
        }
    }

    /// Writes all functions. In a folder, the file is named after the first CGU, `name`.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(super) fn write(&self, name: &str) -> Result<(), Problem> {
        let functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from("# cgu function lowering_ns compile_ns estimate\n");
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

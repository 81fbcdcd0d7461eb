//! Collects and prints the workers' statistics and times.
//!
//! Workers record their events in [`ProfileEvents`]. [`Observation::join`] waits for the workers and keeps
//! the tables. rustc prints them through `CodegenBackend`.

use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use clif_engine::coordinator::{
    CguOrigin, CguOutcome, CguStatistics, Events, NativeCompilation, Report, Statistics, Stopped, WorkKind,
    WorkLabel,
};
use clif_engine::phases::Phase;
use clif_engine::time_trace::TimeTrace;
use rustc_data_structures::profiling::{SelfProfilerRef, print_time_passes_entry};
use rustc_session::Session;
use rustc_session::config::OutputFilenames;

/// When the tables are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Printing {
    /// After codegen, on standard error (`CLIF_STATISTICS=1`).
    AtOnce,
    OnDemand,
}

/// The tables of one compilation; [`Observation::join`] fills them.
#[derive(Default)]
pub struct Observation {
    statistics: Mutex<String>,
    times: Mutex<String>,
}

impl Observation {
    /// Waits for the workers and keeps the tables.
    pub fn join(
        &self,
        sess: &Session,
        compilation: NativeCompilation,
        events: &ProfileEvents,
        printing: Printing,
        sink: &mut dyn FnMut(Report),
    ) -> Result<Vec<CguOutcome>, Stopped> {
        let (result, statistics) = compilation.join_with_statistics(sink);
        events.print_for_time_passes(sess);
        if let Ok(outcomes) = &result {
            record_sizes(sess, outcomes);
            *lock(&self.statistics) = statistics_table(outcomes, &statistics);
            *lock(&self.times) = events.table();
        }
        if printing == Printing::AtOnce {
            eprint!("{}{}", lock(&self.statistics), lock(&self.times));
        }
        result
    }

    /// Prints the table of `-Zprint-codegen-stats`.
    pub fn print_statistics(&self) {
        print!("{}", lock(&self.statistics));
    }

    /// Prints the table of `-Ztime-llvm-passes`.
    pub fn print_pass_timings(&self) {
        print!("{}", lock(&self.times));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the numbers of the whole crate, one per line.
fn statistics_table(outcomes: &[CguOutcome], statistics: &Statistics) -> String {
    let compiled: Vec<CguStatistics> = outcomes
        .iter()
        .filter(|outcome| outcome.origin == CguOrigin::Compiled)
        .map(|outcome| outcome.statistics)
        .collect();
    let sum = |size: fn(&CguStatistics) -> u64| u128::from(compiled.iter().map(size).sum::<u64>());
    let lines: [(&str, u128); 11] = [
        ("CGUs compiled", compiled.len() as u128),
        ("CGUs reused", (outcomes.len() - compiled.len()) as u128),
        ("functions", sum(|cgu| cgu.functions as u64)),
        ("CLIF instructions", sum(|cgu| cgu.clif_instructions)),
        ("bytes of code", sum(|cgu| cgu.code_size)),
        ("bytes of objects", sum(|cgu| cgu.object_size)),
        ("pieces of work", statistics.started as u128),
        ("peak queue, in CLIF instructions", statistics.peak_queue_cost),
        ("pauses of lowering", statistics.pauses as u128),
        ("most workers at once", statistics.most_workers as u128),
        ("tokens asked for", statistics.requested_tokens as u128),
    ];
    let mut text = String::from("Cranelift backend: statistics\n");
    for (name, number) in lines {
        let _ = writeln!(text, "{number:12}  {name}");
    }
    text
}

/// Records the sizes that rustc's profile also has with LLVM.
fn record_sizes(sess: &Session, outcomes: &[CguOutcome]) {
    for outcome in outcomes.iter().filter(|outcome| outcome.origin == CguOrigin::Compiled) {
        let CguStatistics { clif_instructions, object_size, .. } = outcome.statistics;
        sess.prof.artifact_size("cgu_instructions", &*outcome.name, clif_instructions);
        if let Some(file) = outcome.files.object.as_deref().and_then(|path| path.file_name()) {
            sess.prof.artifact_size("object_file", &*file.to_string_lossy(), object_size);
        }
    }
}

/// The names of the events in profiles: pieces of work, then their parts.
const EVENTS: [&str; 8] = [
    "clif_compile_functions",
    "clif_finish_cgu",
    "codegen_copy_artifacts_from_incr_cache",
    "clif_combine_cgus",
    "clif_assemble",
    "clif_build_object",
    "clif_debug_info",
    "clif_write_file",
];

/// Returns the index in [`EVENTS`].
fn event_of_work(kind: WorkKind) -> usize {
    match kind {
        WorkKind::Compile => 0,
        WorkKind::Finish => 1,
        WorkKind::Copy => 2,
        WorkKind::Combine => 3,
    }
}

/// Returns the index in [`EVENTS`].
fn event_of_phase(phase: Phase) -> usize {
    match phase {
        Phase::Assemble => 4,
        Phase::Object => 5,
        Phase::DebugInfo => 6,
        Phase::Write => 7,
    }
}

/// The number of events and their total time.
type Sum = (u64, Duration);

/// Self-profile events of the workers, and their sums.
pub struct ProfileEvents {
    profiler: SelfProfilerRef,
    /// One sum for each of [`EVENTS`].
    sums: Mutex<[Sum; EVENTS.len()]>,
    /// The trace of `-Zllvm-time-trace`, if it is on.
    trace: Option<TimeTrace>,
}

impl ProfileEvents {
    pub fn new(sess: &Session) -> Self {
        let trace = sess.opts.unstable_opts.llvm_time_trace.then(TimeTrace::begin);
        ProfileEvents { profiler: sess.prof.clone(), sums: Mutex::default(), trace }
    }

    fn measure(&self, event: usize, cgu: &str, work: &mut dyn FnMut()) {
        let _timer = self.profiler.generic_activity_with_arg(EVENTS[event], cgu);
        let start = Instant::now();
        work();
        let (count, time) = &mut lock(&self.sums)[event];
        *count += 1;
        *time += start.elapsed();
        self.add_to_trace(EVENTS[event], cgu, start);
    }

    /// Adds what this thread has done since `start` to the trace of `-Zllvm-time-trace`.
    pub fn add_to_trace(&self, name: &'static str, cgu: &str, start: Instant) {
        if let Some(trace) = &self.trace {
            trace.add(name, cgu, start);
        }
    }

    /// Writes the file of `-Zllvm-time-trace`.
    pub fn write_trace(&self, sess: &Session, outputs: &OutputFilenames) {
        let Some(trace) = &self.trace else { return };
        let path = outputs.with_extension("llvm_timings.json");
        if let Err(error) = trace.write(&path) {
            sess.dcx().err(format!("cannot write {}: {error}", path.display()));
        }
    }

    fn used(&self) -> impl Iterator<Item = (&'static str, Sum)> {
        EVENTS.into_iter().zip(*lock(&self.sums)).filter(|(_, (count, _))| *count > 0)
    }

    /// Prints the sums over all workers. Workers overlap in time, and parts are also counted in their whole.
    fn print_for_time_passes(&self, sess: &Session) {
        let options = &sess.opts.unstable_opts;
        for (name, (_, time)) in self.used().filter(|_| options.time_passes) {
            print_time_passes_entry(name, time, None, None, options.time_passes_format);
        }
    }

    fn table(&self) -> String {
        let mut text = String::from("Cranelift backend: times, summed up over all workers\n");
        for (name, (count, time)) in self.used() {
            let _ = writeln!(text, "{:9.3} ms  {count:6} x  {name}", time.as_secs_f64() * 1e3);
        }
        text
    }
}

impl Events for ProfileEvents {
    fn around(&self, label: WorkLabel<'_>, work: &mut dyn FnMut()) {
        self.measure(event_of_work(label.kind), label.cgu, work);
    }

    fn phase(&self, phase: Phase, cgu: &str, work: &mut dyn FnMut()) {
        self.measure(event_of_phase(phase), cgu, work);
    }
}

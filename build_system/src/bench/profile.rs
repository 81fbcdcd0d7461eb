//! Measures where the compiler spends its time: self-profiles of a project's own crates, summed up by phase.
//!
//! Each of these crates is compiled once more, alone, with `-Zself-profile`. The label of an event gives its
//! phase ([`phase_of`]). Time in an event without a phase counts for the event around it. The remaining time
//! of the lowering thread counts for the front end; other threads are idle then.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use decodeme::EventDecoder;
use decodeme::event_payload::{EventPayload, Timestamp};

use super::Bench;
use super::builds::{empty_folder, record_invocations};
use super::candidates::Candidate;
use super::measure;
use super::projects::Project;
use crate::files;

/// A part of the compiler's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Parsing, types, borrow checker, metadata, and everything else that the lowering thread does.
    FrontEnd,
    /// Monomorphization and partitioning into CGUs.
    Collector,
    /// MIR to CLIF or LLVM IR.
    Lowering,
    /// CLIF or LLVM IR to machine code.
    Compilation,
    /// Objects with their DWARF (Cranelift only; for LLVM they are part of the compilation).
    Objects,
    /// The lowering thread waits for workers.
    Waiting,
    /// Copying files of the incremental cache.
    Cache,
    /// The linker and archives.
    Link,
}

/// All phases, in the order of work.
pub const PHASES: [Phase; 8] = [
    Phase::FrontEnd,
    Phase::Collector,
    Phase::Lowering,
    Phase::Compilation,
    Phase::Objects,
    Phase::Waiting,
    Phase::Cache,
    Phase::Link,
];

impl Phase {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Phase::FrontEnd => "front end",
            Phase::Collector => "collector, partition",
            Phase::Lowering => "lowering",
            Phase::Compilation => "compilation",
            Phase::Objects => "objects, DWARF",
            Phase::Waiting => "waiting for workers",
            Phase::Cache => "incremental cache",
            Phase::Link => "link",
        }
    }
}

/// Returns the phase of an event.
fn phase_of(label: &str) -> Option<Phase> {
    match label {
        "collect_and_partition_mono_items"
        | "monomorphization_collector"
        | "partition_and_assert_distinct_symbols" => Some(Phase::Collector),
        "codegen_module" => Some(Phase::Lowering),
        "clif_compile_functions" | "clif_combine_cgus" => Some(Phase::Compilation),
        "clif_finish_cgu" => Some(Phase::Objects),
        "finish_codegen" | "finish_ongoing_codegen" | "lower_to_clif" | "codegen_to_LLVM_IR" => {
            Some(Phase::Waiting)
        }
        "codegen_copy_artifacts_from_incr_cache" | "copy_all_cgu_workproducts_to_incr_comp_cache_dir" => {
            Some(Phase::Cache)
        }
        "link" | "link_crate" | "link_binary" | "link_rlib" | "run_linker" => Some(Phase::Link),
        _ if label.starts_with("LLVM_module_")
            || label.starts_with("LLVM_lto")
            || label.starts_with("LLVM_thin") =>
        {
            Some(Phase::Compilation)
        }
        _ => None,
    }
}

/// The seconds of each phase.
pub type Times = BTreeMap<Phase, f64>;

/// The profile of one candidate.
#[derive(Debug, Default, PartialEq)]
pub struct Profile {
    /// The lowering thread.
    pub lowering_thread: Times,
    /// All other threads together.
    pub workers: Times,
    /// The longest time from the end of lowering to the end of codegen, over all crates.
    pub tail: f64,
}

/// The profiles of a project.
#[derive(Debug)]
pub struct ProfileResult {
    /// The project.
    pub project: &'static str,
    /// The profiles, by candidate. `check` has none.
    pub profiles: Vec<Option<Profile>>,
}

/// Profiles a project's own crates with every candidate.
pub fn measure(bench: &Bench<'_>, project: &Project) -> Result<ProfileResult> {
    let (invocations, target) = record_invocations(bench, project)?;
    let mut profiles = Vec::new();
    for candidate in &bench.candidates {
        if !candidate.generates_code() {
            profiles.push(None);
            continue;
        }
        let mut profile = Profile::default();
        for (index, invocation) in invocations.iter().enumerate() {
            bench.progress(&format!("{}, self-profile, {}", project.name, candidate.name));
            let folder = bench.folder.join("profile").join(&candidate.name).join(index.to_string());
            let mut command = candidate.rustc(bench.toolchain, bench.dist);
            invocation.replay(&mut command, empty_folder(&folder.join("out"))?);
            profile.add(&record(candidate, command, &folder)?);
        }
        profiles.push(Some(profile));
    }
    files::remove(&target)?;
    Ok(ProfileResult { project: project.name, profiles })
}

/// Compiles once with the self-profiler on.
fn record(candidate: &Candidate, mut command: Command, folder: &Path) -> Result<Vec<Event>> {
    let mut flag = std::ffi::OsString::from("-Zself-profile=");
    flag.push(empty_folder(&folder.join("events"))?);
    command.arg(flag).env("RUSTC_BOOTSTRAP", "1");
    let what = format!("profiling the compiler ({})", candidate.name);
    measure::run(&what, &mut command, &folder.join("log"))?;
    let file = files::entries(&folder.join("events"))?
        .into_iter()
        .next()
        .context("the compiler did not write a profile")?;
    let decoder = EventDecoder::new(files::read_file(&file)?, Some(&file))
        .map_err(|error| anyhow!("{}: {error}", file.display()))?;
    Ok((0..decoder.num_events()).filter_map(|index| Event::read(&decoder, index)).collect())
}

/// An event that took time.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    label: String,
    thread: u32,
    /// In nanoseconds.
    start: u64,
    /// In nanoseconds.
    end: u64,
}

impl Event {
    /// Decodes an event. `None` if it took no time.
    fn read(decoder: &EventDecoder, index: usize) -> Option<Event> {
        let event = decoder.decode_full_event(index);
        let EventPayload::Timestamp(Timestamp::Interval { start, end }) = event.payload else { return None };
        let nanoseconds = |time: std::time::SystemTime| {
            let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
        };
        Some(Event {
            label: event.label.into_owned(),
            thread: event.thread_id,
            start: nanoseconds(start),
            end: nanoseconds(end),
        })
    }
}

impl Profile {
    /// Adds the events of one compilation.
    fn add(&mut self, events: &[Event]) {
        let Some(first) = events.iter().min_by_key(|event| event.start) else { return };
        let lowering_thread =
            events.iter().find(|event| event.label == "codegen_module").unwrap_or(first).thread;
        let mut by_thread: BTreeMap<u32, Vec<&Event>> = BTreeMap::new();
        for event in events {
            by_thread.entry(event.thread).or_default().push(event);
        }
        for (thread, mut events) in by_thread {
            // Outer events come before those inside them.
            events.sort_by_key(|event| (event.start, std::cmp::Reverse(event.end)));
            if thread == lowering_thread {
                add_times(&mut self.lowering_thread, &events, Some(Phase::FrontEnd));
            } else {
                add_times(&mut self.workers, &events, None);
            }
        }
        let end_of = |wanted: &dyn Fn(&Event) -> bool| {
            events.iter().filter(|event| wanted(event)).map(|event| event.end).max()
        };
        let lowered = end_of(&|event| event.label == "codegen_module");
        let compiled = end_of(&|event| {
            matches!(phase_of(&event.label), Some(Phase::Compilation | Phase::Objects | Phase::Lowering))
        });
        if let (Some(lowered), Some(compiled)) = (lowered, compiled) {
            self.tail = self.tail.max((compiled - lowered) as f64 / 1e9);
        }
    }
}

/// Adds each moment's time to the phase of the innermost event that has a phase.
fn add_times(times: &mut Times, events: &[&Event], outside: Option<Phase>) {
    let mut add = |phase: Option<Phase>, nanoseconds: u64| {
        if let Some(phase) = phase {
            *times.entry(phase).or_default() += nanoseconds as f64 / 1e9;
        }
    };
    // The events around the current moment, each with its end and its phase.
    let mut open: Vec<(u64, Option<Phase>)> = Vec::new();
    let mut now = events.first().map_or(0, |event| event.start);
    for event in events {
        while let Some(&(end, phase)) = open.last().filter(|(end, _)| *end <= event.start) {
            add(phase, end.saturating_sub(now));
            now = now.max(end);
            open.pop();
        }
        let around = open.last().map_or(outside, |(_, phase)| *phase);
        add(around, event.start.saturating_sub(now));
        now = now.max(event.start);
        open.push((event.end, phase_of(&event.label).or(around)));
    }
    while let Some((end, phase)) = open.pop() {
        add(phase, end.saturating_sub(now));
        now = now.max(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(label: &str, thread: u32, start: u64, end: u64) -> Event {
        let second = 1_000_000_000;
        Event { label: label.to_owned(), thread, start: start * second, end: end * second }
    }

    #[test]
    fn time_belongs_to_the_innermost_phase() {
        let mut profile = Profile::default();
        profile.add(&[
            event("parse_crate", 1, 0, 2),
            event("codegen_crate", 1, 3, 20),
            event("collect_and_partition_mono_items", 1, 4, 6),
            event("optimized_mir", 1, 5, 6),
            event("lower_to_clif", 1, 7, 20),
            event("codegen_module", 1, 8, 12),
            event("layout_of", 1, 9, 11),
            event("codegen_module", 1, 15, 20),
            event("clif_compile_functions", 2, 9, 14),
            event("clif_finish_cgu", 3, 20, 23),
            event("LLVM_passes", 4, 7, 23),
        ]);
        let times = |pairs: &[(Phase, f64)]| pairs.iter().copied().collect::<Times>();
        assert_eq!(
            profile.lowering_thread,
            times(&[
                (Phase::FrontEnd, 5.0),
                (Phase::Collector, 2.0),
                (Phase::Lowering, 9.0),
                (Phase::Waiting, 4.0)
            ])
        );
        assert_eq!(profile.workers, times(&[(Phase::Compilation, 5.0), (Phase::Objects, 3.0)]));
        assert_eq!(profile.tail, 3.0);
    }

    #[test]
    fn the_second_crate_adds_up() {
        let mut profile = Profile::default();
        for _ in 0..2 {
            profile.add(&[event("codegen_module", 1, 1, 3), event("LLVM_module_codegen", 2, 2, 4)]);
        }
        assert_eq!(profile.lowering_thread[&Phase::Lowering], 4.0);
        assert_eq!(profile.workers[&Phase::Compilation], 4.0);
        assert_eq!(profile.tail, 1.0);
        profile.add(&[]);
    }
}

//! Compares the compilers' trace with the samples from outside. The suite's module explains how.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use super::TOKENS;
use super::sampler::{Sample, ThreadSample};
use crate::trace::{Event, Moment, Span, Trace};

/// The processor time that threads may use outside the traced work, in nanoseconds and as a share: looking
/// for work, and rounding.
const SLACK: (u64, f64) = (10_000_000, 0.05);
/// The beginnings of the names of working threads.
const WORDS: [&str; 2] = ["gen ", "obj "];
/// The least number of usable samples.
const LEAST_SAMPLES: usize = 50;

/// Runs all checks.
pub fn judge(trace: &Trace, samples: &[Sample], crates: usize) -> Result<()> {
    ensure!(trace.processes().len() == crates, "the trace has {} processes", trace.processes().len());
    trace.check_tokens()?;
    check_parallel(trace)?;
    check_pipe(trace, samples)?;
    check_processor_time(trace, samples)?;
    check_names(samples)
}

/// Checks that there was parallelism to limit.
fn check_parallel(trace: &Trace) -> Result<()> {
    let (mut most, mut most_of_one, mut most_held) = (0, 0, 0);
    for (_, processes) in trace.moments() {
        most = most.max(processes.values().map(|moment| moment.running).sum());
        most_of_one = most_of_one.max(processes.values().map(|moment| moment.running).max().unwrap_or(0));
        most_held = most_held.max(processes.values().map(|moment| moment.held).sum());
    }
    ensure!(most >= TOKENS as i64, "at most {most} threads worked at once, so nothing was limited");
    ensure!(most_of_one >= 2 && most_held >= 1, "no process ever had a second thread at work");
    Ok(())
}

/// Checks that the tokens that processes report are missing in make's pipe.
fn check_pipe(trace: &Trace, samples: &[Sample]) -> Result<()> {
    let moments = trace.moments();
    let (mut usable, mut exact) = (0, 0);
    for sample in samples {
        let (Some(compilers), Some(free)) = (&sample.compilers, sample.free) else { continue };
        let (from, to) = (before(&moments, sample.start), before(&moments, sample.end));
        // A token was passed on during the sample, or no compiler is running.
        if from != to || compilers.is_empty() {
            continue;
        }
        let held: i64 = from.map_or(0, |moment| moment.values().map(|moment| moment.held).sum());
        let sum = compilers.len() as i64 + held + free as i64;
        ensure!(
            sum <= TOKENS as i64,
            "{} processes say that they hold {held} tokens, but {free} are free, at {}",
            compilers.len(),
            sample.start
        );
        usable += 1;
        exact += usize::from(sum == TOKENS as i64);
    }
    ensure!(usable >= LEAST_SAMPLES, "only {usable} of {} samples can be used", samples.len());
    ensure!(2 * exact >= usable, "only {exact} of {usable} samples add up to {TOKENS} tokens");
    Ok(())
}

/// Returns the state after the last line before `time`.
fn before(moments: &[(u64, BTreeMap<u32, Moment>)], time: u64) -> Option<&BTreeMap<u32, Moment>> {
    let count = moments.partition_point(|(moment, _)| *moment <= time);
    Some(&moments[count.checked_sub(1)?].1)
}

/// Checks that no thread used the processor without tracing it.
fn check_processor_time(trace: &Trace, samples: &[Sample]) -> Result<()> {
    let (workers, lowering) = (trace.workers(), trace.lowering_threads());
    let mut others: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for looks in looks_by_thread(samples).values() {
        let Some((_, end, last)) = looks.last() else { continue };
        let key = (last.process, last.thread);
        let (all, beside) = others.entry(last.process).or_default();
        *all += last.used;
        if workers.contains(&key) {
            let spans = trace.spans(last.thread, Event::Begin, Event::End);
            let said = Span { start: 0, end: *end }.covered_by(&spans);
            let allowed = said + SLACK.0 + (said as f64 * SLACK.1) as u64;
            ensure!(last.used <= allowed, "{last:?} says that it worked for {said} ns");
        } else if lowering.contains(&key) {
            check_waiting(trace, looks)?;
        } else {
            *beside += last.used;
        }
    }
    for (process, (all, beside)) in others {
        let allowed = SLACK.0 + (all as f64 * SLACK.1) as u64;
        ensure!(beside <= allowed, "process {process}: {beside} of {all} ns were used by other threads");
    }
    Ok(())
}

/// Checks that a lowering thread uses no time while its token is lent.
fn check_waiting(trace: &Trace, looks: &[(u64, u64, ThreadSample)]) -> Result<()> {
    let Some((_, _, first)) = looks.first() else { return Ok(()) };
    let spans = trace.spans(first.thread, Event::Waits, Event::Works);
    let mut used = 0;
    for pair in looks.windows(2) {
        let between = Span { start: pair[0].0, end: pair[1].1 };
        if between.covered_by(&spans) == between.end - between.start {
            used += pair[1].2.used - pair[0].2.used;
        }
    }
    ensure!(used <= SLACK.0, "a lowering thread used {used} ns while its token was lent");
    Ok(())
}

/// Returns the samples of each thread, in the order of time, each between two times.
fn looks_by_thread(samples: &[Sample]) -> BTreeMap<u32, Vec<(u64, u64, ThreadSample)>> {
    let mut looks: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for sample in samples {
        for thread in &sample.threads {
            looks.entry(thread.thread).or_default().push((sample.start, sample.end, thread.clone()));
        }
    }
    looks
}

/// Checks that the names of threads say what they do, and are not cut off.
fn check_names(samples: &[Sample]) -> Result<()> {
    for word in WORDS {
        let mut names = samples.iter().flat_map(|sample| &sample.threads).map(|thread| &thread.name);
        ensure!(
            names.any(|name| name.strip_prefix(word).is_some_and(|rest| rest.starts_with("cgu."))),
            "no thread is ever called `{word}cgu.N`"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(time: u64, compilers: &[u32], free: usize, used: u64) -> Sample {
        let thread = ThreadSample { process: 7, thread: 72, name: "gen cgu.1".to_owned(), used };
        let compilers = Some(compilers.to_vec());
        Sample { start: time, end: time, compilers, threads: vec![thread], free: Some(free) }
    }

    const TRACE: &str =
        "7 70 1 lowers\n7 71 2 acquired\n7 72 3 begin Compile\n7 72 900 end\n7 72 1000 released\n";

    #[test]
    fn tokens_that_are_not_missing_are_noticed() {
        let trace = Trace::parse(TRACE).unwrap();
        let samples = |free| (0..100).map(|time| sample(time + 10, &[7], free, 0)).collect::<Vec<_>>();
        check_pipe(&trace, &samples(1)).unwrap();
        assert!(check_pipe(&trace, &samples(2)).unwrap_err().to_string().contains("2 are free"));
        // Others have all tokens, and the trace does not say who.
        assert!(check_pipe(&trace, &samples(0)).unwrap_err().to_string().contains("add up"));
    }

    #[test]
    fn processor_time_missing_from_the_trace_is_noticed() {
        let trace = Trace::parse(TRACE).unwrap();
        check_processor_time(&trace, &[sample(950, &[7], 1, 800)]).unwrap();
        let error = check_processor_time(&trace, &[sample(950, &[7], 1, 20_000_000)]).unwrap_err();
        assert!(error.to_string().contains("worked for 897 ns"), "{error}");
    }
}

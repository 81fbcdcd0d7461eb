//! Reads the backend's trace (`CLIF_TRACE`, described in `src/engine/src/coordinator/workers/trace.rs`),
//! which says when each thread worked.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail, ensure};

/// The event of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A coordinator starts. This thread lowers.
    Lowers,
    /// A worker begins a piece of work.
    Begin,
    /// The piece of work ends.
    End,
    /// A token was acquired.
    Acquired,
    /// A token is released.
    Released,
    /// The lowering thread waits, and lends its token.
    Waits,
    /// The lowering thread has its token back.
    Works,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The process id.
    pub process: u32,
    /// The thread id.
    pub thread: u32,
    /// The time of the monotonic clock, in nanoseconds.
    pub time: u64,
    /// What happens.
    pub event: Event,
}

/// A trace, in the order of time.
pub struct Trace {
    /// The lines of all processes.
    pub lines: Vec<Line>,
}

/// The state of a process at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// The number of working threads, including the lowering thread.
    pub running: i64,
    /// The number of tokens besides the implicit one.
    pub held: i64,
}

impl Trace {
    /// Parses a whole trace.
    pub fn parse(text: &str) -> Result<Trace> {
        let mut lines = text
            .lines()
            .map(|line| {
                parse_line(line).with_context(|| format!("cannot parse the line {line:?} of the trace"))
            })
            .collect::<Result<Vec<_>>>()?;
        ensure!(!lines.is_empty(), "the trace is empty");
        // The sort is stable: lines of one thread with the same time stay in order.
        lines.sort_by_key(|line| line.time);
        Ok(Trace { lines })
    }

    /// Returns the processes in the trace.
    pub fn processes(&self) -> BTreeSet<u32> {
        self.lines.iter().map(|line| line.process).collect()
    }

    /// Returns the threads that did pieces of work, with their processes.
    pub fn workers(&self) -> BTreeSet<(u32, u32)> {
        let begins = self.lines.iter().filter(|line| line.event == Event::Begin);
        begins.map(|line| (line.process, line.thread)).collect()
    }

    /// Returns the number of threads that did pieces of work and did not lower.
    pub fn workers_beside_lowering(&self) -> usize {
        let lowering = self.lowering_threads();
        self.workers().iter().filter(|worker| !lowering.contains(worker)).count()
    }

    /// Returns the threads that lower, with their processes.
    pub fn lowering_threads(&self) -> BTreeSet<(u32, u32)> {
        let starts = self.lines.iter().filter(|line| line.event == Event::Lowers);
        starts.map(|line| (line.process, line.thread)).collect()
    }

    /// Returns the state of each process after each line, in the order of time.
    pub fn moments(&self) -> Vec<(u64, BTreeMap<u32, Moment>)> {
        let mut now: BTreeMap<u32, Moment> = BTreeMap::new();
        let mut moments = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let moment = now.entry(line.process).or_default();
            match line.event {
                Event::Lowers | Event::Works | Event::Begin => moment.running += 1,
                Event::Waits | Event::End => moment.running -= 1,
                Event::Acquired => moment.held += 1,
                Event::Released => moment.held -= 1,
            }
            moments.push((line.time, now.clone()));
        }
        moments
    }

    /// Fails at the first moment when a process works with more threads than it has tokens.
    pub fn check_tokens(&self) -> Result<()> {
        for (time, processes) in self.moments() {
            for (process, Moment { running, held }) in processes {
                ensure!(
                    running <= held + 1,
                    "process {process} works with {running} threads and {held} tokens beside its own at {time}"
                );
                ensure!(
                    running >= 0 && held >= 0,
                    "the trace of process {process} contradicts itself at {time}"
                );
            }
        }
        Ok(())
    }

    /// Returns the spans in which a thread was in the state that `from` begins and `to` ends.
    pub fn spans(&self, thread: u32, from: Event, to: Event) -> Vec<Span> {
        let mut since = None;
        let mut spans = Vec::new();
        for line in self.lines.iter().filter(|line| line.thread == thread) {
            if line.event == from {
                since = Some(line.time);
            } else if line.event == to {
                spans.extend(since.take().map(|start| Span { start, end: line.time }));
            }
        }
        spans.extend(since.map(|start| Span { start, end: u64::MAX }));
        spans
    }
}

/// A span of time of the monotonic clock, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The start.
    pub start: u64,
    /// The end.
    pub end: u64,
}

impl Span {
    /// Returns how much of this span is covered by `spans`, which do not overlap.
    pub fn covered_by(self, spans: &[Span]) -> u64 {
        let common = |span: &Span| span.end.min(self.end).saturating_sub(span.start.max(self.start));
        spans.iter().map(common).sum()
    }
}

fn parse_line(line: &str) -> Result<Line> {
    let mut words = line.split(' ');
    let mut word = || words.next().context("a word is missing");
    let (process, thread, time) = (word()?.parse()?, word()?.parse()?, word()?.parse()?);
    let event = match word()? {
        "lowers" => Event::Lowers,
        "begin" => Event::Begin,
        "end" => Event::End,
        "acquired" => Event::Acquired,
        "released" => Event::Released,
        "waits" => Event::Waits,
        "works" => Event::Works,
        other => bail!("{other:?} is not an event"),
    };
    Ok(Line { process, thread, time, event })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two threads work, but the process has a token for one.
    #[test]
    fn too_many_threads_are_noticed() {
        let good = "7 70 1 lowers\n7 71 2 acquired\n7 72 3 begin Compile\n7 72 9 end\n7 72 10 released\n";
        Trace::parse(good).unwrap().check_tokens().unwrap();
        let bad = Trace::parse(&format!("{good}7 72 11 begin Finish\n7 72 12 end\n")).unwrap();
        assert!(bad.check_tokens().unwrap_err().to_string().contains("2 threads and 0 tokens"));
        // With the lent token, there are enough.
        let lent = format!("{good}7 70 11 waits\n7 72 12 begin Finish\n7 72 13 end\n7 70 14 works\n");
        Trace::parse(&lent).unwrap().check_tokens().unwrap();
    }

    #[test]
    fn lines_are_sorted_and_workers_counted() {
        let trace = Trace::parse("7 72 5 begin Copy\n7 70 1 lowers\n7 72 8 end\n8 80 2 lowers\n").unwrap();
        assert_eq!(trace.lines[0].time, 1);
        assert_eq!((trace.processes().len(), trace.workers_beside_lowering()), (2, 1));
        assert!(Trace::parse("").is_err() && Trace::parse("7 72 5 dances\n").is_err());
    }

    #[test]
    fn times_are_cut_at_the_ends() {
        let trace =
            Trace::parse("7 72 10 begin Copy\n7 72 20 end\n7 72 30 begin Copy\n7 72 40 end\n").unwrap();
        let spans = trace.spans(72, Event::Begin, Event::End);
        let busy = |start, end| Span { start, end }.covered_by(&spans);
        assert_eq!((busy(0, 100), busy(15, 35), busy(21, 29)), (20, 10, 0));
    }
}

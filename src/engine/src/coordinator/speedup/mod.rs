//! Simulates how long a recorded workload takes with N tokens, with the real [`Scheduler`] and a simulated
//! clock.
//!
//! 1. [`clock`] simulates a lowering thread, workers and a pool of tokens.
//! 2. [`cgu_by_cgu`] is another policy for comparison. It submits whole CGUs, like rustc's own coordinator.
//! 3. [`table`] simulates both policies with several numbers of tokens. It also has a lower bound for all
//!    policies.
//!
//! [`Scheduler`]: super::scheduler::Scheduler

mod cgu_by_cgu;
mod clock;
mod tests;

use std::fmt;

use super::scheduler::{Command, Cost, Event, Limits, Scheduler};
use super::workers::Batching;
use super::workload::Record;

use cgu_by_cgu::CguByCgu;
use clock::{Run, World};

/// Decides which work is done when.
trait Policy {
    fn handle(&mut self, event: Event, commands: &mut Vec<Command>);
}

impl Policy for Scheduler {
    fn handle(&mut self, event: Event, commands: &mut Vec<Command>) {
        Scheduler::handle(self, event, commands);
    }
}

/// One line of the table. Times are in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// The number of tokens, the implicit one included.
    pub tokens: usize,
    pub streaming: u64,
    pub by_cgu: u64,
    /// The number of tokens that streaming requests, and the number of its pieces of work.
    pub requests: usize,
    pub pieces: usize,
    /// `max(total / tokens, lowering + longest function)`: almost a lower bound for all schedules.
    pub bound: u64,
}

impl Line {
    /// Returns the ratio of the bound to the time of streaming; 1.0 is perfect.
    pub fn reached(&self) -> f64 {
        self.bound as f64 / self.streaming as f64
    }
}

/// The table of one workload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    pub lines: Vec<Line>,
    /// The time of all functions with one thread.
    pub total: u64,
}

/// Simulates `records` with each number of tokens.
pub fn table(records: &[Record], batching: Batching, tokens: &[usize]) -> Table {
    let lowering: u64 = records.iter().map(|record| record.lowering).sum();
    let compile: u64 = records.iter().map(|record| record.compile).sum();
    let longest = records.iter().map(|record| record.compile).max().unwrap_or(0);
    let total = lowering + compile;
    let line = |&tokens: &usize| {
        let Run { time: streaming, requests, pieces } = streaming(records, batching, tokens);
        Line {
            tokens,
            streaming,
            requests,
            pieces,
            by_cgu: World::new(CguByCgu::new(), records, Cost::MAX, tokens).run().time,
            bound: (total / tokens as u64).max(lowering + longest),
        }
    };
    Table { lines: tokens.iter().map(line).collect(), total }
}

fn streaming(records: &[Record], batching: Batching, tokens: usize) -> Run {
    let limits = Limits { threads: tokens, queue_cost: batching.queue_cost };
    World::new(Scheduler::new(limits), records, batching.batch_cost, tokens).run()
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |time: u64| time as f64 / 1e6;
        let speedup = |time: u64| self.total as f64 / time.max(1) as f64;
        writeln!(
            formatter,
            "tokens  streaming ms  speed-up    CGU by CGU ms  speed-up  bound ms  reached  requests"
        )?;
        for line in &self.lines {
            writeln!(
                formatter,
                "{:6}  {:12.1}  {:8.2}  {:15.1}  {:8.2}  {:8.1}  {:6.1}%  {:8}",
                line.tokens,
                milliseconds(line.streaming),
                speedup(line.streaming),
                milliseconds(line.by_cgu),
                speedup(line.by_cgu),
                milliseconds(line.bound),
                100.0 * line.reached(),
                line.requests,
            )?;
        }
        Ok(())
    }
}

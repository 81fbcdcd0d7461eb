//! Simulates one lowering thread, workers, a pool of tokens, and a clock that jumps from event to event.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::coordinator::scheduler::{CguId, Command, Cost, Destiny, Event, Work, WorkerId};
use crate::coordinator::workers::GRACE;
use crate::coordinator::workload::Record;

use super::Policy;

/// The time to start a piece of work, in nanoseconds: a lock, and often waking a thread.
const HAND_OVER: u64 = 15_000;
/// The time from the request of a free token to its arrival, in nanoseconds: waking a helper thread, and a
/// system call.
const TOKEN_LATENCY: u64 = 30_000;
/// How long a worker keeps its token, in nanoseconds.
const GRACE_TIME: u64 = GRACE.as_nanos() as u64;

/// Something that happens at a time. If times are equal, this order decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Lowered,
    Token,
    Ended(WorkerId),
    GraceEnded(WorkerId),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LoweringThread {
    Running,
    Paused,
}

pub(super) struct World<'records, P> {
    policy: P,
    records: &'records [Record],
    /// The cost at which a batch is submitted. The last batch of a CGU may cost less.
    batch_cost: Cost,
    now: u64,
    happenings: BinaryHeap<Reverse<(u64, Happening)>>,
    lowering: LoweringThread,
    /// The index of the function that is lowered next.
    next: usize,
    /// The cost and the duration of the batch that is being filled.
    batch: (Cost, u64),
    /// The duration of each batch.
    durations: HashMap<Work, u64>,
    batches: HashMap<u32, u32>,
    free_tokens: usize,
    waiting_requests: usize,
    running: usize,
    /// The number of requested tokens so far.
    requests: usize,
    /// The number of started pieces of work so far.
    pieces: usize,
}

/// The result of a run.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// The time from the first function's lowering to the end of all work, in nanoseconds.
    pub(super) time: u64,
    /// The number of requested tokens.
    pub(super) requests: usize,
    /// The number of pieces of work.
    pub(super) pieces: usize,
}

impl<'records, P: Policy> World<'records, P> {
    /// Creates a world. `tokens` includes the implicit one. The records of a CGU must be adjacent.
    pub(super) fn new(policy: P, records: &'records [Record], batch_cost: Cost, tokens: usize) -> Self {
        World {
            policy,
            records,
            batch_cost,
            now: 0,
            happenings: BinaryHeap::new(),
            lowering: LoweringThread::Running,
            next: 0,
            batch: (Cost::ZERO, 0),
            durations: HashMap::new(),
            batches: HashMap::new(),
            free_tokens: tokens - 1,
            waiting_requests: 0,
            running: 0,
            requests: 0,
            pieces: 0,
        }
    }

    pub(super) fn run(mut self) -> Run {
        self.tell_cgus();
        self.lower_next();
        let mut end = 0;
        while let Some(Reverse((time, happening))) = self.happenings.pop() {
            self.now = time;
            match happening {
                Happening::Lowered => self.lowered(),
                Happening::Token => self.tell(Event::TokenAcquired),
                Happening::Ended(worker) => {
                    self.running -= 1;
                    self.tell(Event::WorkDone { worker });
                }
                Happening::GraceEnded(worker) => self.tell(Event::GraceEnded { worker }),
            }
            if !matches!(happening, Happening::Token | Happening::GraceEnded(_)) {
                end = time;
            }
        }
        assert_eq!((self.running, self.next), (0, self.records.len() + 1), "the policy stopped too early");
        Run { time: end, requests: self.requests, pieces: self.pieces }
    }

    fn tell_cgus(&mut self) {
        let cgus = self.records.iter().map(|record| record.cgu + 1).max().unwrap_or(0);
        for _ in 0..cgus {
            self.tell(Event::CguOpened);
        }
    }

    fn lower_next(&mut self) {
        match self.records.get(self.next) {
            Some(record) => self.happenings.push(Reverse((self.now + record.lowering, Happening::Lowered))),
            None => {
                self.next = self.records.len() + 1;
                self.tell(Event::LoweringDone);
            }
        }
    }

    fn lowered(&mut self) {
        let record = &self.records[self.next];
        self.next += 1;
        self.batch.0 = self.batch.0.plus(record.estimate);
        self.batch.1 += record.compile;
        let last = self.records.get(self.next).is_none_or(|next| next.cgu != record.cgu);
        let cgu = CguId::from_u32(record.cgu);
        if last || self.batch.0 >= self.batch_cost {
            let (cost, duration) = std::mem::take(&mut self.batch);
            let batch = self.batches.entry(record.cgu).or_default();
            self.durations.insert(Work::Batch { cgu, batch: *batch }, duration);
            *batch += 1;
            self.tell(Event::BatchLowered { cgu, cost });
        }
        if last {
            self.tell(Event::CguSealed { cgu, destiny: Destiny::Finish(Cost(1)) });
        }
        if self.lowering == LoweringThread::Running {
            self.lower_next();
        }
    }

    fn tell(&mut self, event: Event) {
        let mut commands = Vec::new();
        self.policy.handle(event, &mut commands);
        for command in commands {
            self.obey(command);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::RequestToken => {
                self.requests += 1;
                self.waiting_requests += 1;
                self.grant();
            }
            Command::ReleaseToken => {
                self.free_tokens += 1;
                self.grant();
            }
            Command::Start { worker, work } => {
                self.running += 1;
                self.pieces += 1;
                // The time of finishing a CGU is not recorded.
                let duration = self.durations.get(&work).map_or(0, |duration| duration + HAND_OVER);
                self.happenings.push(Reverse((self.now + duration, Happening::Ended(worker))));
            }
            Command::KeepToken { worker } => {
                self.happenings.push(Reverse((self.now + GRACE_TIME, Happening::GraceEnded(worker))));
            }
            Command::PauseLowering => self.lowering = LoweringThread::Paused,
            Command::ResumeLowering => {
                if self.lowering == LoweringThread::Paused {
                    self.lowering = LoweringThread::Running;
                    self.lower_next();
                }
            }
            Command::Finish(_) => {}
        }
    }

    fn grant(&mut self) {
        while self.waiting_requests > 0 && self.free_tokens > 0 {
            self.waiting_requests -= 1;
            self.free_tokens -= 1;
            self.happenings.push(Reverse((self.now + TOKEN_LATENCY, Happening::Token)));
        }
    }
}

//! Decides which worker does what, and when: a pure state machine, without threads, clocks or the jobserver.
//!
//! [`Scheduler::handle`] takes one [`Event`] and appends [`Command`]s:
//! 1. It updates the CGUs, the queue and the counts of workers and tokens.
//! 2. It starts queued work on free workers and assigns the implicit token (see below). During lowering, work
//!    of the oldest CGU comes first, afterwards the most expensive work.
//! 3. It releases tokens that no worker needs, and requests tokens for queued work.
//! 4. When nothing is left, it announces the end.
//!
//! # Tokens
//! A process owns one *implicit* jobserver token. It belongs to the lowering thread, which lends it to the
//! workers whenever it waits:
//! - When the queued work reaches [`Limits::queue_cost`], lowering pauses, and one more worker runs. Lowering
//!   continues when less than half of that is queued.
//! - At [`Event::CopiesAwaited`], until all copies are made.
//! - After [`Event::LoweringDone`], until all work is done. The coordinator sends this event in `join`, not
//!   when the last function is lowered: in between, rustc still cleans up on the lowering thread.
//!
//! Workers are not tied to tokens. The invariant is `running <= held + lent`. So as soon as *any* worker ends
//! or another token arrives, the implicit token counts as returned. It is then lent again, or lowering
//! continues. If it is lent when no work is queued, it replaces the token of a running worker, and that token
//! is released.
//!
//! When lowering is slower than the workers, each batch would request a token and release it again, which is
//! a round trip through a pipe. So during lowering, a worker that finds no more work keeps its token for a
//! moment ([`Command::KeepToken`]). Only one worker does so, and not for long, since other processes may be
//! waiting for a token.
//!
//! # CGU reuse
//! A worker checks the work products of an unchanged CGU and copies them ([`Work::CopyCgu`]). If they cannot
//! be used, the CGU must be lowered after all. So the lowering thread finally waits for all copies
//! ([`Event::CopiesAwaited`]).
//!
//! # Failure
//! After the first failure, or [`Event::Abort`], the queue is cleared and only running work continues. If
//! lowering is paused, it resumes as soon as its token is back, so that it notices the end. The end is then
//! [`Ending::Aborted`].

mod cgus;
mod queue;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod work;

use cgus::Cgus;
use queue::{Order, Queue};
pub use work::{CguId, Command, Cost, Destiny, Ending, Event, Work, WorkerId};

/// Limits of threads and queued work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The maximum number of threads that work at once, lowering included; at least 1. With 1, no token is
    /// ever requested.
    pub threads: usize,
    /// The queued cost at which lowering pauses; at least 1. The item that reaches it is still queued.
    pub queue_cost: Cost,
}

/// Whether the lowering thread will still need its token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LoweringState {
    Ongoing,
    Done,
}

/// The state of the compilation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Progress {
    /// Functions are being lowered.
    Lowering,
    /// Everything is lowered, and workers finish the rest.
    Draining,
    /// No new work is started.
    Aborting,
    /// [`Command::Finish`] was given.
    Ended,
}

/// Who uses the implicit token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Implicit {
    /// The lowering thread, which runs.
    Lowering,
    /// A worker. The lowering thread is paused or done.
    Lent,
    /// No one. The lowering thread is paused or done.
    Returned,
}

/// The state machine (see the module documentation).
pub struct Scheduler {
    limits: Limits,
    progress: Progress,
    lowering: LoweringState,
    implicit: Implicit,
    /// The number of acquired tokens that were not released.
    held: usize,
    /// The number of requested tokens that have not arrived.
    requested: usize,
    /// The idle worker that keeps its token.
    keeper: Option<WorkerId>,
    /// The number of copies that are queued or running.
    copies: usize,
    /// Whether the lowering thread waits for the copies.
    awaits_copies: bool,
    workers: Workers,
    queue: Queue,
    cgus: Cgus,
}

/// The workers and their work.
#[derive(Default)]
struct Workers {
    /// The work of each worker, by number.
    busy: Vec<Option<Work>>,
    /// Idle workers. The one that was busy last is on top, since its thread and caches are warm.
    free: Vec<WorkerId>,
    running: usize,
}

impl Workers {
    fn start(&mut self, work: Work) -> WorkerId {
        let worker = self.free.pop().unwrap_or_else(|| {
            self.busy.push(None);
            WorkerId::from_u32(self.busy.len() as u32 - 1)
        });
        self.busy[worker.as_u32() as usize] = Some(work);
        self.running += 1;
        worker
    }

    /// Frees the worker and returns the work that it did.
    fn end(&mut self, worker: WorkerId) -> Work {
        self.running -= 1;
        self.free.push(worker);
        self.busy[worker.as_u32() as usize].take().expect("a worker that ends was started")
    }
}

impl Scheduler {
    pub fn new(limits: Limits) -> Scheduler {
        let limits = Limits { threads: limits.threads.max(1), queue_cost: limits.queue_cost.max(Cost(1)) };
        Scheduler {
            limits,
            progress: Progress::Lowering,
            lowering: LoweringState::Ongoing,
            implicit: Implicit::Lowering,
            held: 0,
            requested: 0,
            keeper: None,
            copies: 0,
            awaits_copies: false,
            workers: Workers::default(),
            queue: Queue::default(),
            cgus: Cgus::default(),
        }
    }

    /// Updates the state for `event`, and appends the commands that follow from it.
    ///
    /// # Panics
    ///
    /// If a worker ends that was not started, or a batch or seal is for a CGU that was not opened.
    pub fn handle(&mut self, event: Event, commands: &mut Vec<Command>) {
        let ended = match event {
            Event::WorkDone { worker } => Some(worker),
            _ => None,
        };
        self.notice(event);
        match self.progress {
            Progress::Lowering => self.settle_lowering(commands),
            Progress::Draining => self.settle_draining(commands),
            Progress::Aborting => self.settle_aborting(commands),
            Progress::Ended => {}
        }
        self.settle_keeper(ended, commands);
        self.settle_tokens(commands);
        self.settle_end(commands);
    }

    /// Returns the number of busy workers.
    pub fn running(&self) -> usize {
        self.workers.running
    }

    /// Returns the number of requested tokens that have not arrived.
    #[cfg(test)]
    pub fn requested_tokens(&self) -> usize {
        self.requested
    }

    /// Returns the total cost of the queued work.
    pub fn queued_cost(&self) -> u128 {
        self.queue.total()
    }

    /// Returns the number of queued pieces of work.
    #[cfg(test)]
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    fn notice(&mut self, event: Event) {
        match event {
            Event::TokenAcquired => {
                self.requested -= 1;
                self.held += 1;
                self.return_implicit();
            }
            Event::TokenFailed => {
                self.requested -= 1;
                self.abort();
            }
            Event::CguOpened => {
                self.cgus.open();
            }
            Event::BatchLowered { cgu, cost } => {
                let batch = self.cgus.add_batch(cgu);
                self.enqueue(Work::Batch { cgu, batch }, cost);
            }
            Event::CguSealed { cgu, destiny } => {
                let ready = self.cgus.seal(cgu, destiny);
                self.enqueue_ready(ready);
            }
            Event::CguUnchanged { cgu, cost } => {
                self.copies += 1;
                self.enqueue(Work::CopyCgu { cgu }, cost);
            }
            Event::WorkDone { worker } => self.work_done(worker),
            Event::Combined { worker, batches, finish } => self.combined(worker, &batches, finish),
            Event::WorkFailed { worker } => {
                self.end_worker(worker);
                self.abort();
            }
            Event::GraceEnded { worker } => {
                self.keeper = self.keeper.filter(|keeper| *keeper != worker);
            }
            Event::CopiesAwaited => self.awaits_copies = true,
            Event::LoweringDone => self.lowering_done(),
            Event::Abort => self.abort(),
        }
    }

    fn enqueue(&mut self, work: Work, cost: Cost) {
        if matches!(self.progress, Progress::Lowering | Progress::Draining) {
            self.queue.push(work, cost.max(Cost(1)));
        }
    }

    fn enqueue_ready(&mut self, ready: Option<cgus::Ready>) {
        if let Some(cgus::Ready { cgu, cost }) = ready {
            self.enqueue(Work::FinishCgu { cgu }, cost);
        }
    }

    fn work_done(&mut self, worker: WorkerId) {
        match self.end_worker(worker) {
            Work::Batch { cgu, .. } => {
                let ready = self.cgus.batch_done(cgu);
                self.enqueue_ready(ready);
            }
            Work::CopyCgu { .. } => self.copies -= 1,
            Work::Combine | Work::FinishCgu { .. } => {}
        }
    }

    fn combined(&mut self, worker: WorkerId, batches: &[Cost], finish: Cost) {
        self.end_worker(worker);
        let cgu = self.cgus.open();
        for &cost in batches {
            let batch = self.cgus.add_batch(cgu);
            self.enqueue(Work::Batch { cgu, batch }, cost);
        }
        let ready = self.cgus.seal(cgu, Destiny::Finish(finish));
        self.enqueue_ready(ready);
    }

    fn end_worker(&mut self, worker: WorkerId) -> Work {
        self.return_implicit();
        self.workers.end(worker)
    }

    /// Takes the lent token back, because a worker ended or another token arrived.
    fn return_implicit(&mut self) {
        if self.implicit == Implicit::Lent {
            self.implicit = Implicit::Returned;
        }
    }

    fn lowering_done(&mut self) {
        self.lowering = LoweringState::Done;
        if self.implicit == Implicit::Lowering {
            self.implicit = Implicit::Returned;
        }
        if self.progress == Progress::Lowering {
            self.progress = Progress::Draining;
            if self.cgus.take_combined() > 0 {
                self.enqueue(Work::Combine, Cost::MAX);
            }
        }
    }

    fn abort(&mut self) {
        if self.progress != Progress::Ended {
            self.progress = Progress::Aborting;
            self.queue.clear();
        }
    }

    /// Returns the number of workers that run on acquired tokens.
    fn running_on_held(&self) -> usize {
        self.workers.running - usize::from(self.implicit == Implicit::Lent)
    }

    fn start_next(&mut self, commands: &mut Vec<Command>) {
        // During lowering, the order hardly affects the end, since little is queued when lowering ends. But
        // if expensive work came first, cheap work would wait, and unfinished CGUs would keep their compiled
        // functions in memory.
        let order = match self.progress {
            Progress::Lowering => Order::OldestCgu,
            Progress::Draining | Progress::Aborting | Progress::Ended => Order::MostExpensive,
        };
        if let Some(work) = self.queue.pop(order) {
            let worker = self.workers.start(work);
            commands.push(Command::Start { worker, work });
        }
    }

    fn start_on_held(&mut self, commands: &mut Vec<Command>) {
        while !self.queue.is_empty() && self.running_on_held() < self.held {
            self.start_next(commands);
        }
    }

    /// Starts the next piece of work on the implicit token.
    fn lend(&mut self, commands: &mut Vec<Command>) {
        self.start_next(commands);
        self.implicit = Implicit::Lent;
    }

    fn settle_lowering(&mut self, commands: &mut Vec<Command>) {
        self.start_on_held(commands);
        self.awaits_copies &= self.copies > 0;
        let is_full = self.queue.holds_at_least(self.limits.queue_cost);
        if self.implicit == Implicit::Lowering && (is_full || self.awaits_copies) {
            commands.push(Command::PauseLowering);
            self.implicit = Implicit::Returned;
        }
        if self.implicit == Implicit::Returned {
            let resume_below = Cost(self.limits.queue_cost.0.div_ceil(2));
            let is_needed = self.queue.holds_at_least(resume_below);
            if is_needed || (self.awaits_copies && !self.queue.is_empty()) {
                self.lend(commands);
            } else if self.awaits_copies {
                // It replaces the token of a running copy.
                self.implicit = Implicit::Lent;
            } else {
                commands.push(Command::ResumeLowering);
                self.implicit = Implicit::Lowering;
            }
        }
    }

    fn settle_draining(&mut self, commands: &mut Vec<Command>) {
        if self.implicit == Implicit::Returned {
            if !self.queue.is_empty() {
                self.lend(commands);
            } else if self.workers.running > 0 {
                // It replaces the token of a running worker, which is then released.
                self.implicit = Implicit::Lent;
            }
        }
        self.start_on_held(commands);
    }

    /// Like [`Scheduler::settle_draining`], but starts nothing. A paused lowering thread resumes as soon as
    /// its token is back, so that it notices the end.
    fn settle_aborting(&mut self, commands: &mut Vec<Command>) {
        if self.implicit == Implicit::Returned {
            if self.lowering == LoweringState::Ongoing {
                commands.push(Command::ResumeLowering);
                self.implicit = Implicit::Lowering;
            } else if self.workers.running > 0 {
                self.implicit = Implicit::Lent;
            }
        }
    }

    /// Decides which idle worker keeps its token. `ended` is the worker that has just ended.
    fn settle_keeper(&mut self, ended: Option<WorkerId>, commands: &mut Vec<Command>) {
        let lowers = self.progress == Progress::Lowering && self.implicit == Implicit::Lowering;
        if !lowers || self.held <= self.running_on_held() {
            self.keeper = None;
        } else if let (None, Some(worker)) = (self.keeper, ended) {
            self.keeper = Some(worker);
            commands.push(Command::KeepToken { worker });
        }
    }

    fn settle_tokens(&mut self, commands: &mut Vec<Command>) {
        while self.held > self.running_on_held() + usize::from(self.keeper.is_some()) {
            self.held -= 1;
            commands.push(Command::ReleaseToken);
        }
        // While its own token is lent, lowering can use another one.
        let lowering_waits = self.progress == Progress::Lowering && self.implicit == Implicit::Lent;
        let useful = self.held + self.queue.len() + usize::from(lowering_waits);
        let useful = useful.min(self.limits.threads - 1);
        while self.held + self.requested < useful {
            self.requested += 1;
            commands.push(Command::RequestToken);
        }
    }

    fn settle_end(&mut self, commands: &mut Vec<Command>) {
        let ending = match self.progress {
            Progress::Draining => Ending::Completed,
            Progress::Aborting => Ending::Aborted,
            Progress::Lowering | Progress::Ended => return,
        };
        if self.workers.running == 0 && self.queue.is_empty() {
            self.progress = Progress::Ended;
            commands.push(Command::Finish(ending));
        }
    }
}

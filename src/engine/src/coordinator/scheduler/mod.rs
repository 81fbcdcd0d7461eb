//! Who works on what and when: a pure state machine, without threads, clocks or the jobserver.
//!
//! [`Scheduler::handle`] takes one [`Event`] and appends [`Command`]s, in this order of work:
//! 1. the event changes the CGUs, the queue and the counts of workers and tokens;
//! 2. work is started on free workers: while functions are lowered that of the oldest CGU, then the most
//!    expensive;
//! 3. the implicit token goes where it is of use (below);
//! 4. tokens without a worker are released, tokens for waiting work are requested;
//! 5. the end is announced when nothing is left.
//!
//! # Tokens
//! A process owns one *implicit* token. While functions are lowered, lowering uses it. When the queue holds
//! more than [`Limits::queue_cost`], lowering pauses and the token is lent: one more worker runs. As soon as
//! *any* worker ends, the token counts as returned, and is either lent again (the queue is still more than
//! half full) or lowering goes on. A token which arrives while the implicit one is lent takes over its worker
//! in the same way. After the last function the token is lent for good, and takes over a worker with a token
//! of its own when no work waits.
//!
//! Workers are not tied to tokens: the invariant is `running <= held + lent`.
//!
//! When lowering is slower than the workers, every batch would ask for a token and give it back: a round trip
//! through a pipe each time. So while functions are lowered, one token stays for a moment when its worker
//! finds no more work ([`Command::KeepToken`]); one only, and not for long, since others may be waiting for
//! it.
//!
//! # Unchanged units
//! Their files are copied, and looked at first. What cannot be used has to be lowered, so the lowering thread
//! waits for all copies at the end ([`Event::CopiesAwaited`]), its token lent as with a full queue.
//!
//! # Failure
//! After the first failure, or [`Event::Abort`], the queue is thrown away and running work is waited for.
//! Lowering, if it was paused, continues as soon as its token is back: it has to notice the end. Finish then
//! says [`Ending::Aborted`].

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

/// How much may go on at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Most threads that work at once, lowering included; at least 1. With 1, no token is ever requested.
    pub threads: usize,
    /// Queued cost at which lowering pauses; at least 1. One item more may come on top.
    pub queue_cost: Cost,
}

/// Whether the lowering thread will still need its token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LoweringState {
    Ongoing,
    Done,
}

/// What is done with work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Progress {
    /// Functions are still lowered.
    Lowering,
    /// Everything is lowered; workers are still busy.
    Draining,
    /// No work is started any more.
    Aborting,
    /// [`Command::Finish`] was given.
    Ended,
}

/// Who uses the implicit token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Implicit {
    /// The lowering thread, which runs.
    Lowering,
    /// A worker; the lowering thread is paused or done.
    Lent,
    /// No one; the lowering thread is paused or done.
    Returned,
}

/// The state machine; see the module.
pub struct Scheduler {
    limits: Limits,
    progress: Progress,
    lowering: LoweringState,
    implicit: Implicit,
    /// Acquired tokens that were not released.
    held: usize,
    /// Tokens asked for that have not arrived.
    requested: usize,
    /// The worker that keeps its token although it has ended.
    keeper: Option<WorkerId>,
    /// Copies that are queued or under way.
    copies: usize,
    /// Whether the lowering thread waits for them.
    awaits_copies: bool,
    workers: Workers,
    queue: Queue,
    cgus: Cgus,
}

/// The workers that are busy.
#[derive(Default)]
struct Workers {
    /// What each worker does, by number.
    busy: Vec<Option<Work>>,
    /// Idle workers; the one that was busy last is on top (its thread and its caches are warm).
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

    /// What the worker was doing; it is free now.
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

    /// Takes notice of `event` and appends what is to be done to `commands`.
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

    /// The number of workers that are busy.
    pub fn running(&self) -> usize {
        self.workers.running
    }

    /// Tokens that were asked for and have not arrived.
    #[cfg(test)]
    pub fn requested_tokens(&self) -> usize {
        self.requested
    }

    /// The sum of the costs of all work that waits for a worker.
    pub fn queued_cost(&self) -> u128 {
        self.queue.total()
    }

    /// The number of pieces of work that wait for a worker.
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

    /// The lent token comes back: a worker ended, or another token takes its worker over.
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

    /// Workers that run on an acquired token.
    fn running_on_held(&self) -> usize {
        self.workers.running - usize::from(self.implicit == Implicit::Lent)
    }

    fn start_next(&mut self, commands: &mut Vec<Command>) {
        // What is left when lowering ends is small, so that the order up to there does not move the end; but
        // cheap work that always waited would keep every CGU, with all that was compiled of it, in memory
        // until then.
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

    /// Lends the implicit token to the next piece of work.
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
                // Takes over the running worker that copies.
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
                // Takes over a running worker, whose own token becomes superfluous.
                self.implicit = Implicit::Lent;
            }
        }
        self.start_on_held(commands);
    }

    /// Like draining, but nothing is started; a paused lowering thread continues as soon as it has its token
    /// back, to notice the end.
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

    /// Decides who keeps a token without work; `ended` is the worker that has just ended.
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
        // Lowering waits for a token, too, while its own is lent.
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

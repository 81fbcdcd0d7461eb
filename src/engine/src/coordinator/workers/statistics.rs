//! What happened in a compilation, in numbers, for `print_statistics`. They depend on timing, unlike the
//! results.

use crate::coordinator::scheduler::{Command, Scheduler};

/// Updated with every event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Pieces of work that were started: batches, CGUs, copies.
    pub started: usize,
    /// How often lowering had to pause because the queue was full.
    pub pauses: usize,
    /// Most workers that were busy at once.
    pub most_workers: usize,
    /// The most that waited for a worker at once, in CLIF instructions.
    pub peak_queue_cost: u128,
    /// Tokens asked for.
    pub requested_tokens: usize,
}

impl Statistics {
    pub(super) fn notice(&mut self, scheduler: &Scheduler, commands: &[Command]) {
        for command in commands {
            match command {
                Command::Start { .. } => self.started += 1,
                Command::PauseLowering => self.pauses += 1,
                Command::RequestToken => self.requested_tokens += 1,
                Command::KeepToken { .. }
                | Command::ReleaseToken
                | Command::ResumeLowering
                | Command::Finish(_) => {}
            }
        }
        self.most_workers = self.most_workers.max(scheduler.running());
        self.peak_queue_cost = self.peak_queue_cost.max(scheduler.queued_cost());
    }
}

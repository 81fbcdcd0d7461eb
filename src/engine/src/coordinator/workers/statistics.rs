//! Statistics of a compilation, for `print_statistics`. Unlike the results, they depend on timing.

use crate::coordinator::scheduler::{Command, Scheduler};

/// Statistics of the scheduler.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// The number of pieces of work: batches, CGUs, copies.
    pub started: usize,
    /// How often lowering paused, because the queue was full or to wait for copies.
    pub pauses: usize,
    /// The maximum number of workers that were busy at once.
    pub most_workers: usize,
    /// The maximum of queued work, in CLIF instructions.
    pub peak_queue_cost: u128,
    /// The number of requested tokens.
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

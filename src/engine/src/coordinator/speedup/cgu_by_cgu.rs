//! Another policy, for comparison: a whole CGU is one piece of work, and lowering pauses when about one CGU
//! waits for every four workers.
//!
//! rustc's own coordinator does this. Here is only the part of it that the simulation needs.

use std::collections::BTreeSet;

use crate::coordinator::scheduler::{Command, Cost, Ending, Event, Work, WorkerId};

use super::Policy;

/// The state of the main thread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Main {
    /// It waits for a decision, and no one uses its token.
    Idle,
    Lowering,
    /// A worker uses its token.
    Lending,
}

pub(super) struct CguByCgu {
    queue: BTreeSet<(Cost, Work)>,
    main: Main,
    /// Whether everything is lowered.
    complete: Completeness,
    held: usize,
    running_on_held: usize,
    free: Vec<WorkerId>,
    workers: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Completeness {
    MoreCgus,
    AllCgus,
}

impl CguByCgu {
    pub(super) fn new() -> Self {
        CguByCgu {
            queue: BTreeSet::new(),
            main: Main::Lowering,
            complete: Completeness::MoreCgus,
            held: 0,
            running_on_held: 0,
            free: Vec::new(),
            workers: 0,
        }
    }

    fn start(&mut self, commands: &mut Vec<Command>) {
        let Some((_, work)) = self.queue.pop_last() else { return };
        let worker = self.free.pop().unwrap_or_else(|| {
            self.workers += 1;
            WorkerId::from_u32(self.workers - 1)
        });
        commands.push(Command::Start { worker, work });
    }

    fn queue_is_full(&self) -> bool {
        let soon = (self.held - self.running_on_held).min(self.queue.len());
        let workers = self.running_on_held + soon + 1;
        !self.queue.is_empty() && self.queue.len() >= workers - 3 * workers / 4
    }

    fn decide_for_main(&mut self, commands: &mut Vec<Command>) {
        if self.main != Main::Idle {
            return;
        }
        match self.complete {
            Completeness::MoreCgus if !self.queue_is_full() => {
                self.main = Main::Lowering;
                commands.push(Command::ResumeLowering);
            }
            Completeness::AllCgus if self.queue.is_empty() => {
                if self.running_on_held > 0 {
                    self.running_on_held -= 1;
                    self.main = Main::Lending;
                }
            }
            _ => {
                self.main = Main::Lending;
                self.start(commands);
            }
        }
    }
}

impl Policy for CguByCgu {
    fn handle(&mut self, event: Event, commands: &mut Vec<Command>) {
        match event {
            Event::BatchLowered { cgu, cost } => {
                self.queue.insert((cost, Work::Batch { cgu, batch: 0 }));
                commands.extend([Command::RequestToken, Command::PauseLowering]);
                self.main = Main::Idle;
            }
            Event::TokenAcquired => {
                self.held += 1;
                if self.main == Main::Lending {
                    self.main = Main::Idle;
                    self.running_on_held += 1;
                }
            }
            Event::WorkDone { worker } => {
                self.free.push(worker);
                if self.main == Main::Lending {
                    self.main = Main::Idle;
                } else {
                    self.running_on_held -= 1;
                }
            }
            Event::LoweringDone => {
                self.complete = Completeness::AllCgus;
                self.main = Main::Idle;
            }
            // A CGU is sealed with its batch. Failures are not simulated.
            _ => return,
        }
        self.decide_for_main(commands);
        while !self.queue.is_empty() && self.running_on_held < self.held {
            self.start(commands);
            self.running_on_held += 1;
        }
        commands.extend((self.running_on_held..self.held).map(|_| Command::ReleaseToken));
        self.held = self.running_on_held;
        if self.complete == Completeness::AllCgus && self.held == 0 && self.main == Main::Idle {
            commands.push(Command::Finish(Ending::Completed));
        }
    }
}

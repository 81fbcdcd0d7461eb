//! The scheduler's data types: CGUs, workers, costs, work, events and commands.

use cranelift_codegen::entity::entity_impl;

/// A CGU. The numbers are in the order in which CGUs were opened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CguId(u32);
entity_impl!(CguId, "cgu");

/// A worker, which does one piece of work at a time. Its number is reused when it is free.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkerId(u32);
entity_impl!(WorkerId, "worker");

/// The estimated time of a piece of work, in CLIF instructions. It affects the order of work and when
/// lowering pauses, but never the results.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Cost(pub u64);

impl Cost {
    pub const ZERO: Cost = Cost(0);
    /// More expensive than all other work.
    pub const MAX: Cost = Cost(u64::MAX);

    pub fn plus(self, other: Cost) -> Cost {
        Cost(self.0.saturating_add(other.0))
    }
}

/// One piece of work for one worker. If costs are equal, this order decides.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Work {
    /// Combine all kept CGUs into one.
    Combine,
    /// Compile the functions of a batch. The batches of a CGU count from 0, in the order of lowering.
    Batch { cgu: CguId, batch: u32 },
    /// Write the object of a CGU whose functions are all compiled.
    FinishCgu { cgu: CguId },
    /// CGU reuse: copy the work products of an unchanged CGU from the incremental cache.
    CopyCgu { cgu: CguId },
}

impl Work {
    /// Returns the CGU of this work; `None` if it is about several.
    pub(super) fn cgu(self) -> Option<CguId> {
        match self {
            Work::Combine => None,
            Work::Batch { cgu, .. } | Work::FinishCgu { cgu } | Work::CopyCgu { cgu } => Some(cgu),
        }
    }
}

/// What to do with a sealed CGU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destiny {
    /// Finish it when its last batch is compiled. Finishing has this cost.
    Finish(Cost),
    /// Keep its functions as CLIF until lowering is done, then combine it with other CGUs.
    Combine,
}

/// Something that happened ([`super::Scheduler::handle`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A requested token arrived.
    TokenAcquired,
    /// A requested token cannot be acquired. The compilation fails.
    TokenFailed,
    /// The next CGU was opened. CGUs are numbered in the order of these events.
    CguOpened,
    /// A batch of functions of an open CGU was lowered.
    BatchLowered { cgu: CguId, cost: Cost },
    /// The last function of the CGU was lowered.
    CguSealed { cgu: CguId, destiny: Destiny },
    /// The CGU, which is open and has no batches, is unchanged. Its work products are to be copied.
    CguUnchanged { cgu: CguId, cost: Cost },
    /// The worker finished its work.
    WorkDone { worker: WorkerId },
    /// The worker finished [`Work::Combine`]. This event opens and seals the combined CGU, which has these
    /// batches.
    Combined { worker: WorkerId, batches: Vec<Cost>, finish: Cost },
    /// The worker failed. The compilation fails.
    WorkFailed { worker: WorkerId },
    /// The worker has kept its token long enough. Without effect if it is working again.
    GraceEnded { worker: WorkerId },
    /// The lowering thread waits until all unchanged CGUs are copied.
    CopiesAwaited,
    /// All CGUs are sealed, and the lowering thread no longer needs its token.
    LoweringDone,
    /// The results are not needed.
    Abort,
}

/// Something to do. Commands must be executed in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Request one token. [`Event::TokenAcquired`] or [`Event::TokenFailed`] follows at any time.
    RequestToken,
    /// Release one of the acquired tokens.
    ReleaseToken,
    /// Let the idle worker keep its token for a moment, since more work will come soon. [`Event::GraceEnded`]
    /// follows.
    KeepToken { worker: WorkerId },
    /// Start this work on this worker, which is idle.
    Start { worker: WorkerId, work: Work },
    /// Pause the lowering thread. Its token is lent.
    PauseLowering,
    /// Resume the lowering thread. It has its token back.
    ResumeLowering,
    /// All work has ended. This command comes once. Afterwards, only tokens can arrive that were already
    /// requested.
    Finish(Ending),
}

/// How the compilation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// All work was done.
    Completed,
    /// A failure or [`Event::Abort`] came first.
    Aborted,
}

//! The names of things that the scheduler moves around: costs, CGUs, work, workers.

use cranelift_codegen::entity::entity_impl;

/// A CGU, numbered in the order in which CGUs were opened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CguId(u32);
entity_impl!(CguId, "unit");

/// A worker: one thread at most at any time. Numbers are reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkerId(u32);
entity_impl!(WorkerId, "worker");

/// An estimate of the time which a piece of work takes, in CLIF instructions. It decides about order and
/// about the fill of the queue, never about results.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Cost(pub u64);

impl Cost {
    pub const ZERO: Cost = Cost(0);
    /// Before everything else.
    pub const MAX: Cost = Cost(u64::MAX);

    pub fn plus(self, other: Cost) -> Cost {
        Cost(self.0.saturating_add(other.0))
    }
}

/// One piece of work for one worker. The order is the tie break between equal costs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Work {
    /// Make one CGU out of all CGUs which are to be combined.
    Combine,
    /// Compile the functions of a batch; batches of a CGU are numbered from 0 in the order of lowering.
    Batch { cgu: CguId, batch: u32 },
    /// Write the object of a CGU all of whose functions are compiled.
    FinishCgu { cgu: CguId },
    /// Copy the files of an unchanged CGU from the incremental cache.
    CopyCgu { cgu: CguId },
}

impl Work {
    /// The CGU that it is about, if it is about one.
    pub(super) fn cgu(self) -> Option<CguId> {
        match self {
            Work::Combine => None,
            Work::Batch { cgu, .. } | Work::FinishCgu { cgu } | Work::CopyCgu { cgu } => Some(cgu),
        }
    }
}

/// What becomes of the functions of a sealed CGU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destiny {
    /// They were compiled batch by batch; the CGU is finished once the last one is back. The cost is the one
    /// of finishing.
    Finish(Cost),
    /// They are kept as CLIF until lowering is done, and combined with those of other CGUs.
    Combine,
}

/// What happened. See [`super::Scheduler::handle`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A token that was asked for is there.
    TokenAcquired,
    /// A token that was asked for cannot be had; fatal.
    TokenFailed,
    /// The next CGU; CGUs are numbered in the order of these events.
    CguOpened,
    /// A batch of functions of an open CGU was lowered.
    BatchLowered { cgu: CguId, cost: Cost },
    /// The last function of the CGU was lowered.
    CguSealed { cgu: CguId, destiny: Destiny },
    /// The CGU (opened, without batches) is unchanged: its files are copied.
    CguUnchanged { cgu: CguId, cost: Cost },
    /// The worker did what it was started for.
    WorkDone { worker: WorkerId },
    /// The worker did [`Work::Combine`]: the result is a new CGU of these batches, opened and sealed by this
    /// event.
    Combined { worker: WorkerId, batches: Vec<Cost>, finish: Cost },
    /// The worker failed; no more work is started.
    WorkFailed { worker: WorkerId },
    /// The worker that was told to keep its token has waited long enough. Without effect if it works again.
    GraceEnded { worker: WorkerId },
    /// The lowering thread has to know what became of all unchanged CGUs before it continues.
    CopiesAwaited,
    /// All CGUs are sealed; the lowering thread needs its token no more.
    LoweringDone,
    /// The results are not wanted any more.
    Abort,
}

/// What is to be done about it, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Ask the jobserver for one token; answered by [`Event::TokenAcquired`] or [`Event::TokenFailed`], any
    /// time.
    RequestToken,
    /// Give one of the acquired tokens back.
    ReleaseToken,
    /// The worker has ended, and keeps its token for a moment, for there will be more work soon. Answered by
    /// [`Event::GraceEnded`].
    KeepToken { worker: WorkerId },
    /// Start this work on this worker, which does nothing else now.
    Start { worker: WorkerId, work: Work },
    /// The lowering thread has to wait: its token is lent.
    PauseLowering,
    /// The lowering thread has its token back.
    ResumeLowering,
    /// Everything has ended; comes once. Only tokens that were asked for before can still arrive.
    Finish(Ending),
}

/// How it all ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// All work was done.
    Completed,
    /// A failure or [`Event::Abort`] came first.
    Aborted,
}

//! The settings of a compilation, and the hooks for profilers and tests.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::coordinator::scheduler::Cost;
use crate::phases::Phase;

use super::tokens::TokenSource;

/// How long an idle worker keeps its token during lowering. This is a little longer than the lowering of a
/// batch (1.4 to 1.8 ms in the recorded workloads). A third of the batches then request a token; with 1 ms,
/// half of them do. Other processes wait at most 2 ms longer, for one token.
pub const GRACE: Duration = Duration::from_millis(2);

/// The settings of a compilation. `Config::default()` is parallel and has no jobserver.
pub struct Config {
    /// The source of tokens other than the implicit one. Without a source, only `max_threads` is a limit.
    pub tokens: Option<Box<dyn TokenSource>>,
    /// Whether to start worker threads. If not, the thread that calls `submit`, `finish` and `join` does all
    /// work.
    pub parallel: bool,
    /// The maximum number of threads that work at once, the lowering thread included. The default is the
    /// number of cores.
    pub max_threads: usize,
    /// The stack size of each worker thread in bytes. The default is the usual size of the main thread's
    /// stack, since Cranelift was tuned on that.
    pub stack_size: usize,
    pub batching: Batching,
    pub events: Arc<dyn Events>,
    /// Where to record the cost of each function ([`crate::coordinator::workload`]).
    pub record_workload: Option<PathBuf>,
    /// Where to append the trace of all work ([`super::trace`]).
    pub trace: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            tokens: None,
            parallel: true,
            max_threads: std::thread::available_parallelism().map_or(1, usize::from),
            stack_size: 8 << 20,
            batching: Batching::default(),
            events: Arc::new(SilentEvents),
            record_workload: None,
            trace: None,
        }
    }
}

/// The size of batches and of the queue, in CLIF instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Batching {
    /// The cost at which a batch is submitted. It is high enough to make the submission (some 10 µs)
    /// negligible, and low enough to keep the work after the last function short.
    pub batch_cost: Cost,
    /// The queued cost at which lowering pauses. A CLIF instruction takes 100 to 200 bytes. A longer queue
    /// does not improve the results of the simulation (`coordinator/speedup`, a test).
    pub queue_cost: Cost,
}

impl Default for Batching {
    fn default() -> Self {
        Batching { batch_cost: Cost(1_000), queue_cost: Cost(10_000) }
    }
}

/// The kind of a piece of work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorkKind {
    /// Functions of a CGU are compiled.
    Compile,
    /// The object of a CGU is written.
    Finish,
    /// CGU reuse: the work products of a CGU are copied from the incremental cache.
    Copy,
    /// CGUs are combined.
    Combine,
}

/// A piece of work, as the profiler sees it.
#[derive(Clone, Copy, Debug)]
pub struct WorkLabel<'name> {
    pub kind: WorkKind,
    /// The CGU's name; empty for [`WorkKind::Combine`].
    pub cgu: &'name str,
}

/// A change of a token other than the implicit one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenChange {
    /// The token was acquired.
    Acquired,
    /// The token is about to be released.
    Released,
}

/// Whether the lowering thread uses the implicit token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lowering {
    Works,
    /// The token is lent to the workers.
    Waits,
}

/// Hooks for profilers and tests. They are called on the thread that works. Unless a hook says otherwise, no
/// lock is held.
pub trait Events: Send + Sync + 'static {
    /// A worker thread begins. `name` is also its name for the operating system.
    fn thread_started(&self, name: &str) {
        let _ = name;
    }

    /// Must call `work` exactly once, between its begin and end marks.
    fn around(&self, label: WorkLabel<'_>, work: &mut dyn FnMut()) {
        let _ = label;
        work();
    }

    /// Like [`Events::around`], for a part of a piece of work. Called within that call.
    fn phase(&self, phase: Phase, cgu: &str, work: &mut dyn FnMut()) {
        let _ = (phase, cgu);
        work();
    }

    fn token(&self, change: TokenChange) {
        let _ = change;
    }

    /// Called before the implicit token is lent to a worker, and after it was returned. The state is locked.
    fn lowering(&self, lowering: Lowering) {
        let _ = lowering;
    }
}

/// No hooks.
pub struct SilentEvents;

impl Events for SilentEvents {}

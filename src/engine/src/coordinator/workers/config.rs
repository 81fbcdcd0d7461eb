//! What the caller of [`super::Coordinator::start`] chooses.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::coordinator::scheduler::Cost;
use crate::phases::Phase;

use super::tokens::TokenSource;

/// For how long a worker keeps its token when it finds no more work while functions are lowered: a little
/// longer than the lowering of a batch takes (1.4 to 1.8 ms in the recorded workloads). Then a third of the
/// batches ask for a token (half of them with 1 ms), and others wait 2 ms longer at most, for one token.
pub const GRACE: Duration = Duration::from_millis(2);

/// See each field; `Config::default()` is parallel, without a jobserver.
pub struct Config {
    /// Further tokens; the implicit one is the caller's. Without a source, `max_threads` alone is the limit.
    pub tokens: Option<Box<dyn TokenSource>>,
    /// Off: all work is done on the thread which calls `submit`, `finish` and `join`, and no thread is
    /// started.
    pub parallel: bool,
    /// Most threads at work at once, the lowering thread included: as many as there are cores if not set.
    pub max_threads: usize,
    /// Of each worker thread, in bytes: as large as the main thread's usual one, for Cranelift was tuned on
    /// that.
    pub stack_size: usize,
    pub batching: Batching,
    pub events: Arc<dyn Events>,
    /// Where to write what each function cost, for the simulation (see [`crate::coordinator::workload`]).
    pub record_workload: Option<PathBuf>,
    /// Where to append who works when (see [`super::trace`]).
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

/// How functions are bundled and how many may wait, in CLIF instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Batching {
    /// A batch leaves when its functions cost this much: enough to hide what handing it over costs (some 10
    /// µs), little enough to keep the tail after the last function short.
    pub batch_cost: Cost,
    /// Queued work at which lowering pauses. A CLIF instruction takes 100 to 200 bytes; the table of the
    /// simulation (`coordinator/speedup`, a test) does not get better with more.
    pub queue_cost: Cost,
}

impl Default for Batching {
    fn default() -> Self {
        Batching { batch_cost: Cost(1_000), queue_cost: Cost(10_000) }
    }
}

/// What a piece of work is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorkKind {
    /// Functions of a CGU are compiled.
    Compile,
    /// The object of a CGU is written.
    Finish,
    /// The files of a CGU are copied from the incremental cache.
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

/// What happens to a token that is not the implicit one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenChange {
    /// It is held from now on.
    Acquired,
    /// It is about to be given back.
    Released,
}

/// Whether the thread that lowers uses the implicit token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lowering {
    Works,
    /// The token is the workers'.
    Waits,
}

/// Hooks for profilers and tests. They are called on the thread that works, without any lock held unless they
/// say so.
pub trait Events: Send + Sync + 'static {
    /// A worker thread begins; `name` is its name for the operating system too.
    fn thread_started(&self, name: &str) {
        let _ = name;
    }

    /// Has to call `work` exactly once, between its begin and end marks.
    fn around(&self, label: WorkLabel<'_>, work: &mut dyn FnMut()) {
        let _ = label;
        work();
    }

    /// Like [`Events::around`], for a part of a piece of work; within its call.
    fn phase(&self, phase: Phase, cgu: &str, work: &mut dyn FnMut()) {
        let _ = (phase, cgu);
        work();
    }

    fn token(&self, change: TokenChange) {
        let _ = change;
    }

    /// Called by whoever decides it, with the state locked: before a worker takes the token over, and after
    /// one gave it back.
    fn lowering(&self, lowering: Lowering) {
        let _ = lowering;
    }
}

/// No hooks.
pub struct SilentEvents;

impl Events for SilentEvents {}

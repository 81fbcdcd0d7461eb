//! Runs the threads, channels and tokens for the decisions of [`super::scheduler`].
//!
//! In the order of a compilation:
//! 1. The caller chooses a [`config`], a source of [`tokens`], and an [`executor`], which does the work.
//! 2. The lowering thread has a [`Coordinator`]. It collects functions in batches ([`batching`]), submits
//!    these, and blocks while the queue is full.
//! 3. All threads share one [`state`], protected by a lock. There is no coordinator *thread*: the lowering
//!    thread, the workers and the jobserver's helper thread pass their events to the scheduler themselves.
//! 4. [`worker`] threads compile functions and write objects.
//! 5. After lowering, an [`OngoingCompilation`] waits for the remaining work.
//! 6. The thread that owns the session drains each [`report`]. There are also [`statistics`] and, for tests,
//!    a [`trace`] of all work.

mod batching;
mod cgus;
mod config;
mod executor;
mod ongoing;
mod report;
mod state;
mod statistics;
#[cfg(test)]
mod tests;
mod thread_name;
mod tokens;
mod trace;
mod worker;

use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::scheduler::{CguId, Cost, Destiny, Event, Limits, Scheduler};
use super::workload::{Recorder, Stopwatch};

use batching::LoweringSide;
pub use cgus::{CguPlan, Unusable};
#[cfg(test)]
pub use config::GRACE;
pub use config::{Batching, Config, Events, Lowering, SilentEvents, TokenChange, WorkKind, WorkLabel};
pub use executor::{CombinePart, Copied, Executor};
pub use ongoing::OngoingCompilation;
pub use report::{Failure, Problem, Report, Severity, Stopped};
use state::{Dispatch, Shared, State};
pub use statistics::Statistics;
pub use tokens::{DeliverToken, JobserverTokens, Token, TokenRequests, TokenSource};
pub use worker::{CurrentWork, current_work};

/// Whether to continue lowering.
#[must_use = "after a failure, nothing more should be lowered"]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    Continue,
    /// Stop, because something failed. The reports contain the errors.
    Stop,
}

/// The lowering thread's side of a compilation. Dropping it starts no new work, and waits for running work.
pub struct Coordinator<E: Executor> {
    ongoing: OngoingCompilation<E>,
    lowering: Mutex<LoweringSide<E>>,
}

impl<E: Executor> Coordinator<E> {
    /// Starts a compilation. Tokens are requested as needed, and each worker thread is started when there is
    /// work for it.
    ///
    /// # Errors
    ///
    /// If the token source cannot be started, or the trace file cannot be opened.
    pub fn start(executor: E, config: Config) -> io::Result<Coordinator<E>> {
        let threads = if config.parallel { config.max_threads.max(1) } else { 1 };
        let scheduler = Scheduler::new(Limits { threads, queue_cost: config.batching.queue_cost });
        let dispatch = if config.parallel {
            let stack_size = config.stack_size;
            Dispatch::Threads { inboxes: Vec::new(), threads: Vec::new(), stack_size }
        } else {
            Dispatch::Inline(Default::default())
        };
        let (sender, receiver) = channel();
        let recorder = config.record_workload.map(Recorder::new);
        let stopwatch = recorder.as_ref().map(|_| Stopwatch::start());
        let events = match &config.trace {
            Some(path) => trace::Trace::around(path, config.events)?,
            None => config.events,
        };
        let shared = Arc::new(Shared::new(
            executor,
            events,
            report::Reporter::new(sender),
            recorder,
            config.batching.batch_cost,
            scheduler,
            dispatch,
        ));
        if threads > 1 {
            let source = match config.tokens {
                Some(source) => source,
                None => Box::new(JobserverTokens(jobserver::Client::new(threads - 1)?)),
            };
            let weak = Arc::downgrade(&shared);
            shared.set_requests(source.start(Box::new(move |token| Shared::deliver(&weak, token)))?);
        }
        Ok(Coordinator {
            ongoing: OngoingCompilation::new(shared, report::Inlet::new(receiver)),
            lowering: Mutex::new(LoweringSide::new(stopwatch)),
        })
    }

    /// Opens a CGU. Several may be open at the same time. Their outcomes are in the order of opening.
    pub fn open_cgu(&self, cgu: E::Cgu, plan: CguPlan) -> CguId {
        let id = self.update(|shared, state| {
            let id = state.cgus.open(Arc::new(cgu), plan);
            shared.handle(state, Event::CguOpened);
            id
        });
        let mut lowering = self.lowering();
        if let (0, Some(stopwatch)) = (id.as_u32(), &mut lowering.stopwatch) {
            // The time before the first CGU is not part of lowering.
            stopwatch.lap();
        }
        lowering.open(id);
        id
    }

    /// Submits a lowered function, in a batch with others. Blocks while the queue is full, and lends the
    /// implicit token to a worker meanwhile.
    ///
    /// # Panics
    ///
    /// If the CGU is sealed.
    pub fn submit(&self, cgu: CguId, function: E::Function) -> Flow {
        let shared = &self.ongoing.shared;
        let cost = shared.executor.function_cost(&function).max(Cost(1));
        let mut lowering = self.lowering();
        if let (Some(recorder), Some(stopwatch)) = (&shared.recorder, &mut lowering.stopwatch) {
            recorder.lowered(cgu, &shared.executor.function_name(&function), stopwatch.lap(), cost);
        }
        if let Some((functions, cost)) = lowering.push(cgu, function, cost, shared.batch_cost) {
            self.hand_over(cgu, functions, cost);
            self.wait_for_room(&mut lowering);
        }
        self.flow()
    }

    /// Seals a CGU, after its last function. `sealed` is the rest of the CGU.
    ///
    /// # Panics
    ///
    /// If the CGU is already sealed.
    pub fn seal(&self, cgu: CguId, sealed: E::Sealed) -> Flow {
        let mut lowering = self.lowering();
        if let Some((functions, cost)) = lowering.close(cgu) {
            self.hand_over(cgu, functions, cost);
        }
        self.update(|shared, state| {
            let destiny = match state.cgus.plan(cgu) {
                CguPlan::Combine => Destiny::Combine,
                CguPlan::Compile => {
                    Destiny::Finish(shared.executor.finish_cost(&sealed, state.cgus.cost(cgu)))
                }
            };
            state.cgus.seal(cgu, sealed);
            shared.handle(state, Event::CguSealed { cgu, destiny });
        });
        self.wait_for_room(&mut lowering);
        self.flow()
    }

    /// Reuses an unchanged CGU: a worker copies its work products from the incremental cache. `cost` should
    /// be small compared with compiling. [`Coordinator::await_copies`] returns whether that failed.
    pub fn copy_cgu(&self, cgu: E::Cgu, cached: E::Cached, cost: Cost) -> Flow {
        self.update(|shared, state| {
            let cgu = state.cgus.open(Arc::new(cgu), CguPlan::Compile);
            shared.handle(state, Event::CguOpened);
            state.cgus.set_cached(cgu, cached);
            shared.handle(state, Event::CguUnchanged { cgu, cost });
        });
        self.wait_for_room(&mut self.lowering());
        self.flow()
    }

    /// Waits until all unchanged CGUs are copied, and lends the implicit token meanwhile. Returns the CGUs
    /// that cannot be reused, in the order in which they were opened. They have no outcome: the caller must
    /// open and lower them like changed CGUs.
    pub fn await_copies(&self) -> Vec<Unusable> {
        self.update(|shared, state| shared.handle(state, Event::CopiesAwaited));
        self.wait_for_room(&mut self.lowering());
        self.update(|shared, state| state.cgus.take_unusable(&shared.executor))
    }

    /// Passes the reports so far to `sink`, without waiting.
    pub fn drain_reports(&self, sink: &mut dyn FnMut(Report)) {
        self.ongoing.drain_reports(sink);
    }

    /// Ends lowering. The calling thread keeps its token until [`OngoingCompilation::join`], since the
    /// compiler still has a lot to clean up before that. If a CGU is not sealed, lowering was given up, and
    /// the compilation is aborted.
    pub fn finish(self) -> OngoingCompilation<E> {
        let lowering = self.lowering.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !lowering.is_complete() {
            self.ongoing.shared.update(|shared, state| shared.handle(state, Event::Abort));
        }
        self.ongoing
    }

    /// Returns the executor.
    pub fn executor(&self) -> &E {
        &self.ongoing.shared.executor
    }

    fn lowering(&self) -> MutexGuard<'_, LoweringSide<E>> {
        self.lowering.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update<T>(&self, change: impl FnOnce(&Arc<Shared<E>>, &mut State<E>) -> T) -> T {
        self.ongoing.shared.update(change)
    }

    fn hand_over(&self, cgu: CguId, functions: Vec<E::Function>, cost: Cost) {
        self.update(|shared, state| {
            state.cgus.add_batch(cgu, functions, cost);
            if state.cgus.plan(cgu) == CguPlan::Compile {
                shared.handle(state, Event::BatchLowered { cgu, cost });
            }
        });
    }

    /// Waits until lowering may continue. Without threads, does the queued work instead.
    fn wait_for_room(&self, lowering: &mut LoweringSide<E>) {
        self.ongoing.run_inline(&mut lowering.inline_scratch);
        self.ongoing.shared.wait_at_gate();
        if let Some(stopwatch) = &mut lowering.stopwatch {
            stopwatch.lap();
        }
    }

    fn flow(&self) -> Flow {
        if self.ongoing.shared.stopping.load(Ordering::Relaxed) { Flow::Stop } else { Flow::Continue }
    }
}

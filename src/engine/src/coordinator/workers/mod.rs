//! The threads, channels and tokens around [`super::scheduler`].
//!
//! In the order in which a compilation meets them:
//! 1. [`config`]: what the caller chooses; [`tokens`]: where tokens come from; [`executor`]: what workers do;
//! 2. [`Coordinator`]: the lowering thread's end. It bundles functions ([`batching`]), hands them over, and blocks
//!    while the queue is full;
//! 3. [`state`]: what everybody shares behind one lock; there is no coordinator *thread*: whoever brings news (the
//!    lowering thread, a worker, the jobserver's helper) moves the scheduler on;
//! 4. [`worker`]: the threads that compile and write;
//! 5. [`OngoingCompilation`]: what remains to be waited for once lowering is done;
//! 6. [`report`]: what the user is told, drained on the thread that owns the session; [`statistics`]; [`trace`]: who
//!    worked when, for tests.

mod batching;
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
mod units;
mod worker;

use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::scheduler::{Cost, Destiny, Event, Limits, Scheduler, UnitId};
use super::workload::{Recorder, Stopwatch};

use batching::LoweringSide;
#[cfg(test)]
pub use config::GRACE;
pub use config::{Batching, Config, Events, Lowering, SilentEvents, TokenChange, WorkKind, WorkLabel};
pub use executor::{CombinePart, Copied, Executor};
pub use ongoing::OngoingCompilation;
pub use report::{Failure, Problem, Report, Severity, Stopped};
use state::{Dispatch, Shared, State};
pub use statistics::Statistics;
pub use tokens::{DeliverToken, JobserverTokens, Token, TokenRequests, TokenSource};
pub use units::{UnitPlan, Unusable};
pub use worker::{CurrentWork, current_work};

/// Whether it is worth while to lower more.
#[must_use = "lowering more than anybody wants is a waste"]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    Continue,
    /// Something failed; the reports say what.
    Stop,
}

/// The lowering thread's end of a compilation. Dropping it starts no new work and waits for running work.
pub struct Coordinator<E: Executor> {
    ongoing: OngoingCompilation<E>,
    lowering: Mutex<LoweringSide<E>>,
}

impl<E: Executor> Coordinator<E> {
    /// Starts to ask for tokens as needed; worker threads are started one by one when there is work for them.
    /// Fails when the token source cannot be set up.
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

    /// Opens a unit. Units may be open at the same time; their outcomes come in the order of opening.
    pub fn open_unit(&self, unit: E::Unit, plan: UnitPlan) -> UnitId {
        let id = self.update(|shared, state| {
            let id = state.units.open(Arc::new(unit), plan);
            shared.handle(state, Event::UnitOpened);
            id
        });
        let mut lowering = self.lowering();
        if let (0, Some(stopwatch)) = (id.as_u32(), &mut lowering.stopwatch) {
            // What came before the first unit is no lowering.
            stopwatch.lap();
        }
        lowering.open(id);
        id
    }

    /// Hands a lowered function over, in a batch with others. Blocks while the queue is full; the implicit token is
    /// lent to a worker meanwhile.
    ///
    /// # Panics
    /// If the unit is sealed.
    pub fn submit(&self, unit: UnitId, function: E::Function) -> Flow {
        let shared = &self.ongoing.shared;
        let cost = shared.executor.function_cost(&function).max(Cost(1));
        let mut lowering = self.lowering();
        if let (Some(recorder), Some(stopwatch)) = (&shared.recorder, &mut lowering.stopwatch) {
            recorder.lowered(unit, &shared.executor.function_name(&function), stopwatch.lap(), cost);
        }
        if let Some((functions, cost)) = lowering.push(unit, function, cost, shared.batch_cost) {
            self.hand_over(unit, functions, cost);
            self.wait_for_room(&mut lowering);
        }
        self.flow()
    }

    /// The unit has all its functions; `sealed` is the rest of it.
    ///
    /// # Panics
    /// If the unit is sealed already.
    pub fn seal(&self, unit: UnitId, sealed: E::Sealed) -> Flow {
        let mut lowering = self.lowering();
        if let Some((functions, cost)) = lowering.close(unit) {
            self.hand_over(unit, functions, cost);
        }
        self.update(|shared, state| {
            let destiny = match state.units.plan(unit) {
                UnitPlan::Combine => Destiny::Combine,
                UnitPlan::Compile => {
                    Destiny::Finish(shared.executor.finish_cost(&sealed, state.units.cost(unit)))
                }
            };
            state.units.seal(unit, sealed);
            shared.handle(state, Event::UnitSealed { unit, destiny });
        });
        self.wait_for_room(&mut lowering);
        self.flow()
    }

    /// An unchanged unit: its files are copied from the incremental cache. `cost` is small beside compiling. What became
    /// of it is known after [`Coordinator::await_copies`].
    pub fn copy_unit(&self, unit: E::Unit, cached: E::Cached, cost: Cost) -> Flow {
        self.update(|shared, state| {
            let unit = state.units.open(Arc::new(unit), UnitPlan::Compile);
            shared.handle(state, Event::UnitOpened);
            state.units.set_cached(unit, cached);
            shared.handle(state, Event::UnitUnchanged { unit, cost });
        });
        self.wait_for_room(&mut self.lowering());
        self.flow()
    }

    /// Waits until every unchanged unit is copied, with the token lent; gives the units that cannot be copied, in the
    /// order in which they were opened. There is nothing of them: they have to be lowered, as units of their own.
    pub fn await_copies(&self) -> Vec<Unusable> {
        self.update(|shared, state| shared.handle(state, Event::CopiesAwaited));
        self.wait_for_room(&mut self.lowering());
        self.update(|shared, state| state.units.take_unusable(&shared.executor))
    }

    /// Hands what workers reported so far to `sink`, without waiting.
    pub fn drain_reports(&self, sink: &mut dyn FnMut(Report)) {
        self.ongoing.drain_reports(sink);
    }

    /// Every unit was lowered. The calling thread keeps its token until it waits ([`OngoingCompilation::join`]): there
    /// is a lot to clean up in a compiler before that. A unit which is not sealed means that lowering gave up: then
    /// everything ends.
    pub fn finish(self) -> OngoingCompilation<E> {
        let lowering = self.lowering.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !lowering.is_complete() {
            self.ongoing.shared.update(|shared, state| shared.handle(state, Event::Abort));
        }
        self.ongoing
    }

    /// What workers do.
    pub fn executor(&self) -> &E {
        &self.ongoing.shared.executor
    }

    fn lowering(&self) -> MutexGuard<'_, LoweringSide<E>> {
        self.lowering.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update<T>(&self, change: impl FnOnce(&Arc<Shared<E>>, &mut State<E>) -> T) -> T {
        self.ongoing.shared.update(change)
    }

    fn hand_over(&self, unit: UnitId, functions: Vec<E::Function>, cost: Cost) {
        self.update(|shared, state| {
            state.units.add_batch(unit, functions, cost);
            if state.units.plan(unit) == UnitPlan::Compile {
                shared.handle(state, Event::BatchLowered { unit, cost });
            }
        });
    }

    /// Waits until lowering may go on, or does the work itself.
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

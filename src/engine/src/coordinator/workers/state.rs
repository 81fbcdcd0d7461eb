//! The state that all threads share: the scheduler, the data of the CGUs, the tokens, the workers' inboxes.
//! One lock protects all of it.
//!
//! All progress goes through [`Shared::handle`], which passes an event to the scheduler and executes its
//! commands. The lock is only held for this bookkeeping. Work, reports, the start of threads and the release
//! of tokens happen without it.
//!
//! After a panic in the bookkeeping (in a hook, an estimate of the executor, or the scheduler), counts may be
//! wrong, and a worker may never report back. [`Shared::update`] and [`Shared::guarded`] then end the
//! compilation ([`Shared::break_off`]): nothing more is started, and all waiting threads continue.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;

use crate::coordinator::scheduler::{Command, Cost, Ending, Event, Scheduler, WorkerId};
use crate::coordinator::workload::Recorder;

use super::cgus::{CguTable, Job};
use super::config::{Events, Lowering, TokenChange};
use super::executor::Executor;
use super::report::{Problem, Reporter};
use super::statistics::Statistics;
use super::tokens::{Token, TokenRequests};
use super::worker::{self, NewWorker};

/// Whether the lowering thread may continue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gate {
    Open,
    Closed,
}

/// Where jobs go.
pub(super) enum Dispatch<E: Executor> {
    /// To one thread for each worker, with a stack of this size.
    Threads { inboxes: Vec<Sender<Job<E>>>, threads: Vec<JoinHandle<()>>, stack_size: usize },
    /// To the calling thread.
    Inline(VecDeque<(WorkerId, Job<E>)>),
}

/// The state that the lock protects.
pub(super) struct State<E: Executor> {
    pub(super) scheduler: Scheduler,
    pub(super) cgus: CguTable<E>,
    pub(super) gate: Gate,
    pub(super) ending: Option<Ending>,
    pub(super) statistics: Statistics,
    pub(super) dispatch: Dispatch<E>,
    /// The acquired tokens, as many as the scheduler counts.
    tokens: Vec<Token>,
    /// Tokens to drop when the lock is released.
    released: Vec<Token>,
    /// The worker that should keep its token for a moment, until it has read this.
    keeper: Option<WorkerId>,
    /// Workers whose threads are to be started when the lock is released. Their first jobs are in their
    /// inboxes.
    starting: Vec<NewWorker<E>>,
    /// Whether the bookkeeping panicked. The scheduler then gets no more events.
    is_broken: bool,
}

impl<E: Executor> State<E> {
    /// Closes the inboxes, so that no worker gets another job.
    fn close_inboxes(&mut self) {
        match &mut self.dispatch {
            Dispatch::Threads { inboxes, .. } => inboxes.clear(),
            Dispatch::Inline(queue) => queue.clear(),
        }
    }
}

/// What all threads share (see the module documentation).
pub(super) struct Shared<E: Executor> {
    pub(super) executor: E,
    pub(super) events: Arc<dyn Events>,
    pub(super) reporter: Reporter,
    pub(super) recorder: Option<Recorder>,
    /// The cost at which a batch is full.
    pub(super) batch_cost: Cost,
    /// Set by the first failure or abort. Workers read it between functions.
    pub(super) stopping: AtomicBool,
    state: Mutex<State<E>>,
    /// Notified when the gate is opened, and at the end.
    changed: Condvar,
    /// Set right after the start, and taken at the end.
    requests: Mutex<Option<Box<dyn TokenRequests>>>,
}

impl<E: Executor> Shared<E> {
    pub(super) fn new(
        executor: E,
        events: Arc<dyn Events>,
        reporter: Reporter,
        recorder: Option<Recorder>,
        batch_cost: Cost,
        scheduler: Scheduler,
        dispatch: Dispatch<E>,
    ) -> Self {
        let state = State {
            scheduler,
            cgus: CguTable::new(),
            gate: Gate::Open,
            ending: None,
            statistics: Statistics::default(),
            dispatch,
            tokens: Vec::new(),
            released: Vec::new(),
            keeper: None,
            starting: Vec::new(),
            is_broken: false,
        };
        Shared {
            executor,
            events,
            reporter,
            recorder,
            batch_cost,
            stopping: AtomicBool::new(false),
            state: Mutex::new(state),
            changed: Condvar::new(),
            requests: Mutex::new(None),
        }
    }

    pub(super) fn set_requests(&self, requests: Box<dyn TokenRequests>) {
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner) = Some(requests);
    }

    /// Stops requesting tokens. Pending requests get no answer.
    pub(super) fn stop_requests(&self) {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).take();
        // This may wait for a running delivery, which needs the locks.
        drop(requests);
    }

    fn lock(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` on the locked state. A panic in it ends the compilation, and is then resumed.
    pub(super) fn update<T>(self: &Arc<Self>, change: impl FnOnce(&Arc<Self>, &mut State<E>) -> T) -> T {
        let mut state = self.lock();
        let result = catch_unwind(AssertUnwindSafe(|| change(self, &mut state)));
        if result.is_err() {
            self.end_broken(&mut state);
        }
        let (released, starting) = (std::mem::take(&mut state.released), std::mem::take(&mut state.starting));
        drop(state);
        for worker in starting {
            self.start_thread(worker);
        }
        for token in released {
            self.events.token(TokenChange::Released);
            drop(token);
        }
        result.unwrap_or_else(|payload| resume_unwind(payload))
    }

    /// Runs a step that is not part of a piece of work. A panic in it ends the compilation. The report then
    /// names [`worker::current_work`], or `doing` otherwise.
    pub(super) fn guarded(self: &Arc<Self>, doing: &str, step: impl FnOnce()) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(step)) {
            self.break_off(doing, &*payload);
        }
    }

    /// Ends the compilation after a panic in the bookkeeping.
    fn break_off(self: &Arc<Self>, doing: &str, payload: &(dyn Any + Send)) {
        let doing = worker::current_work().map_or_else(|| doing.to_owned(), |work| work.doing);
        let message = worker::panic_message(payload);
        self.reporter.error(None, Problem::Panic { doing, message, function_text: None });
        self.update(|shared, state| shared.end_broken(state));
    }

    /// Starts nothing more, and lets all waiting threads continue. Tokens are kept until the workers have
    /// ended.
    fn end_broken(&self, state: &mut State<E>) {
        self.stopping.store(true, Ordering::Relaxed);
        state.is_broken = true;
        state.ending = Some(Ending::Aborted);
        state.gate = Gate::Open;
        state.close_inboxes();
        self.changed.notify_all();
        self.reporter.ended();
    }

    /// Releases the tokens that a broken-off compilation still holds. Called after all threads have ended.
    pub(super) fn release_all(self: &Arc<Self>) {
        self.update(|_, state| state.released.append(&mut state.tokens));
    }

    /// Passes `event` to the scheduler and executes its commands.
    pub(super) fn handle(self: &Arc<Self>, state: &mut State<E>, event: Event) {
        if state.is_broken {
            return;
        }
        let mut events = VecDeque::from([event]);
        let mut commands = Vec::new();
        while let Some(event) = events.pop_front() {
            if matches!(event, Event::Abort | Event::TokenFailed | Event::WorkFailed { .. }) {
                self.stopping.store(true, Ordering::Relaxed);
            }
            state.scheduler.handle(event, &mut commands);
            state.statistics.notice(&state.scheduler, &commands);
            for command in commands.drain(..) {
                events.extend(self.carry_out(state, command));
            }
        }
    }

    /// Executes a command. Returns an event if that fails.
    fn carry_out(self: &Arc<Self>, state: &mut State<E>, command: Command) -> Option<Event> {
        match command {
            Command::RequestToken => {
                if let Some(requests) = &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
                    requests.request();
                }
            }
            Command::ReleaseToken => state.released.extend(state.tokens.pop()),
            Command::KeepToken { worker } => state.keeper = Some(worker),
            Command::Start { worker, work } => {
                let job = state.cgus.take_job(work).expect("work is started once");
                return self.dispatch(state, worker, job);
            }
            Command::PauseLowering => {
                self.events.lowering(Lowering::Waits);
                state.gate = Gate::Closed;
            }
            Command::ResumeLowering => {
                self.events.lowering(Lowering::Works);
                state.gate = Gate::Open;
                self.changed.notify_all();
            }
            Command::Finish(ending) => {
                state.ending = Some(ending);
                state.close_inboxes();
                self.changed.notify_all();
                self.reporter.ended();
            }
        }
        None
    }

    /// Sends a job to its worker. Returns an event if the worker's thread could not be started, which was
    /// already reported.
    fn dispatch(&self, state: &mut State<E>, worker: WorkerId, job: Job<E>) -> Option<Event> {
        let (inboxes, stack_size) = match &mut state.dispatch {
            Dispatch::Threads { inboxes, stack_size, .. } => (inboxes, *stack_size),
            Dispatch::Inline(queue) => {
                queue.push_back((worker, job));
                return None;
            }
        };
        let index = worker.as_u32() as usize;
        if index == inboxes.len() {
            let (sender, inbox) = channel();
            inboxes.push(sender);
            state.starting.push(NewWorker { id: worker, inbox, stack_size });
        }
        let is_sent = inboxes.get(index).is_some_and(|inbox| inbox.send(job).is_ok());
        (!is_sent).then_some(Event::WorkFailed { worker })
    }

    /// Starts the thread of a worker whose first job is in its inbox.
    fn start_thread(self: &Arc<Self>, new: NewWorker<E>) {
        let worker = new.id;
        match worker::spawn(Arc::clone(self), new) {
            Ok(thread) => self.update(|_, state| {
                if let Dispatch::Threads { threads, .. } = &mut state.dispatch {
                    threads.push(thread);
                }
            }),
            Err(error) => {
                let problem = Problem::Thread { name: worker::thread_name(worker), error };
                self.reporter.error(None, problem);
                self.update(|shared, state| shared.handle(state, Event::WorkFailed { worker }));
            }
        }
    }

    /// Blocks the lowering thread while the gate is closed.
    pub(super) fn wait_at_gate(&self) {
        let mut state = self.lock();
        while state.gate == Gate::Closed && state.ending.is_none() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the worker should keep its token for a moment. Only the first call returns true.
    pub(super) fn keeps_token(&self, worker: WorkerId) -> bool {
        self.lock().keeper.take_if(|keeper| *keeper == worker).is_some()
    }

    /// Without worker threads, returns the next job for the calling thread.
    pub(super) fn next_inline(&self) -> Option<(WorkerId, Job<E>)> {
        match &mut self.lock().dispatch {
            Dispatch::Threads { .. } => None,
            Dispatch::Inline(queue) => queue.pop_front(),
        }
    }

    /// Receives a token from a token source.
    pub(super) fn deliver(shared: &Weak<Self>, token: std::io::Result<Token>) {
        // After the end, the token is dropped, which releases it.
        let Some(shared) = shared.upgrade() else { return };
        shared.guarded("taking a token", || shared.take_token(token));
    }

    fn take_token(self: &Arc<Self>, token: std::io::Result<Token>) {
        if token.is_ok() {
            self.events.token(TokenChange::Acquired);
        }
        self.update(|shared, state| match token {
            // The scheduler does not know this token, so it must be released here.
            Ok(token) if state.is_broken => state.released.push(token),
            Ok(token) => {
                state.tokens.push(token);
                shared.handle(state, Event::TokenAcquired);
            }
            Err(error) => {
                if state.ending.is_none() {
                    shared.reporter.error(None, Problem::Token(error));
                }
                shared.handle(state, Event::TokenFailed);
            }
        });
    }
}

//! What all threads share, behind one lock: the scheduler, the data of the CGUs, the tokens, the inboxes of
//! workers.
//!
//! [`Shared::handle`] is the only way to move on: it tells the scheduler what happened and carries its
//! commands out. The lock is held for the bookkeeping only; work, reports, the start of threads and the
//! release of tokens happen outside it.
//!
//! A panic in the bookkeeping (a hook, an estimate of the executor, the scheduler itself) leaves counts that
//! cannot be trusted, and perhaps a worker that never reports back. [`Shared::update`] and
//! [`Shared::guarded`] then end the compilation ([`Shared::break_off`]): nothing is started any more, and
//! every waiting thread continues.

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

/// Whether the lowering thread may go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gate {
    Open,
    Closed,
}

/// How work gets to whoever does it.
pub(super) enum Dispatch<E: Executor> {
    /// To one thread per worker number, with this much stack.
    Threads { inboxes: Vec<Sender<Job<E>>>, threads: Vec<JoinHandle<()>>, stack_size: usize },
    /// To the calling thread.
    Inline(VecDeque<(WorkerId, Job<E>)>),
}

/// Everything that the lock protects.
pub(super) struct State<E: Executor> {
    pub(super) scheduler: Scheduler,
    pub(super) cgus: CguTable<E>,
    pub(super) gate: Gate,
    pub(super) ending: Option<Ending>,
    pub(super) statistics: Statistics,
    pub(super) dispatch: Dispatch<E>,
    /// Acquired tokens; as many as the scheduler holds, but for [`State::released`].
    tokens: Vec<Token>,
    /// To be dropped once the lock is free.
    released: Vec<Token>,
    /// The worker that was last told to keep its token for a moment, until it has heard of it.
    keeper: Option<WorkerId>,
    /// Workers whose threads are to be started once the lock is free, with their first job in the inbox.
    starting: Vec<NewWorker<E>>,
    /// Whether the bookkeeping panicked; the scheduler is not asked any more.
    is_broken: bool,
}

impl<E: Executor> State<E> {
    /// No worker gets another job.
    fn close_inboxes(&mut self) {
        match &mut self.dispatch {
            Dispatch::Threads { inboxes, .. } => inboxes.clear(),
            Dispatch::Inline(queue) => queue.clear(),
        }
    }
}

/// See the module.
pub(super) struct Shared<E: Executor> {
    pub(super) executor: E,
    pub(super) events: Arc<dyn Events>,
    pub(super) reporter: Reporter,
    pub(super) recorder: Option<Recorder>,
    /// When a batch is full.
    pub(super) batch_cost: Cost,
    /// Set with the first failure or abort; workers look at it between functions.
    pub(super) stopping: AtomicBool,
    state: Mutex<State<E>>,
    /// The gate was opened, or the end has come.
    changed: Condvar,
    /// Set right after the start; taken at the end.
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

    /// Stops asking for tokens; those which were asked for and not delivered never are.
    pub(super) fn stop_requests(&self) {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).take();
        // May wait for a delivery that is under way, which takes the locks.
        drop(requests);
    }

    fn lock(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` on the locked state; a panic in it ends the compilation and is then resumed.
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

    /// Does what belongs to no piece of work. A panic in it ends the compilation, with a report that says
    /// what it was: [`worker::current_work`], else `doing`.
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

    /// Nothing is started any more, and every waiting thread continues. Tokens stay until the workers have
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

    /// After the end of all threads: gives back what a broken-off compilation still holds.
    pub(super) fn release_all(self: &Arc<Self>) {
        self.update(|_, state| state.released.append(&mut state.tokens));
    }

    /// Tells the scheduler and does what it says.
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

    /// The event is a failure to carry it out.
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

    /// Hands a job to its worker. The event is a failure: the worker's thread could not be started, which was
    /// reported.
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

    /// Starts a worker whose first job is in its inbox.
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

    /// Whether the worker was told to keep its token for a moment; it is told once.
    pub(super) fn keeps_token(&self, worker: WorkerId) -> bool {
        self.lock().keeper.take_if(|keeper| *keeper == worker).is_some()
    }

    /// The next piece of work for the calling thread, if that is who works.
    pub(super) fn next_inline(&self) -> Option<(WorkerId, Job<E>)> {
        match &mut self.lock().dispatch {
            Dispatch::Threads { .. } => None,
            Dispatch::Inline(queue) => queue.pop_front(),
        }
    }

    /// What a token source calls.
    pub(super) fn deliver(shared: &Weak<Self>, token: std::io::Result<Token>) {
        // After the end the token is dropped, which gives it back.
        let Some(shared) = shared.upgrade() else { return };
        shared.guarded("taking a token", || shared.take_token(token));
    }

    fn take_token(self: &Arc<Self>, token: std::io::Result<Token>) {
        if token.is_ok() {
            self.events.token(TokenChange::Acquired);
        }
        self.update(|shared, state| match token {
            // Nothing else would give it back.
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

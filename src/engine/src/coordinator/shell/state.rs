//! What all threads share, behind one lock: the scheduler, the data of the units, the tokens, the inboxes of workers.
//!
//! [`Shared::handle`] is the only way to move on: it tells the scheduler what happened and carries its commands out.
//! The lock is held for the bookkeeping only; work, reports and the release of tokens happen outside it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;

use crate::coordinator::scheduler::{Command, Cost, Ending, Event, Scheduler, WorkerId};
use crate::coordinator::workload::Recorder;

use super::config::{Events, Lowering, TokenChange};
use super::executor::Executor;
use super::report::{Problem, Reporter};
use super::statistics::Statistics;
use super::tokens::{Token, TokenRequests};
use super::units::{Job, UnitTable};
use super::worker;

/// Whether the lowering thread may go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gate {
    Open,
    Closed,
}

/// How work gets to whoever does it.
pub(super) enum Dispatch<E: Executor> {
    /// To one thread per worker number.
    Threads { inboxes: Vec<Sender<Job<E>>>, threads: Vec<JoinHandle<()>> },
    /// To the calling thread.
    Inline(VecDeque<(WorkerId, Job<E>)>),
}

/// Everything that the lock protects.
pub(super) struct State<E: Executor> {
    pub(super) scheduler: Scheduler,
    pub(super) units: UnitTable<E>,
    pub(super) gate: Gate,
    pub(super) ending: Option<Ending>,
    pub(super) statistics: Statistics,
    pub(super) dispatch: Dispatch<E>,
    /// Acquired tokens; as many as the scheduler holds, but for [`State::released`].
    tokens: Vec<Token>,
    /// To be dropped once the lock is free.
    released: Vec<Token>,
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
            units: UnitTable::new(),
            gate: Gate::Open,
            ending: None,
            statistics: Statistics::default(),
            dispatch,
            tokens: Vec::new(),
            released: Vec::new(),
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

    /// Runs `change` on the locked state.
    pub(super) fn update<T>(self: &Arc<Self>, change: impl FnOnce(&Arc<Self>, &mut State<E>) -> T) -> T {
        let mut state = self.lock();
        let result = change(self, &mut state);
        let released = std::mem::take(&mut state.released);
        drop(state);
        for token in released {
            self.events.token(TokenChange::Released);
            drop(token);
        }
        result
    }

    /// Tells the scheduler and does what it says.
    pub(super) fn handle(self: &Arc<Self>, state: &mut State<E>, event: Event) {
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
            Command::Start { worker, work } => {
                let job = state.units.take_job(work).expect("work is started once");
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
                if let Dispatch::Threads { inboxes, .. } = &mut state.dispatch {
                    inboxes.clear();
                }
                self.changed.notify_all();
                self.reporter.ended();
            }
        }
        None
    }

    fn dispatch(self: &Arc<Self>, state: &mut State<E>, worker: WorkerId, job: Job<E>) -> Option<Event> {
        let (inboxes, threads) = match &mut state.dispatch {
            Dispatch::Threads { inboxes, threads } => (inboxes, threads),
            Dispatch::Inline(queue) => {
                queue.push_back((worker, job));
                return None;
            }
        };
        let index = worker.as_u32() as usize;
        if index == inboxes.len() {
            match worker::spawn(Arc::clone(self), worker) {
                Ok((inbox, thread)) => {
                    inboxes.push(inbox);
                    threads.push(thread);
                }
                Err(error) => {
                    let problem = Problem::Thread { name: worker::thread_name(worker), error };
                    self.reporter.error(None, problem);
                    return Some(Event::WorkFailed { worker });
                }
            }
        }
        // A worker ends only after its inbox was closed.
        inboxes.get(index)?.send(job).err().map(|_| Event::WorkFailed { worker })
    }

    /// Blocks the lowering thread while the gate is closed.
    pub(super) fn wait_at_gate(&self) {
        let mut state = self.lock();
        while state.gate == Gate::Closed && state.ending.is_none() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
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
        if token.is_ok() {
            shared.events.token(TokenChange::Acquired);
        }
        shared.update(|shared, state| match token {
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

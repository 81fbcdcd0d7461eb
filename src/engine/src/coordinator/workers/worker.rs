//! Runs a worker thread, which takes jobs from its inbox until that is closed. Without worker threads, the
//! calling thread runs the same code.
//!
//! A panic makes the job fail, and the report names the function that was being compiled. A panic hook gets
//! this from [`current_work`]. A panic between jobs ends the compilation ([`Shared::guarded`]).

use std::any::Any;
use std::cell::RefCell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::{Builder, JoinHandle};

use crate::coordinator::scheduler::{CguId, Cost, Event, WorkerId};
use crate::coordinator::workload::Stopwatch;
use crate::phases::{self, Observer, Phase};

use super::batching;
use super::cgus::{CguPlan, Job, Product};
use super::config::{GRACE, WorkKind, WorkLabel};
use super::executor::{CombinePart, Copied, Executor};
use super::report::{Failure, Problem};
use super::state::Shared;
use super::thread_name;

/// Why a job has no product.
enum JobEnd {
    Failed(Failure),
    /// Another job failed, which is already reported.
    Stopped,
}

/// The current work of a thread, for the report of a panic.
#[derive(Clone, Default, Debug)]
pub struct CurrentWork {
    /// A phrase that follows "while", with the name of the function or CGU; empty between jobs.
    pub doing: String,
    /// The function as text, if the executor returns it.
    pub function_text: Option<String>,
}

thread_local! {
    /// The current work of this thread.
    static CURRENT_WORK: RefCell<CurrentWork> = RefCell::default();
}

/// Returns the current work of the calling thread, for a panic hook; `None` if it does no work for a
/// [`super::Coordinator`].
pub fn current_work() -> Option<CurrentWork> {
    let work = CURRENT_WORK.with_borrow(Clone::clone);
    (!work.doing.is_empty()).then_some(work)
}

fn set_current_work(doing: String, function_text: Option<String>) {
    CURRENT_WORK.set(CurrentWork { doing, function_text });
}

/// Returns the name of a worker, for messages and for the idle thread.
pub(super) fn thread_name(worker: WorkerId) -> String {
    format!("clif worker {}", worker.as_u32())
}

/// A worker whose thread is to be started. Its first job is in the inbox.
pub(super) struct NewWorker<E: Executor> {
    pub(super) id: WorkerId,
    pub(super) inbox: Receiver<Job<E>>,
    /// The stack size of the thread, in bytes.
    pub(super) stack_size: usize,
}

pub(super) fn spawn<E: Executor>(shared: Arc<Shared<E>>, new: NewWorker<E>) -> io::Result<JoinHandle<()>> {
    let NewWorker { id, inbox, stack_size } = new;
    let name = thread_name(id);
    let builder = Builder::new().name(name.clone()).stack_size(stack_size);
    builder.spawn(move || shared.guarded("waiting for work", || run(&shared, id, &name, &inbox)))
}

fn run<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId, name: &str, inbox: &Receiver<Job<E>>) {
    shared.events.thread_started(name);
    let mut scratch = None;
    while let Some(job) = next_job(shared, worker, name, inbox) {
        thread_name::show(&thread_name::of_job(kind(&job), cgu_name(shared, job.cgu())));
        perform(shared, worker, &mut scratch, job);
    }
}

/// Waits for a job. Meanwhile, the thread has the worker's name. A worker that keeps its token releases it
/// after a moment.
fn next_job<E: Executor>(
    shared: &Arc<Shared<E>>,
    worker: WorkerId,
    name: &str,
    inbox: &Receiver<Job<E>>,
) -> Option<Job<E>> {
    if let Ok(job) = inbox.try_recv() {
        return Some(job);
    }
    thread_name::show(name);
    if shared.keeps_token(worker) {
        match inbox.recv_timeout(GRACE) {
            Err(RecvTimeoutError::Timeout) => {
                shared.update(|shared, state| shared.handle(state, Event::GraceEnded { worker }));
            }
            result => return result.ok(),
        }
    }
    inbox.recv().ok()
}

/// Does the job and stores its product. This may put the next job into this worker's inbox.
pub(super) fn perform<E: Executor>(
    shared: &Arc<Shared<E>>,
    worker: WorkerId,
    scratch: &mut Option<E::Scratch>,
    job: Job<E>,
) {
    shared.guarded("taking a job", || {
        let cgu = job.cgu().cloned();
        let result = perform_caught(shared, scratch, job);
        set_current_work(format!("storing the result of {}", named(cgu_name(shared, cgu.as_ref()))), None);
        match result {
            Ok(product) => hand_in(shared, worker, product),
            Err(JobEnd::Failed(problem)) => {
                let name = cgu.as_deref().map(|cgu| shared.executor.cgu_name(cgu));
                shared.reporter.error(name, *problem);
                give_up(shared, worker);
            }
            Err(JobEnd::Stopped) => give_up(shared, worker),
        }
    });
    CURRENT_WORK.take();
}

/// Ends the worker's job without a product.
pub(super) fn give_up<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId) {
    shared.update(|shared, state| shared.handle(state, Event::WorkFailed { worker }));
}

/// Returns the name of a job's CGU; empty for a job about several.
fn cgu_name<'cgu, E: Executor>(shared: &'cgu Shared<E>, cgu: Option<&'cgu Arc<E::Cgu>>) -> &'cgu str {
    cgu.map_or("", |cgu| shared.executor.cgu_name(cgu))
}

/// Returns a phrase for the CGU of this name; an empty name is that of several CGUs.
fn named(cgu: &str) -> String {
    if cgu.is_empty() { "the codegen units".to_owned() } else { format!("codegen unit `{cgu}`") }
}

fn perform_caught<E: Executor>(
    shared: &Arc<Shared<E>>,
    scratch: &mut Option<E::Scratch>,
    job: Job<E>,
) -> Result<Product<E>, JobEnd> {
    let caught = catch_unwind(AssertUnwindSafe(|| perform_profiled(shared, scratch, job)));
    let CurrentWork { doing, function_text } = CURRENT_WORK.take();
    caught.unwrap_or_else(|payload| {
        // After a panic, its state is unknown.
        *scratch = None;
        let message = panic_message(&*payload);
        Err(JobEnd::Failed(Box::new(Problem::Panic { doing, message, function_text })))
    })
}

fn perform_profiled<E: Executor>(
    shared: &Arc<Shared<E>>,
    scratch: &mut Option<E::Scratch>,
    job: Job<E>,
) -> Result<Product<E>, JobEnd> {
    let kind = kind(&job);
    let verb = match kind {
        WorkKind::Compile => "compiling",
        WorkKind::Finish => "writing",
        WorkKind::Copy => "copying",
        WorkKind::Combine => "combining",
    };
    let cgu = job.cgu().cloned();
    let cgu_name = cgu_name(shared, cgu.as_ref());
    let observer = Rc::new(JobPhases { shared: Arc::clone(shared), cgu: cgu.clone() });
    set_current_work(format!("{verb} {}", named(cgu_name)), None);
    let mut job = Some(job);
    let mut product = Err(JobEnd::Stopped);
    shared.events.around(WorkLabel { kind, cgu: cgu_name }, &mut || {
        if let Some(job) = job.take() {
            let scratch = scratch.get_or_insert_with(|| shared.executor.scratch());
            product = phases::observed(Rc::clone(&observer) as _, || execute(shared, scratch, job));
        }
    });
    product
}

/// Passes the parts of a job to the hooks, with the CGU's name.
struct JobPhases<E: Executor> {
    shared: Arc<Shared<E>>,
    cgu: Option<Arc<E::Cgu>>,
}

impl<E: Executor> Observer for JobPhases<E> {
    fn around(&self, phase: Phase, work: &mut dyn FnMut()) {
        self.shared.events.phase(phase, cgu_name(&self.shared, self.cgu.as_ref()), work);
    }
}

fn kind<E: Executor>(job: &Job<E>) -> WorkKind {
    match job {
        Job::Compile { .. } => WorkKind::Compile,
        Job::Finish { .. } => WorkKind::Finish,
        Job::Copy { .. } => WorkKind::Copy,
        Job::Combine { .. } => WorkKind::Combine,
    }
}

fn execute<E: Executor>(
    shared: &Arc<Shared<E>>,
    scratch: &mut E::Scratch,
    job: Job<E>,
) -> Result<Product<E>, JobEnd> {
    if shared.stopping.load(Ordering::Relaxed) {
        return Err(JobEnd::Stopped);
    }
    let executor = &shared.executor;
    let report = &mut |report| shared.reporter.send(report);
    match job {
        Job::Compile { cgu, id, batch, first, functions } => {
            let compiled = compile(shared, scratch, &cgu, (id, first), functions)?;
            Ok(Product::Compiled { id, batch, compiled })
        }
        Job::Finish { cgu, id, sealed, compiled } => {
            let compiled = compiled.into_iter().flatten().collect();
            let outcome = executor.finish(&cgu, sealed, compiled, report).map_err(JobEnd::Failed)?;
            Ok(Product::Outcome { id, outcome })
        }
        Job::Copy { cgu, id, cached } => {
            Ok(match executor.copy(&cgu, cached, report).map_err(JobEnd::Failed)? {
                Copied::Whole(outcome) => Product::Outcome { id, outcome },
                Copied::Unusable(reason) => Product::Unusable { id, reason },
            })
        }
        Job::Combine { parts } => {
            let part = executor.combine(parts, report).map_err(JobEnd::Failed)?;
            // If the compilation was given up meanwhile, the CGU is not needed.
            if shared.stopping.load(Ordering::Relaxed) {
                return Err(JobEnd::Stopped);
            }
            Ok(Product::Combined { part })
        }
    }
}

/// Compiles the functions of a batch. `position` is the CGU and the position of the first function in it.
fn compile<E: Executor>(
    shared: &Arc<Shared<E>>,
    scratch: &mut E::Scratch,
    cgu: &E::Cgu,
    position: (CguId, usize),
    functions: Vec<E::Function>,
) -> Result<Vec<E::Compiled>, JobEnd> {
    let mut compiled = Vec::with_capacity(functions.len());
    let mut stopwatch = shared.recorder.as_ref().map(|_| Stopwatch::start());
    for function in functions {
        if shared.stopping.load(Ordering::Relaxed) {
            return Err(JobEnd::Stopped);
        }
        let name = shared.executor.function_name(&function);
        set_current_work(format!("compiling function `{name}`"), shared.executor.function_text(&function));
        let result = shared.executor.compile(scratch, cgu, function).map_err(JobEnd::Failed)?;
        if let (Some(recorder), Some(stopwatch)) = (&shared.recorder, &mut stopwatch) {
            recorder.compiled(position.0, position.1 + compiled.len(), stopwatch.lap());
        }
        compiled.push(result);
    }
    Ok(compiled)
}

fn hand_in<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId, product: Product<E>) {
    match product {
        Product::Compiled { id, batch, compiled } => shared.update(|shared, state| {
            state.cgus.store_batch(id, batch, compiled);
            shared.handle(state, Event::WorkDone { worker });
        }),
        Product::Outcome { id, outcome } => shared.update(|shared, state| {
            state.cgus.store_outcome(id, outcome);
            shared.handle(state, Event::WorkDone { worker });
        }),
        Product::Unusable { id, reason } => shared.update(|shared, state| {
            state.cgus.store_unusable(id, reason);
            shared.handle(state, Event::WorkDone { worker });
        }),
        Product::Combined { part } => hand_in_combined(shared, worker, part),
    }
}

/// Opens the combined CGU, adds its functions and seals it, all in one step.
fn hand_in_combined<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId, part: CombinePart<E>) {
    let CombinePart { cgu, functions, sealed } = part;
    let filled = batching::split(&shared.executor, functions, shared.batch_cost);
    let batches: Vec<Cost> = filled.iter().map(|&(_, cost)| cost).collect();
    let total = batches.iter().fold(Cost::ZERO, |total, &cost| total.plus(cost));
    let finish = shared.executor.finish_cost(&sealed, total);
    shared.update(|shared, state| {
        let id = state.cgus.open(cgu, CguPlan::Compile);
        for (functions, cost) in filled {
            state.cgus.add_batch(id, functions, cost);
        }
        state.cgus.seal(id, sealed);
        shared.handle(state, Event::Combined { worker, batches, finish });
    });
}

pub(super) fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "(no message)".to_owned()
    }
}

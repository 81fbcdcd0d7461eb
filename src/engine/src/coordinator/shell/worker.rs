//! A worker thread: takes jobs from its inbox until that is closed. The same code works on the calling thread when
//! nothing is to happen in parallel.
//!
//! A panic ends the job as a failure, and its report names the function that was being compiled.

use std::any::Any;
use std::cell::RefCell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use crate::coordinator::scheduler::{Cost, Event, UnitId, WorkerId};
use crate::coordinator::workload::Stopwatch;
use crate::phases::{self, Observer, Phase};

use super::batching;
use super::config::{Events, WorkKind, WorkLabel};
use super::executor::{CombinePart, Executor};
use super::report::{Failure, Problem};
use super::state::Shared;
use super::thread_name;
use super::units::{Job, Product, UnitPlan};

/// In bytes; as large as the main thread's usual one, for Cranelift was tuned on that.
const STACK_SIZE: usize = 8 << 20;

/// Why a job has no product.
enum JobEnd {
    Failed(Failure),
    /// Another one failed; there is nothing more to say.
    Stopped,
}

/// What a panic interrupts.
#[derive(Default)]
struct Doing {
    /// With the name of the function or unit, in words that follow "while".
    what: String,
    /// The function, if the executor was asked for it.
    function_text: Option<String>,
}

/// The name of an idle worker, and in messages about it.
pub(super) fn thread_name(worker: WorkerId) -> String {
    format!("clif worker {}", worker.as_u32())
}

pub(super) fn spawn<E: Executor>(
    shared: Arc<Shared<E>>,
    worker: WorkerId,
) -> io::Result<(Sender<Job<E>>, JoinHandle<()>)> {
    let (sender, inbox) = channel();
    let name = thread_name(worker);
    let thread = Builder::new()
        .name(name.clone())
        .stack_size(STACK_SIZE)
        .spawn(move || run(&shared, worker, &name, &inbox))?;
    Ok((sender, thread))
}

fn run<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId, name: &str, inbox: &Receiver<Job<E>>) {
    shared.events.thread_started(name);
    let mut scratch = None;
    while let Some(job) = next_job(inbox, name) {
        thread_name::show(&thread_name::of_job(kind(&job), &unit_name(shared, &job).unwrap_or_default()));
        perform(shared, worker, &mut scratch, job);
    }
}

/// Waits for a job under the thread's own name.
fn next_job<E: Executor>(inbox: &Receiver<Job<E>>, name: &str) -> Option<Job<E>> {
    inbox.try_recv().ok().or_else(|| {
        thread_name::show(name);
        inbox.recv().ok()
    })
}

/// Does the job and hands its product in, which may put the next job into this worker's inbox.
pub(super) fn perform<E: Executor>(
    shared: &Arc<Shared<E>>,
    worker: WorkerId,
    scratch: &mut Option<E::Scratch>,
    job: Job<E>,
) {
    let unit = unit_name(shared, &job);
    match perform_caught(shared, scratch, job) {
        Ok(product) => hand_in(shared, worker, product),
        Err(end) => {
            if let JobEnd::Failed(problem) = end {
                shared.reporter.error(unit.as_deref(), *problem);
            }
            shared.update(|shared, state| shared.handle(state, Event::WorkFailed { worker }));
        }
    }
}

/// Gives the job up without doing it.
pub(super) fn discard<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId, job: Job<E>) {
    drop(job);
    shared.update(|shared, state| shared.handle(state, Event::WorkFailed { worker }));
}

fn unit_name<E: Executor>(shared: &Shared<E>, job: &Job<E>) -> Option<Box<str>> {
    match job {
        Job::Compile { unit, .. } | Job::Finish { unit, .. } | Job::Copy { unit, .. } => {
            Some(shared.executor.unit_name(unit).into())
        }
        Job::Combine { .. } => None,
    }
}

fn perform_caught<E: Executor>(
    shared: &Arc<Shared<E>>,
    scratch: &mut Option<E::Scratch>,
    job: Job<E>,
) -> Result<Product<E>, JobEnd> {
    let doing = RefCell::new(Doing::default());
    let caught = catch_unwind(AssertUnwindSafe(|| perform_profiled(shared, scratch, job, &doing)));
    caught.unwrap_or_else(|payload| {
        // Nobody knows what state it is in.
        *scratch = None;
        let message = panic_message(&*payload);
        let Doing { what, function_text } = doing.take();
        Err(JobEnd::Failed(Box::new(Problem::Panic { doing: what, message, function_text })))
    })
}

fn perform_profiled<E: Executor>(
    shared: &Arc<Shared<E>>,
    scratch: &mut Option<E::Scratch>,
    job: Job<E>,
    doing: &RefCell<Doing>,
) -> Result<Product<E>, JobEnd> {
    let kind = kind(&job);
    let verb = match kind {
        WorkKind::Compile => "compiling",
        WorkKind::Finish => "writing",
        WorkKind::Copy => "copying",
        WorkKind::Combine => "combining",
    };
    let unit = unit_name(shared, &job).unwrap_or_default();
    let observer = Rc::new(JobPhases { events: Arc::clone(&shared.events), unit: unit.clone() });
    doing.borrow_mut().what = format!("{verb} unit `{unit}`");
    let mut job = Some(job);
    let mut product = Err(JobEnd::Stopped);
    shared.events.around(WorkLabel { kind, unit: &unit }, &mut || {
        if let Some(job) = job.take() {
            let scratch = scratch.get_or_insert_with(|| shared.executor.scratch());
            product = phases::observed(Rc::clone(&observer) as _, || execute(shared, scratch, job, doing));
        }
    });
    product
}

/// Hands the parts of a job on to the hooks, with the unit's name.
struct JobPhases {
    events: Arc<dyn Events>,
    unit: Box<str>,
}

impl Observer for JobPhases {
    fn around(&self, phase: Phase, work: &mut dyn FnMut()) {
        self.events.phase(phase, &self.unit, work);
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
    doing: &RefCell<Doing>,
) -> Result<Product<E>, JobEnd> {
    let executor = &shared.executor;
    let report = &mut |report| shared.reporter.send(report);
    match job {
        Job::Compile { unit, id, batch, first, functions } => {
            let compiled = compile(shared, scratch, &unit, (id, first), functions, doing)?;
            Ok(Product::Compiled { id, batch, compiled })
        }
        Job::Finish { unit, id, sealed, compiled } => {
            let compiled = compiled.into_iter().flatten().collect();
            let outcome = executor.finish(&unit, sealed, compiled, report).map_err(JobEnd::Failed)?;
            Ok(Product::Outcome { id, outcome })
        }
        Job::Copy { unit, id, cached } => {
            let outcome = executor.copy(&unit, cached, report).map_err(JobEnd::Failed)?;
            Ok(Product::Outcome { id, outcome })
        }
        Job::Combine { parts } => {
            let part = executor.combine(parts, report).map_err(JobEnd::Failed)?;
            Ok(Product::Combined { part })
        }
    }
}

/// Compiles the functions of a batch; `place` is the unit and the position of the first function in it.
fn compile<E: Executor>(
    shared: &Arc<Shared<E>>,
    scratch: &mut E::Scratch,
    unit: &E::Unit,
    place: (UnitId, usize),
    functions: Vec<E::Function>,
    doing: &RefCell<Doing>,
) -> Result<Vec<E::Compiled>, JobEnd> {
    let mut compiled = Vec::with_capacity(functions.len());
    let mut stopwatch = shared.recorder.as_ref().map(|_| Stopwatch::start());
    for function in functions {
        if shared.stopping.load(Ordering::Relaxed) {
            return Err(JobEnd::Stopped);
        }
        *doing.borrow_mut() = Doing {
            what: format!("compiling function `{}`", shared.executor.function_name(&function)),
            function_text: shared.executor.function_text(&function),
        };
        let result = shared.executor.compile(scratch, unit, function).map_err(JobEnd::Failed)?;
        if let (Some(recorder), Some(stopwatch)) = (&shared.recorder, &mut stopwatch) {
            recorder.compiled(place.0, place.1 + compiled.len(), stopwatch.lap());
        }
        compiled.push(result);
    }
    Ok(compiled)
}

fn hand_in<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId, product: Product<E>) {
    match product {
        Product::Compiled { id, batch, compiled } => shared.update(|shared, state| {
            state.units.store_batch(id, batch, compiled);
            shared.handle(state, Event::WorkDone { worker });
        }),
        Product::Outcome { id, outcome } => shared.update(|shared, state| {
            state.units.store_outcome(id, outcome);
            shared.handle(state, Event::WorkDone { worker });
        }),
        Product::Combined { part } => hand_in_combined(shared, worker, part),
    }
}

/// The combined unit is opened, filled and sealed in one go.
fn hand_in_combined<E: Executor>(shared: &Arc<Shared<E>>, worker: WorkerId, part: CombinePart<E>) {
    let CombinePart { unit, functions, sealed } = part;
    let filled = batching::split(&shared.executor, functions, shared.batch_cost);
    let batches: Vec<Cost> = filled.iter().map(|&(_, cost)| cost).collect();
    let total = batches.iter().fold(Cost::ZERO, |total, &cost| total.plus(cost));
    let finish = shared.executor.finish_cost(&sealed, total);
    shared.update(|shared, state| {
        let id = state.units.open(unit, UnitPlan::Compile);
        for (functions, cost) in filled {
            state.units.add_batch(id, functions, cost);
        }
        state.units.seal(id, sealed);
        shared.handle(state, Event::Combined { worker, batches, finish });
    });
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "(no message)".to_owned()
    }
}

//! Schedules the compilation of CGUs and runs the threads that do it. The API for the backend:
//!
//! ```text
//! let executor = NativeExecutor::new(isa);                           // what workers do
//! let coordinator = NativeCoordinator::start(executor, Config { .. })?;  // on the lowering thread
//! for each CGU {
//!     let cgu = coordinator.open_cgu(CguRequest { name, kind, output }, CguPlan::Compile);
//!     for each function {
//!         // Streams: compiled while the next ones are lowered. May block while the queue is full.
//!         if coordinator.submit(cgu, lowered_function) == Flow::Stop { break 'all; }
//!     }
//!     coordinator.seal(cgu, sealed_cgu);
//!     coordinator.drain_reports(&mut |report| emit_diagnostic(report));
//! }
//! // unchanged CGUs, before the others: coordinator.copy_cgu(CguRequest { .. }, CguFiles { .. }, Cost(1))
//! for damaged in coordinator.await_copies() { .. }   // open, lower and seal them like the others
//! let ongoing = coordinator.finish();       // lowering is done; `codegen_crate` returns this
//! let outcomes = ongoing.join(&mut |report| emit_diagnostic(report))?;  // `join_codegen`
//! ```
//!
//! The parts:
//! 1. [`scheduler`] decides which worker does what. It uses neither threads nor clocks.
//! 2. [`workers`] has the threads, the tokens and the data ([`Coordinator`], [`OngoingCompilation`]). The
//!    work itself is a trait, [`Executor`].
//! 3. [`native`] is the executor that compiles with Cranelift and writes ELF objects.
//!
//! Guarantees:
//! - Outcomes are in the order in which CGUs were opened, the combined CGU last. They depend only on what was
//!   submitted.
//! - Every problem arrives as a [`Report`], on the thread that drains them.
//! - Dropping a [`Coordinator`] or an [`OngoingCompilation`] starts no new work, and waits for running work.
//!
//! Two rules for changes: do nothing slow while the state is locked, and do no work on the lowering thread,
//! except with `parallel: false`.

mod native;
mod scheduler;
#[cfg(test)]
mod speedup;
mod workers;
mod workload;

pub use native::{
    CguKind, CguOrigin, CguOutcome, CguRequest, CguStatistics, NativeCompilation, NativeCoordinator,
    NativeExecutor, PanicFault,
};
pub use scheduler::{CguId, Cost};
pub use workers::{
    Batching, CguPlan, Config, Coordinator, Copied, CurrentWork, DeliverToken, Events, Executor, Failure,
    Flow, JobserverTokens, Lowering, OngoingCompilation, Problem, Report, Severity, SilentEvents, Statistics,
    Stopped, Token, TokenChange, TokenRequests, TokenSource, Unusable, WorkKind, WorkLabel, current_work,
};

//! The work of the workers, as a trait. The tests of the worker threads use a fake executor.

use std::sync::Arc;

use crate::coordinator::scheduler::Cost;

use super::report::{Failure, Report};

/// Does the work. All workers share one value. Results must only depend on the arguments.
pub trait Executor: Send + Sync + 'static {
    /// A CGU when it is opened: its name, its kind, its outputs.
    type Cgu: Send + Sync + 'static;
    /// A lowered function.
    type Function: Send + 'static;
    type Compiled: Send + 'static;
    /// The rest of a CGU, after its last function was lowered.
    type Sealed: Send + 'static;
    /// The work products of an unchanged CGU.
    type Cached: Send + 'static;
    /// The result of a CGU.
    type Outcome: Send + 'static;
    /// Memory that a worker reuses. It is made on the worker's thread.
    type Scratch: Send + 'static;

    fn scratch(&self) -> Self::Scratch;

    fn cgu_name<'cgu>(&self, cgu: &'cgu Self::Cgu) -> &'cgu str;

    /// Returns the function's name for reports.
    fn function_name(&self, function: &Self::Function) -> Box<str>;

    /// Returns the function as text for the report of a panic, if the session requests that. This is slow.
    fn function_text(&self, function: &Self::Function) -> Option<String> {
        let _ = function;
        None
    }

    /// Estimates the cost of compiling a function. It is called on the lowering thread, so it must be fast.
    fn function_cost(&self, function: &Self::Function) -> Cost;

    /// Estimates the cost of [`Executor::finish`]. `functions` is the total cost of the CGU's functions.
    fn finish_cost(&self, sealed: &Self::Sealed, functions: Cost) -> Cost;

    fn compile(
        &self,
        scratch: &mut Self::Scratch,
        cgu: &Self::Cgu,
        function: Self::Function,
    ) -> Result<Self::Compiled, Failure>;

    /// Writes the outputs of a CGU. `compiled` is in the order of submission. Warnings are passed to
    /// `report`.
    fn finish(
        &self,
        cgu: &Self::Cgu,
        sealed: Self::Sealed,
        compiled: Vec<Self::Compiled>,
        report: &mut dyn FnMut(Report),
    ) -> Result<Self::Outcome, Failure>;

    /// Copies the work products of an unchanged CGU to its outputs, if they can be used.
    fn copy(
        &self,
        cgu: &Self::Cgu,
        cached: Self::Cached,
        report: &mut dyn FnMut(Report),
    ) -> Result<Copied<Self::Outcome>, Failure>;

    /// Discards the result of a CGU, after the compilation failed or was given up.
    fn discard(&self, outcome: Self::Outcome) {
        drop(outcome);
    }

    /// Combines CGUs into one. `parts` are in the order in which the CGUs were opened.
    fn combine(
        &self,
        parts: Vec<CombinePart<Self>>,
        report: &mut dyn FnMut(Report),
    ) -> Result<CombinePart<Self>, Failure>;
}

/// The result of [`Executor::copy`].
pub enum Copied<Outcome> {
    Whole(Outcome),
    /// A file is missing or damaged; the text names it. The CGU must be compiled.
    Unusable(String),
}

/// A CGU that was kept as CLIF, or the combined one.
pub struct CombinePart<E: Executor + ?Sized> {
    pub cgu: Arc<E::Cgu>,
    pub functions: Vec<E::Function>,
    pub sealed: E::Sealed,
}

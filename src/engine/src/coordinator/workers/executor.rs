//! What workers do, as a trait: the worker threads are tested with executors that only pretend.

use std::sync::Arc;

use crate::coordinator::scheduler::Cost;

use super::report::{Failure, Report};

/// The work itself. One value is shared by all workers. Results must depend on nothing but the arguments.
pub trait Executor: Send + Sync + 'static {
    /// What a CGU is called, what it is, where its output goes; set when the CGU is opened.
    type Cgu: Send + Sync + 'static;
    /// A lowered function.
    type Function: Send + 'static;
    type Compiled: Send + 'static;
    /// What is left of a CGU after its last function was lowered.
    type Sealed: Send + 'static;
    /// Where the files of an unchanged CGU are.
    type Cached: Send + 'static;
    /// What becomes of a CGU.
    type Outcome: Send + 'static;
    /// Memory that a worker uses again and again; made on the worker's thread.
    type Scratch: Send + 'static;

    fn scratch(&self) -> Self::Scratch;

    fn cgu_name<'cgu>(&self, cgu: &'cgu Self::Cgu) -> &'cgu str;

    /// The name that errors and panics give to a function.
    fn function_name(&self, function: &Self::Function) -> Box<str>;

    /// The whole function for the report of a panic, if the session asks for it; takes time.
    fn function_text(&self, function: &Self::Function) -> Option<String> {
        let _ = function;
        None
    }

    /// An estimate, cheap enough for the lowering thread.
    fn function_cost(&self, function: &Self::Function) -> Cost;

    /// An estimate of [`Executor::finish`], given the sum of the costs of the CGU's functions.
    fn finish_cost(&self, sealed: &Self::Sealed, functions: Cost) -> Cost;

    fn compile(
        &self,
        scratch: &mut Self::Scratch,
        cgu: &Self::Cgu,
        function: Self::Function,
    ) -> Result<Self::Compiled, Failure>;

    /// Writes the outputs of a CGU. `compiled` is in the order of submission. Warnings go to `report`.
    fn finish(
        &self,
        cgu: &Self::Cgu,
        sealed: Self::Sealed,
        compiled: Vec<Self::Compiled>,
        report: &mut dyn FnMut(Report),
    ) -> Result<Self::Outcome, Failure>;

    /// Copies the files of an unchanged CGU to where its outputs go, if they can be used.
    fn copy(
        &self,
        cgu: &Self::Cgu,
        cached: Self::Cached,
        report: &mut dyn FnMut(Report),
    ) -> Result<Copied<Self::Outcome>, Failure>;

    /// The compilation has failed or was given up, so that what was made of this CGU is not wanted.
    fn discard(&self, outcome: Self::Outcome) {
        drop(outcome);
    }

    /// Makes one CGU of several, which come in the order in which they were opened.
    fn combine(
        &self,
        parts: Vec<CombinePart<Self>>,
        report: &mut dyn FnMut(Report),
    ) -> Result<CombinePart<Self>, Failure>;
}

/// What came of [`Executor::copy`].
pub enum Copied<Outcome> {
    Whole(Outcome),
    /// A file is missing or damaged, as the text says; the CGU has to be compiled.
    Unusable(String),
}

/// A CGU that was kept as CLIF, or the one which came out of combining.
pub struct CombinePart<E: Executor + ?Sized> {
    pub cgu: Arc<E::Cgu>,
    pub functions: Vec<E::Function>,
    pub sealed: E::Sealed,
}

//! Functions are handed to workers in batches, so that the hand-over (a lock, perhaps a woken thread) is
//! small beside the work.

use std::collections::HashMap;

use crate::coordinator::scheduler::{CguId, Cost};
use crate::coordinator::workload::Stopwatch;

use super::executor::Executor;

/// Functions of one CGU that wait for company.
pub(super) struct OpenBatch<E: Executor> {
    functions: Vec<E::Function>,
    cost: Cost,
}

impl<E: Executor> OpenBatch<E> {
    fn new() -> Self {
        OpenBatch { functions: Vec::new(), cost: Cost::ZERO }
    }

    /// The full batch, if `function` made it full.
    fn push(&mut self, function: E::Function, cost: Cost, full: Cost) -> Option<(Vec<E::Function>, Cost)> {
        self.functions.push(function);
        self.cost = self.cost.plus(cost);
        if self.cost >= full { self.take() } else { None }
    }

    fn take(&mut self) -> Option<(Vec<E::Function>, Cost)> {
        // The next batch has about as many. A function is large, so that growing would copy a lot.
        let next = Vec::with_capacity(self.functions.len());
        let functions = std::mem::replace(&mut self.functions, next);
        let cost = std::mem::take(&mut self.cost);
        (!functions.is_empty()).then_some((functions, cost))
    }
}

/// Cuts `functions` into batches of at least `full` each, but for the last one.
pub(super) fn split<E: Executor>(
    executor: &E,
    functions: Vec<E::Function>,
    full: Cost,
) -> Vec<(Vec<E::Function>, Cost)> {
    let mut batches = Vec::new();
    let mut open = OpenBatch::<E>::new();
    for function in functions {
        let cost = executor.function_cost(&function);
        batches.extend(open.push(function, cost, full));
    }
    batches.extend(open.take());
    batches
}

/// What belongs to the lowering thread.
pub(super) struct LoweringSide<E: Executor> {
    /// CGUs that are open, with what was not handed over yet.
    open: HashMap<CguId, OpenBatch<E>>,
    /// The scratch memory of the calling thread, when it does the work.
    pub(super) inline_scratch: Option<E::Scratch>,
    /// Runs while functions are lowered, when the workload is recorded.
    pub(super) stopwatch: Option<Stopwatch>,
}

impl<E: Executor> LoweringSide<E> {
    pub(super) fn new(stopwatch: Option<Stopwatch>) -> Self {
        LoweringSide { open: HashMap::new(), inline_scratch: None, stopwatch }
    }

    pub(super) fn open(&mut self, cgu: CguId) {
        self.open.insert(cgu, OpenBatch::new());
    }

    /// The full batch, if `function` made it full.
    pub(super) fn push(
        &mut self,
        cgu: CguId,
        function: E::Function,
        cost: Cost,
        full: Cost,
    ) -> Option<(Vec<E::Function>, Cost)> {
        let batch = self.open.get_mut(&cgu);
        batch.expect("functions are submitted to open units only").push(function, cost, full)
    }

    /// Closes the CGU; what was left of its last batch.
    pub(super) fn close(&mut self, cgu: CguId) -> Option<(Vec<E::Function>, Cost)> {
        self.open.remove(&cgu).expect("a unit is sealed once, after it was opened").take()
    }

    /// Whether every CGU that was opened is sealed.
    pub(super) fn is_complete(&self) -> bool {
        self.open.is_empty()
    }
}

//! Collects functions in batches, so that submitting them (a lock, perhaps waking a thread) costs little
//! compared with the work.

use std::collections::HashMap;

use crate::coordinator::scheduler::{CguId, Cost};
use crate::coordinator::workload::Stopwatch;

use super::executor::Executor;

/// A batch of one CGU that is not full.
pub(super) struct OpenBatch<E: Executor> {
    functions: Vec<E::Function>,
    cost: Cost,
}

impl<E: Executor> OpenBatch<E> {
    fn new() -> Self {
        OpenBatch { functions: Vec::new(), cost: Cost::ZERO }
    }

    /// Adds a function, and returns the batch if it is now full.
    fn push(&mut self, function: E::Function, cost: Cost, full: Cost) -> Option<(Vec<E::Function>, Cost)> {
        self.functions.push(function);
        self.cost = self.cost.plus(cost);
        if self.cost >= full { self.take() } else { None }
    }

    fn take(&mut self) -> Option<(Vec<E::Function>, Cost)> {
        // The next batch will have about as many. Functions are large, so growing the vector would be slow.
        let next = Vec::with_capacity(self.functions.len());
        let functions = std::mem::replace(&mut self.functions, next);
        let cost = std::mem::take(&mut self.cost);
        (!functions.is_empty()).then_some((functions, cost))
    }
}

/// Splits `functions` into batches with a cost of at least `full` each, except for the last one.
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

/// The data of the lowering thread.
pub(super) struct LoweringSide<E: Executor> {
    /// The open CGUs, each with the functions that were not submitted yet.
    open: HashMap<CguId, OpenBatch<E>>,
    /// The scratch memory of this thread, if it does the work.
    pub(super) inline_scratch: Option<E::Scratch>,
    /// Measures the lowering of each function, if the workload is recorded.
    pub(super) stopwatch: Option<Stopwatch>,
}

impl<E: Executor> LoweringSide<E> {
    pub(super) fn new(stopwatch: Option<Stopwatch>) -> Self {
        LoweringSide { open: HashMap::new(), inline_scratch: None, stopwatch }
    }

    pub(super) fn open(&mut self, cgu: CguId) {
        self.open.insert(cgu, OpenBatch::new());
    }

    /// Adds a function to the CGU's batch, and returns the batch if it is now full.
    pub(super) fn push(
        &mut self,
        cgu: CguId,
        function: E::Function,
        cost: Cost,
        full: Cost,
    ) -> Option<(Vec<E::Function>, Cost)> {
        let batch = self.open.get_mut(&cgu);
        batch.expect("functions are submitted only to open CGUs").push(function, cost, full)
    }

    /// Closes the CGU, and returns its last batch.
    pub(super) fn close(&mut self, cgu: CguId) -> Option<(Vec<E::Function>, Cost)> {
        self.open.remove(&cgu).expect("a CGU is sealed once, after it was opened").take()
    }

    /// Whether all opened CGUs are sealed.
    pub(super) fn is_complete(&self) -> bool {
        self.open.is_empty()
    }
}

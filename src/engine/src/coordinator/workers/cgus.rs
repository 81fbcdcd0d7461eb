//! Holds the data of the CGUs that the scheduler only knows as numbers.
//!
//! A CGU's functions are added in batches ([`CguTable::add_batch`]). Each batch goes to a worker
//! ([`CguTable::take_job`]) and comes back compiled ([`CguTable::store_batch`]). When the CGU is finished,
//! all compiled functions go to one worker, in the order of submission.

use std::sync::Arc;

use cranelift_codegen::entity::PrimaryMap;

use crate::coordinator::scheduler::{CguId, Cost, Work};

use super::executor::{CombinePart, Executor};

/// Whether a CGU's functions are compiled at once, or kept as CLIF until all CGUs are lowered and combined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CguPlan {
    Compile,
    Combine,
}

/// A piece of work with all its data. The worker owns it.
pub(super) enum Job<E: Executor> {
    Compile {
        cgu: Arc<E::Cgu>,
        id: CguId,
        batch: u32,
        /// Position of the first function in the CGU's order of submission.
        first: usize,
        functions: Vec<E::Function>,
    },
    Finish {
        cgu: Arc<E::Cgu>,
        id: CguId,
        sealed: E::Sealed,
        /// Batch by batch, in the order of submission.
        compiled: Vec<Vec<E::Compiled>>,
    },
    Copy {
        cgu: Arc<E::Cgu>,
        id: CguId,
        cached: E::Cached,
    },
    Combine {
        parts: Vec<CombinePart<E>>,
    },
}

impl<E: Executor> Job<E> {
    /// Returns the CGU of the job; `None` if it is about several.
    pub(super) fn cgu(&self) -> Option<&Arc<E::Cgu>> {
        match self {
            Job::Compile { cgu, .. } | Job::Finish { cgu, .. } | Job::Copy { cgu, .. } => Some(cgu),
            Job::Combine { .. } => None,
        }
    }
}

/// The result of a job.
pub(super) enum Product<E: Executor> {
    Compiled {
        id: CguId,
        batch: u32,
        compiled: Vec<E::Compiled>,
    },
    Outcome {
        id: CguId,
        outcome: E::Outcome,
    },
    /// The work products of an unchanged CGU cannot be used. The text says why.
    Unusable {
        id: CguId,
        reason: String,
    },
    Combined {
        part: CombinePart<E>,
    },
}

/// The state of a batch.
enum Batch<E: Executor> {
    Waiting { first: usize, functions: Vec<E::Function> },
    Running,
    Compiled(Vec<E::Compiled>),
}

/// One CGU. The fields are set in this order, and emptied when a worker takes their contents.
struct CguData<E: Executor> {
    cgu: Arc<E::Cgu>,
    plan: CguPlan,
    /// The number of submitted functions.
    functions: usize,
    /// The sum of their costs.
    cost: Cost,
    /// The batches, with [`CguPlan::Compile`].
    batches: Vec<Batch<E>>,
    /// The functions, with [`CguPlan::Combine`].
    kept: Vec<E::Function>,
    sealed: Option<E::Sealed>,
    cached: Option<E::Cached>,
    outcome: Option<E::Outcome>,
    unusable: Option<String>,
}

/// An unchanged CGU that cannot be reused and must be compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unusable {
    pub cgu: Box<str>,
    /// Which of its files is missing or damaged.
    pub reason: String,
}

/// All CGUs, in the order in which they were opened.
pub(super) struct CguTable<E: Executor> {
    cgus: PrimaryMap<CguId, CguData<E>>,
}

impl<E: Executor> CguTable<E> {
    pub(super) fn new() -> Self {
        CguTable { cgus: PrimaryMap::new() }
    }

    pub(super) fn open(&mut self, cgu: Arc<E::Cgu>, plan: CguPlan) -> CguId {
        self.cgus.push(CguData {
            cgu,
            plan,
            functions: 0,
            cost: Cost::ZERO,
            batches: Vec::new(),
            kept: Vec::new(),
            sealed: None,
            cached: None,
            outcome: None,
            unusable: None,
        })
    }

    pub(super) fn add_batch(&mut self, id: CguId, functions: Vec<E::Function>, cost: Cost) {
        let data = &mut self.cgus[id];
        let first = data.functions;
        data.functions += functions.len();
        data.cost = data.cost.plus(cost);
        match data.plan {
            CguPlan::Compile => data.batches.push(Batch::Waiting { first, functions }),
            CguPlan::Combine => data.kept.extend(functions),
        }
    }

    pub(super) fn plan(&self, id: CguId) -> CguPlan {
        self.cgus[id].plan
    }

    /// Returns the sum of the costs of the submitted functions.
    pub(super) fn cost(&self, id: CguId) -> Cost {
        self.cgus[id].cost
    }

    pub(super) fn seal(&mut self, id: CguId, sealed: E::Sealed) {
        self.cgus[id].sealed = Some(sealed);
    }

    pub(super) fn set_cached(&mut self, id: CguId, cached: E::Cached) {
        self.cgus[id].cached = Some(cached);
    }

    /// Returns the job for `work`; `None` if it was already taken, which the scheduler never requests.
    pub(super) fn take_job(&mut self, work: Work) -> Option<Job<E>> {
        match work {
            Work::Batch { cgu: id, batch } => {
                let data = &mut self.cgus[id];
                let taken = std::mem::replace(&mut data.batches[batch as usize], Batch::Running);
                let Batch::Waiting { first, functions } = taken else { return None };
                Some(Job::Compile { cgu: Arc::clone(&data.cgu), id, batch, first, functions })
            }
            Work::FinishCgu { cgu: id } => self.take_finish(id),
            Work::CopyCgu { cgu: id } => {
                let data = &mut self.cgus[id];
                let cached = data.cached.take()?;
                Some(Job::Copy { cgu: Arc::clone(&data.cgu), id, cached })
            }
            Work::Combine => Some(Job::Combine { parts: self.take_parts() }),
        }
    }

    fn take_finish(&mut self, id: CguId) -> Option<Job<E>> {
        let data = &mut self.cgus[id];
        let sealed = data.sealed.take()?;
        let take_batch = |batch| match batch {
            Batch::Compiled(functions) => Some(functions),
            Batch::Waiting { .. } | Batch::Running => None,
        };
        let compiled = data.batches.drain(..).map(take_batch).collect::<Option<_>>()?;
        Some(Job::Finish { cgu: Arc::clone(&data.cgu), id, sealed, compiled })
    }

    fn take_parts(&mut self) -> Vec<CombinePart<E>> {
        let take_part = |data: &mut CguData<E>| {
            let sealed = data.sealed.take()?;
            let functions = std::mem::take(&mut data.kept);
            Some(CombinePart { cgu: Arc::clone(&data.cgu), functions, sealed })
        };
        let combined = self.cgus.values_mut().filter(|data| data.plan == CguPlan::Combine);
        combined.filter_map(take_part).collect()
    }

    pub(super) fn store_batch(&mut self, id: CguId, batch: u32, compiled: Vec<E::Compiled>) {
        self.cgus[id].batches[batch as usize] = Batch::Compiled(compiled);
    }

    pub(super) fn store_outcome(&mut self, id: CguId, outcome: E::Outcome) {
        self.cgus[id].outcome = Some(outcome);
    }

    pub(super) fn store_unusable(&mut self, id: CguId, reason: String) {
        self.cgus[id].unusable = Some(reason);
    }

    /// Returns the CGUs that could not be copied, in the order in which they were opened.
    pub(super) fn take_unusable(&mut self, executor: &E) -> Vec<Unusable> {
        let take = |data: &mut CguData<E>| {
            let reason = data.unusable.take()?;
            Some(Unusable { cgu: executor.cgu_name(&data.cgu).into(), reason })
        };
        self.cgus.values_mut().filter_map(take).collect()
    }

    /// Returns the CGU that was opened first.
    pub(super) fn first(&self) -> Option<&E::Cgu> {
        self.cgus.values().next().map(|data| &*data.cgu)
    }

    /// Returns all outcomes, in the order in which CGUs were opened.
    pub(super) fn take_outcomes(&mut self) -> Vec<E::Outcome> {
        self.cgus.values_mut().filter_map(|data| data.outcome.take()).collect()
    }
}

//! The data of units while they are under way: what the scheduler's numbers stand for.
//!
//! A unit's functions go in as batches ([`UnitTable::add_batch`]), leave for a worker ([`UnitTable::take_job`]), come
//! back compiled ([`UnitTable::store`]) and leave again, in the order of submission, when the unit is finished.

use std::sync::Arc;

use cranelift_codegen::entity::PrimaryMap;

use crate::coordinator::scheduler::{Cost, UnitId, Work};

use super::executor::{CombinePart, Executor};

/// Whether a unit's functions are compiled as they come, or kept as CLIF until all units are there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitPlan {
    Compile,
    Combine,
}

/// A piece of work with all it needs; owned by the worker.
pub(super) enum Job<E: Executor> {
    Compile {
        unit: Arc<E::Unit>,
        id: UnitId,
        batch: u32,
        /// Position of the first function in the unit's order of submission.
        first: usize,
        functions: Vec<E::Function>,
    },
    Finish {
        unit: Arc<E::Unit>,
        id: UnitId,
        sealed: E::Sealed,
        /// Batch by batch, in the order of submission.
        compiled: Vec<Vec<E::Compiled>>,
    },
    Copy {
        unit: Arc<E::Unit>,
        id: UnitId,
        cached: E::Cached,
    },
    Combine {
        parts: Vec<CombinePart<E>>,
    },
}

/// What a worker brings back.
pub(super) enum Product<E: Executor> {
    Compiled {
        id: UnitId,
        batch: u32,
        compiled: Vec<E::Compiled>,
    },
    Outcome {
        id: UnitId,
        outcome: E::Outcome,
    },
    /// The files of an unchanged unit cannot be used, as the text says.
    Unusable {
        id: UnitId,
        reason: String,
    },
    Combined {
        part: CombinePart<E>,
    },
}

/// Where the functions of a batch are.
enum Batch<E: Executor> {
    Waiting { first: usize, functions: Vec<E::Function> },
    Running,
    Compiled(Vec<E::Compiled>),
}

/// One unit; fields are set in this order, and emptied when a worker takes what is in them.
struct UnitData<E: Executor> {
    unit: Arc<E::Unit>,
    plan: UnitPlan,
    /// Functions submitted so far.
    functions: usize,
    /// The sum of their costs.
    cost: Cost,
    /// With [`UnitPlan::Compile`].
    batches: Vec<Batch<E>>,
    /// With [`UnitPlan::Combine`].
    kept: Vec<E::Function>,
    sealed: Option<E::Sealed>,
    cached: Option<E::Cached>,
    outcome: Option<E::Outcome>,
    unusable: Option<String>,
}

/// An unchanged unit that has to be compiled all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unusable {
    pub unit: Box<str>,
    /// Which of its files is missing or damaged.
    pub reason: String,
}

/// All units, in the order in which they were opened.
pub(super) struct UnitTable<E: Executor> {
    units: PrimaryMap<UnitId, UnitData<E>>,
}

impl<E: Executor> UnitTable<E> {
    pub(super) fn new() -> Self {
        UnitTable { units: PrimaryMap::new() }
    }

    pub(super) fn open(&mut self, unit: Arc<E::Unit>, plan: UnitPlan) -> UnitId {
        self.units.push(UnitData {
            unit,
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

    pub(super) fn add_batch(&mut self, id: UnitId, functions: Vec<E::Function>, cost: Cost) {
        let data = &mut self.units[id];
        let first = data.functions;
        data.functions += functions.len();
        data.cost = data.cost.plus(cost);
        match data.plan {
            UnitPlan::Compile => data.batches.push(Batch::Waiting { first, functions }),
            UnitPlan::Combine => data.kept.extend(functions),
        }
    }

    pub(super) fn plan(&self, id: UnitId) -> UnitPlan {
        self.units[id].plan
    }

    /// The sum of the costs of all functions submitted so far.
    pub(super) fn cost(&self, id: UnitId) -> Cost {
        self.units[id].cost
    }

    pub(super) fn seal(&mut self, id: UnitId, sealed: E::Sealed) {
        self.units[id].sealed = Some(sealed);
    }

    pub(super) fn set_cached(&mut self, id: UnitId, cached: E::Cached) {
        self.units[id].cached = Some(cached);
    }

    /// What a worker needs for `work`; `None` if it was taken before, which the scheduler never asks for.
    pub(super) fn take_job(&mut self, work: Work) -> Option<Job<E>> {
        match work {
            Work::Batch { unit: id, batch } => {
                let data = &mut self.units[id];
                let taken = std::mem::replace(&mut data.batches[batch as usize], Batch::Running);
                let Batch::Waiting { first, functions } = taken else { return None };
                Some(Job::Compile { unit: Arc::clone(&data.unit), id, batch, first, functions })
            }
            Work::FinishUnit { unit: id } => self.take_finish(id),
            Work::CopyUnit { unit: id } => {
                let data = &mut self.units[id];
                let cached = data.cached.take()?;
                Some(Job::Copy { unit: Arc::clone(&data.unit), id, cached })
            }
            Work::Combine => Some(Job::Combine { parts: self.take_parts() }),
        }
    }

    fn take_finish(&mut self, id: UnitId) -> Option<Job<E>> {
        let data = &mut self.units[id];
        let sealed = data.sealed.take()?;
        let take_batch = |batch| match batch {
            Batch::Compiled(functions) => Some(functions),
            Batch::Waiting { .. } | Batch::Running => None,
        };
        let compiled = data.batches.drain(..).map(take_batch).collect::<Option<_>>()?;
        Some(Job::Finish { unit: Arc::clone(&data.unit), id, sealed, compiled })
    }

    fn take_parts(&mut self) -> Vec<CombinePart<E>> {
        let take_part = |data: &mut UnitData<E>| {
            let sealed = data.sealed.take()?;
            let functions = std::mem::take(&mut data.kept);
            Some(CombinePart { unit: Arc::clone(&data.unit), functions, sealed })
        };
        let combined = self.units.values_mut().filter(|data| data.plan == UnitPlan::Combine);
        combined.filter_map(take_part).collect()
    }

    pub(super) fn store_batch(&mut self, id: UnitId, batch: u32, compiled: Vec<E::Compiled>) {
        self.units[id].batches[batch as usize] = Batch::Compiled(compiled);
    }

    pub(super) fn store_outcome(&mut self, id: UnitId, outcome: E::Outcome) {
        self.units[id].outcome = Some(outcome);
    }

    pub(super) fn store_unusable(&mut self, id: UnitId, reason: String) {
        self.units[id].unusable = Some(reason);
    }

    /// Units that could not be copied, in the order in which they were opened.
    pub(super) fn take_unusable(&mut self, executor: &E) -> Vec<Unusable> {
        let take = |data: &mut UnitData<E>| {
            let reason = data.unusable.take()?;
            Some(Unusable { unit: executor.unit_name(&data.unit).into(), reason })
        };
        self.units.values_mut().filter_map(take).collect()
    }

    /// The unit that was opened first.
    pub(super) fn first(&self) -> Option<&E::Unit> {
        self.units.values().next().map(|data| &*data.unit)
    }

    /// All outcomes, in the order in which units were opened.
    pub(super) fn take_outcomes(&mut self) -> Vec<E::Outcome> {
        self.units.values_mut().filter_map(|data| data.outcome.take()).collect()
    }
}

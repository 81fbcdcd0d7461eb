//! Which units are open, sealed, complete. A unit is complete when it is sealed and its last batch is back.

use cranelift_codegen::entity::PrimaryMap;

use super::work::{Cost, Destiny, UnitId};

/// How far a unit has come.
struct Progress {
    /// Batches added so far; the number of the next one.
    batches: u32,
    /// Batches that are queued or being compiled.
    outstanding: u32,
    sealed: Option<Destiny>,
}

/// A unit that can be finished now.
pub(super) struct Ready {
    pub(super) unit: UnitId,
    /// Of finishing it.
    pub(super) cost: Cost,
}

/// All units, in the order in which they were opened.
#[derive(Default)]
pub(super) struct Units {
    units: PrimaryMap<UnitId, Progress>,
    /// Sealed units that wait for being combined.
    combined: usize,
}

impl Units {
    pub(super) fn open(&mut self) -> UnitId {
        self.units.push(Progress { batches: 0, outstanding: 0, sealed: None })
    }

    /// The number of the new batch.
    pub(super) fn add_batch(&mut self, unit: UnitId) -> u32 {
        let progress = &mut self.units[unit];
        debug_assert!(progress.sealed.is_none(), "{unit} is sealed");
        let batch = progress.batches;
        progress.batches += 1;
        progress.outstanding += 1;
        batch
    }

    pub(super) fn seal(&mut self, unit: UnitId, destiny: Destiny) -> Option<Ready> {
        debug_assert!(self.units[unit].sealed.is_none(), "{unit} was sealed before");
        self.units[unit].sealed = Some(destiny);
        if destiny == Destiny::Combine {
            self.combined += 1;
        }
        self.ready(unit)
    }

    pub(super) fn batch_done(&mut self, unit: UnitId) -> Option<Ready> {
        self.units[unit].outstanding -= 1;
        self.ready(unit)
    }

    /// How many units are to be combined; they count once.
    pub(super) fn take_combined(&mut self) -> usize {
        std::mem::take(&mut self.combined)
    }

    fn ready(&self, unit: UnitId) -> Option<Ready> {
        match self.units[unit] {
            Progress { outstanding: 0, sealed: Some(Destiny::Finish(cost)), .. } => {
                Some(Ready { unit, cost })
            }
            _ => None,
        }
    }
}

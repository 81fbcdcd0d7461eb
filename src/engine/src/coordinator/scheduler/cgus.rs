//! Tracks which CGUs are open, sealed or complete. A CGU is complete when it is sealed and all its batches
//! are compiled.

use cranelift_codegen::entity::PrimaryMap;

use super::work::{CguId, Cost, Destiny};

/// How far a CGU has come.
struct CguProgress {
    /// The number of batches so far, which is also the number of the next one.
    batches: u32,
    /// The number of batches that are queued or being compiled.
    outstanding: u32,
    sealed: Option<Destiny>,
}

/// A CGU that can be finished now.
pub(super) struct Ready {
    pub(super) cgu: CguId,
    /// The cost of finishing it.
    pub(super) cost: Cost,
}

/// All CGUs, in the order in which they were opened.
#[derive(Default)]
pub(super) struct Cgus {
    cgus: PrimaryMap<CguId, CguProgress>,
    /// The number of sealed CGUs that wait to be combined.
    combined: usize,
}

impl Cgus {
    pub(super) fn open(&mut self) -> CguId {
        self.cgus.push(CguProgress { batches: 0, outstanding: 0, sealed: None })
    }

    /// Adds a batch and returns its number.
    pub(super) fn add_batch(&mut self, cgu: CguId) -> u32 {
        let progress = &mut self.cgus[cgu];
        debug_assert!(progress.sealed.is_none(), "{cgu} is sealed");
        let batch = progress.batches;
        progress.batches += 1;
        progress.outstanding += 1;
        batch
    }

    pub(super) fn seal(&mut self, cgu: CguId, destiny: Destiny) -> Option<Ready> {
        debug_assert!(self.cgus[cgu].sealed.is_none(), "{cgu} was sealed before");
        self.cgus[cgu].sealed = Some(destiny);
        if destiny == Destiny::Combine {
            self.combined += 1;
        }
        self.ready(cgu)
    }

    pub(super) fn batch_done(&mut self, cgu: CguId) -> Option<Ready> {
        self.cgus[cgu].outstanding -= 1;
        self.ready(cgu)
    }

    /// Returns the number of CGUs to combine, and resets it.
    pub(super) fn take_combined(&mut self) -> usize {
        std::mem::take(&mut self.combined)
    }

    fn ready(&self, cgu: CguId) -> Option<Ready> {
        match self.cgus[cgu] {
            CguProgress { outstanding: 0, sealed: Some(Destiny::Finish(cost)), .. } => {
                Some(Ready { cgu, cost })
            }
            _ => None,
        }
    }
}

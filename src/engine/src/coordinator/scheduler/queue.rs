//! The queue of work that no worker has begun: most expensive first, ties broken by the work's own name, so that
//! the order does not depend on when things were put in.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::work::{Cost, Work};

/// Work that waits for a worker.
#[derive(Default)]
pub(super) struct Queue {
    items: BTreeSet<(Reverse<Cost>, Work)>,
    /// The sum of the costs; wide enough never to overflow.
    total: u128,
}

impl Queue {
    pub(super) fn push(&mut self, work: Work, cost: Cost) {
        if self.items.insert((Reverse(cost), work)) {
            self.total += u128::from(cost.0);
        } else {
            debug_assert!(false, "{work:?} was queued twice");
        }
    }

    /// Takes the most expensive item out.
    pub(super) fn pop(&mut self) -> Option<Work> {
        let (Reverse(cost), work) = self.items.pop_first()?;
        self.total -= u128::from(cost.0);
        Some(work)
    }

    /// Whether the sum of the costs of all items is at least `cost`.
    pub(super) fn holds_at_least(&self, cost: Cost) -> bool {
        self.total >= u128::from(cost.0)
    }

    /// The sum of the costs of all items.
    pub(super) fn total(&self) -> u128 {
        self.total
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.total = 0;
    }
}

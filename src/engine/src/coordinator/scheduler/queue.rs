//! The queue of work that no worker has begun. Work is taken in one of two orders ([`Order`]). Neither
//! depends on when it was queued.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::work::{CguId, Cost, Work};

/// Which item is taken next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// The first item of the CGU that was opened first. CGUs are then finished early, and their compiled
    /// functions are freed.
    OldestCgu,
    /// The most expensive item, or the first in [`Work`]'s order if costs are equal. All workers then end at
    /// about the same time.
    MostExpensive,
}

/// Work that waits for a worker.
#[derive(Default)]
pub(super) struct Queue {
    by_cost: BTreeSet<(Reverse<Cost>, Work)>,
    /// The same items.
    by_cgu: BTreeMap<(Option<CguId>, Work), Cost>,
    /// The sum of the costs. It cannot overflow.
    total: u128,
}

impl Queue {
    pub(super) fn push(&mut self, work: Work, cost: Cost) {
        if self.by_cgu.insert((work.cgu(), work), cost).is_none() {
            self.by_cost.insert((Reverse(cost), work));
            self.total += u128::from(cost.0);
        } else {
            debug_assert!(false, "{work:?} was queued twice");
        }
    }

    /// Removes and returns the first item in an order.
    pub(super) fn pop(&mut self, order: Order) -> Option<Work> {
        let (cost, work) = match order {
            Order::OldestCgu => {
                let ((_, work), cost) = self.by_cgu.pop_first()?;
                self.by_cost.remove(&(Reverse(cost), work));
                (cost, work)
            }
            Order::MostExpensive => {
                let (Reverse(cost), work) = self.by_cost.pop_first()?;
                self.by_cgu.remove(&(work.cgu(), work));
                (cost, work)
            }
        };
        self.total -= u128::from(cost.0);
        Some(work)
    }

    /// Whether the sum of the costs of all items is at least `cost`.
    pub(super) fn holds_at_least(&self, cost: Cost) -> bool {
        self.total >= u128::from(cost.0)
    }

    /// Returns the sum of the costs of all items.
    pub(super) fn total(&self) -> u128 {
        self.total
    }

    pub(super) fn len(&self) -> usize {
        self.by_cgu.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_cgu.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.by_cgu.clear();
        self.by_cost.clear();
        self.total = 0;
    }
}

//! The queue of work that no worker has begun. It can be taken in two orders ([`Order`]), neither of which
//! depends on when things were put in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::work::{CguId, Cost, Work};

/// Which item is taken next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// What belongs to the CGU that was opened first, in its order, its finish last: CGUs end early, and what
    /// was compiled of them is not kept in memory for long.
    OldestCgu,
    /// The most expensive item, ties broken by the work's own name: all workers end at about the same time.
    MostExpensive,
}

/// Work that waits for a worker.
#[derive(Default)]
pub(super) struct Queue {
    by_cost: BTreeSet<(Reverse<Cost>, Work)>,
    /// The same items.
    by_cgu: BTreeMap<(Option<CguId>, Work), Cost>,
    /// The sum of the costs; wide enough never to overflow.
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

    /// Takes the first item in an order out.
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

    /// The sum of the costs of all items.
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

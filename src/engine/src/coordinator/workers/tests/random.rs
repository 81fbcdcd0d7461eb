//! Tests random interleavings of jobs without threads. The jobs that the scheduler starts for several workers
//! are kept, and end in random order. The outcomes must be the same as when everything happens in order.

use std::sync::Arc;
use std::sync::mpsc::channel;

use proptest::prelude::*;

use super::fake::{Behaviour, Fake, Function};
use crate::coordinator::scheduler::{CguId, Cost, Destiny, Event, Limits, Scheduler, WorkerId};
use crate::coordinator::workers::batching;
use crate::coordinator::workers::cgus::{CguPlan, Job};
use crate::coordinator::workers::config::SilentEvents;
use crate::coordinator::workers::report::Reporter;
use crate::coordinator::workers::state::{Dispatch, Gate, Shared};
use crate::coordinator::workers::worker;

type FakeShared = Shared<Arc<Fake>>;

struct World {
    shared: Arc<FakeShared>,
    running: Vec<(WorkerId, Job<Arc<Fake>>)>,
    choices: std::vec::IntoIter<u8>,
}

impl World {
    fn new(threads: usize, choices: Vec<u8>) -> World {
        let (sender, _) = channel();
        let shared = Shared::new(
            Arc::new(Fake::default()),
            Arc::new(SilentEvents),
            Reporter::new(sender),
            None,
            Cost(10),
            Scheduler::new(Limits { threads, queue_cost: Cost(60) }),
            Dispatch::Inline(Default::default()),
        );
        World { shared: Arc::new(shared), running: Vec::new(), choices: choices.into_iter() }
    }

    fn choose(&mut self, below: usize) -> usize {
        self.choices.next().map_or(0, |choice| usize::from(choice) % below)
    }

    fn tell(&mut self, event: Event) {
        self.shared.update(|shared, state| shared.handle(state, event));
        self.collect();
    }

    fn collect(&mut self) {
        while let Some(job) = self.shared.next_inline() {
            self.running.push(job);
        }
    }

    fn end_one(&mut self) {
        let index = self.choose(self.running.len());
        let (id, job) = self.running.swap_remove(index);
        worker::perform(&self.shared, id, &mut Some(()), job);
        self.collect();
    }

    /// Lets some workers end and some tokens arrive, and as many as lowering needs to continue.
    fn pass_time(&mut self) {
        for _ in 0..self.choose(3) {
            let asked = self.shared.update(|_, state| state.scheduler.requested_tokens());
            if asked > 0 && self.choose(2) == 0 {
                FakeShared::deliver(&Arc::downgrade(&self.shared), Ok(Box::new(())));
                self.collect();
            } else if !self.running.is_empty() {
                self.end_one();
            }
        }
        while self.shared.update(|_, state| state.gate) == Gate::Closed {
            self.end_one();
        }
    }

    fn lower(&mut self, cgu: CguId, functions: Vec<Function>) {
        let shared = Arc::clone(&self.shared);
        for (functions, cost) in batching::split(&shared.executor, functions, Cost(10)) {
            shared.update(|_, state| state.cgus.add_batch(cgu, functions, cost));
            self.tell(Event::BatchLowered { cgu, cost });
            self.pass_time();
        }
    }
}

fn cgu(costs: &[u8], first: u32) -> Vec<Function> {
    let function = |(index, &cost)| Function {
        number: first + index as u32,
        cost: u64::from(cost),
        behaviour: Behaviour::Compiles,
    };
    costs.iter().enumerate().map(function).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, ..ProptestConfig::default() })]

    #[test]
    fn outcomes_do_not_depend_on_timing(
        threads in 1..6_usize,
        cgus in prop::collection::vec(prop::collection::vec(1..20_u8, 0..20), 1..6),
        choices in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut world = World::new(threads, choices);
        let mut expected = Vec::new();
        for (number, costs) in cgus.iter().enumerate() {
            let name = format!("cgu{number}");
            let first = 100 * number as u32;
            expected.push((name.clone(), (first..first + costs.len() as u32).collect::<Vec<_>>()));
            let id = world.shared.update(|_, state| state.cgus.open(Arc::new(name), CguPlan::Compile));
            world.tell(Event::CguOpened);
            world.lower(id, cgu(costs, first));
            world.shared.update(|_, state| state.cgus.seal(id, Behaviour::Compiles));
            world.tell(Event::CguSealed { cgu: id, destiny: Destiny::Finish(Cost(3)) });
            world.pass_time();
        }
        world.tell(Event::LoweringDone);
        while !world.running.is_empty() {
            world.end_one();
        }
        prop_assert!(world.shared.update(|_, state| state.ending.is_some()));
        prop_assert_eq!(world.shared.update(|_, state| state.cgus.take_outcomes()), expected);
    }
}

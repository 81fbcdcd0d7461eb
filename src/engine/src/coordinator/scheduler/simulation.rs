//! Tests the scheduler with random schedules.
//!
//! A [`Scenario`] has the CGUs to lower, and whether failures can happen. A sequence of random choices
//! selects the next of the possible events: the lowering thread takes a step, a worker ends or fails, a token
//! arrives or fails, the user gives up. After each event, [`World::check`] checks that the result of all
//! commands so far obeys the rules. After the last choice, the first possible event is selected until the
//! end.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{CguId, Command, Cost, Destiny, Ending, Event, Limits, Scheduler, Work, WorkerId};

/// One step of the lowering thread.
#[derive(Clone, Debug)]
enum Step {
    Open(u32),
    Batch(u32, Cost),
    Seal(u32, Destiny),
    Unchanged(u32, Cost),
    /// Waits for the copies of the unchanged CGUs.
    AwaitCopies,
}

/// The input of a run.
#[derive(Clone, Debug)]
struct Scenario {
    threads: usize,
    queue_cost: Cost,
    /// The number of tokens besides the implicit one.
    tokens: usize,
    steps: Vec<Step>,
    /// The batches of the combined CGU, if CGUs are combined.
    combined: Vec<Cost>,
    /// Whether failures are possible events.
    faults: Faults,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Faults {
    Never,
    Possible,
}

/// A possible next event.
#[derive(Clone, Debug)]
enum Possible {
    Lower,
    Token,
    WorkerEnds(WorkerId),
    WorkerFails(WorkerId),
    GraceEnds(WorkerId),
    TokenFails,
    Abort,
}

/// The state of the lowering thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LoweringThread {
    Running,
    Paused,
    Done,
}

struct World {
    scheduler: Scheduler,
    scenario: Scenario,
    next_step: usize,
    lowering: LoweringThread,
    running: BTreeMap<WorkerId, Work>,
    held: usize,
    requested: usize,
    /// The workers that keep a token and have not answered yet.
    keepers: BTreeSet<WorkerId>,
    /// The number of copies that have not ended.
    copies: usize,
    /// Whether lowering waits for them.
    awaits_copies: bool,
    /// All work that was started, and the part of it that was finished.
    started: BTreeSet<Work>,
    finished: BTreeSet<Work>,
    /// The number of opened CGUs, the combined one included.
    cgus: u32,
    /// The cost of the largest item, by which the queue may exceed its limit.
    largest: u64,
    ending: Option<Ending>,
    failed: Option<&'static str>,
}

impl World {
    fn new(scenario: Scenario) -> World {
        let limits = Limits { threads: scenario.threads, queue_cost: scenario.queue_cost };
        World {
            scheduler: Scheduler::new(limits),
            scenario,
            next_step: 0,
            lowering: LoweringThread::Running,
            running: BTreeMap::new(),
            held: 0,
            requested: 0,
            keepers: BTreeSet::new(),
            copies: 0,
            awaits_copies: false,
            started: BTreeSet::new(),
            finished: BTreeSet::new(),
            cgus: 0,
            largest: 0,
            ending: None,
            failed: None,
        }
    }

    /// Returns the possible next events. Failures come last. Before them comes a step of lowering.
    fn possible(&self) -> Vec<Possible> {
        let mut possible: Vec<_> = self.running.keys().map(|&worker| Possible::WorkerEnds(worker)).collect();
        if self.requested > 0 && self.held < self.scenario.tokens {
            possible.push(Possible::Token);
        }
        possible.extend(self.keepers.iter().map(|&worker| Possible::GraceEnds(worker)));
        if self.lowering == LoweringThread::Running {
            possible.push(Possible::Lower);
        }
        if self.scenario.faults == Faults::Possible && !possible.is_empty() {
            possible.extend(self.running.keys().map(|&worker| Possible::WorkerFails(worker)));
            if self.requested > 0 {
                possible.push(Possible::TokenFails);
            }
            possible.push(Possible::Abort);
        }
        possible
    }

    fn happen(&mut self, possible: Possible) {
        let event = match possible {
            Possible::Lower => self.lower(),
            Possible::Token => {
                self.requested -= 1;
                self.held += 1;
                Event::TokenAcquired
            }
            Possible::TokenFails => {
                self.requested -= 1;
                self.failed = Some("token");
                Event::TokenFailed
            }
            Possible::WorkerEnds(worker) => self.worker_ends(worker),
            Possible::GraceEnds(worker) => {
                self.keepers.remove(&worker);
                Event::GraceEnded { worker }
            }
            Possible::WorkerFails(worker) => {
                self.running.remove(&worker);
                self.failed = Some("worker");
                Event::WorkFailed { worker }
            }
            Possible::Abort => {
                self.failed = Some("abort");
                Event::Abort
            }
        };
        let mut commands = Vec::new();
        self.scheduler.handle(event, &mut commands);
        for command in commands {
            self.obey(command);
        }
        self.check();
    }

    fn lower(&mut self) -> Event {
        let step = self.scenario.steps.get(self.next_step).cloned();
        self.next_step += 1;
        // After a failure, lowering notices the end at its next step.
        let Some(step) = step.filter(|_| self.failed.is_none()) else {
            self.lowering = LoweringThread::Done;
            return Event::LoweringDone;
        };
        match step {
            Step::Open(cgu) => {
                assert_eq!(cgu, self.cgus);
                self.cgus += 1;
                Event::CguOpened
            }
            Step::Batch(cgu, cost) => {
                self.largest = self.largest.max(cost.0);
                Event::BatchLowered { cgu: CguId::from_u32(cgu), cost }
            }
            Step::Seal(cgu, destiny) => Event::CguSealed { cgu: CguId::from_u32(cgu), destiny },
            Step::AwaitCopies => {
                self.awaits_copies = true;
                Event::CopiesAwaited
            }
            Step::Unchanged(cgu, cost) => {
                self.copies += 1;
                self.largest = self.largest.max(cost.0);
                Event::CguUnchanged { cgu: CguId::from_u32(cgu), cost }
            }
        }
    }

    fn worker_ends(&mut self, worker: WorkerId) -> Event {
        let work = self.running.remove(&worker).expect("it was running");
        assert!(self.finished.insert(work), "{work:?} was done twice");
        self.copies -= usize::from(matches!(work, Work::CopyCgu { .. }));
        if work == Work::Combine {
            self.cgus += 1;
            let batches = self.scenario.combined.clone();
            Event::Combined { worker, batches, finish: Cost(1) }
        } else {
            Event::WorkDone { worker }
        }
    }

    fn obey(&mut self, command: Command) {
        assert_eq!(self.ending, None, "{command:?} after the end");
        match command {
            Command::RequestToken => self.requested += 1,
            Command::ReleaseToken => self.held -= 1,
            Command::Start { worker, work } => {
                assert!(self.started.insert(work), "{work:?} was started twice");
                assert_eq!(self.running.insert(worker, work), None, "{worker} is busy");
                self.check_order(work);
            }
            Command::KeepToken { worker } => {
                assert!(!self.running.contains_key(&worker), "{worker} is busy");
                self.keepers.insert(worker);
            }
            Command::PauseLowering => {
                assert_eq!(self.lowering, LoweringThread::Running);
                self.lowering = LoweringThread::Paused;
            }
            Command::ResumeLowering => {
                assert_eq!(self.lowering, LoweringThread::Paused);
                self.lowering = LoweringThread::Running;
            }
            Command::Finish(ending) => {
                assert!(self.running.is_empty(), "a worker is busy at the end");
                self.ending = Some(ending);
            }
        }
    }

    /// Checks that a CGU is finished after all its batches.
    fn check_order(&self, work: Work) {
        if let Work::FinishCgu { cgu } = work {
            let of_cgu = |work: &&Work| matches!(work, Work::Batch { cgu: other, .. } if *other == cgu);
            let started = self.started.iter().filter(of_cgu).count();
            assert_eq!(started, self.finished.iter().filter(of_cgu).count());
        }
    }

    fn check(&mut self) {
        let lent = usize::from(self.lowering != LoweringThread::Running);
        assert!(self.running.len() <= self.held + lent, "more workers than tokens");
        assert!(self.running.len() + 1 - lent <= self.scenario.threads, "more threads than allowed");
        // Acquired tokens that no worker uses are released, except for one that is kept for a moment.
        let kept = usize::from(!self.keepers.is_empty() && lent == 0);
        assert!(self.held <= self.running.len() + kept, "a superfluous token is held");
        if self.lowering == LoweringThread::Running && self.failed.is_none() {
            assert!(!self.awaits_copies || self.copies == 0, "lowering does not wait for copies");
            self.awaits_copies = false;
        }
        assert!(self.requested + self.held < self.scenario.threads.max(1));
        if self.lowering == LoweringThread::Running && self.failed.is_none() {
            let bound = u128::from(self.scenario.queue_cost.0.max(1));
            assert!(self.scheduler.queued_cost() < bound, "lowering continues with a full queue");
        }
        if self.failed.is_some() {
            assert_eq!(self.scheduler.queued(), 0);
        }
    }

    /// Selects events until the end.
    fn run(mut self, choices: &[u16]) -> World {
        let mut choices = choices.iter();
        while self.ending.is_none() {
            let possible = self.possible();
            assert!(!possible.is_empty(), "nothing can happen, and it is not the end");
            let choice = choices.next().map_or(0, |&choice| usize::from(choice) % possible.len());
            self.happen(possible[choice].clone());
        }
        self
    }

    /// Checks the state at the end: late tokens are released at once, and all work is done.
    fn check_end(mut self) {
        assert_eq!(self.ending.is_some_and(|ending| ending == Ending::Aborted), self.failed.is_some());
        assert_ne!(self.lowering, LoweringThread::Paused, "the lowering thread was forgotten");
        assert_eq!(self.held, 0, "a token was kept");
        for _ in 0..self.requested {
            let mut commands = Vec::new();
            self.scheduler.handle(Event::TokenAcquired, &mut commands);
            assert_eq!(commands, [Command::ReleaseToken]);
        }
        if self.failed.is_none() {
            assert_eq!(self.finished, self.everything());
        }
    }

    /// Returns all work of a run without failures.
    fn everything(&self) -> BTreeSet<Work> {
        let mut everything = BTreeSet::new();
        let mut batches = BTreeMap::new();
        let mut combine = Vec::new();
        for step in &self.scenario.steps {
            match *step {
                Step::Open(_) | Step::AwaitCopies => {}
                Step::Batch(cgu, _) => {
                    let batch = batches.entry(cgu).or_insert(0);
                    everything.insert(Work::Batch { cgu: CguId::from_u32(cgu), batch: *batch });
                    *batch += 1;
                }
                Step::Seal(cgu, Destiny::Finish(_)) => {
                    everything.insert(Work::FinishCgu { cgu: CguId::from_u32(cgu) });
                }
                Step::Seal(cgu, Destiny::Combine) => combine.push(cgu),
                Step::Unchanged(cgu, _) => {
                    everything.insert(Work::CopyCgu { cgu: CguId::from_u32(cgu) });
                }
            }
        }
        if !combine.is_empty() {
            let cgu = CguId::from_u32(self.cgus - 1);
            everything.insert(Work::Combine);
            everything.insert(Work::FinishCgu { cgu });
            let count = self.scenario.combined.len() as u32;
            everything.extend((0..count).map(|batch| Work::Batch { cgu, batch }));
        }
        everything
    }
}

/// A CGU before it has a number.
#[derive(Clone, Debug)]
enum Cgu {
    Compiled(Vec<Cost>, Cost),
    Combined,
    Unchanged(Cost),
    /// Not a CGU: the lowering thread waits for copies.
    Await,
}

fn cost() -> impl Strategy<Value = Cost> {
    prop_oneof![4 => 0..50_u64, 1 => 0..2000_u64].prop_map(Cost)
}

fn cgu() -> impl Strategy<Value = Cgu> {
    prop_oneof![
        6 => (prop::collection::vec(cost(), 0..8), cost()).prop_map(|(batches, finish)| Cgu::Compiled(batches, finish)),
        1 => Just(Cgu::Combined),
        1 => cost().prop_map(Cgu::Unchanged),
        1 => Just(Cgu::Await),
    ]
}

/// Returns the steps of lowering `cgus` one after the other.
fn steps(cgus: Vec<Cgu>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut number = 0;
    for cgu in cgus {
        if let Cgu::Await = cgu {
            steps.push(Step::AwaitCopies);
            continue;
        }
        steps.push(Step::Open(number));
        match cgu {
            Cgu::Await => {}
            Cgu::Compiled(batches, finish) => {
                steps.extend(batches.into_iter().map(|cost| Step::Batch(number, cost)));
                steps.push(Step::Seal(number, Destiny::Finish(finish)));
            }
            Cgu::Combined => steps.push(Step::Seal(number, Destiny::Combine)),
            Cgu::Unchanged(cost) => steps.push(Step::Unchanged(number, cost)),
        }
        number += 1;
    }
    steps
}

fn scenario(faults: Faults) -> impl Strategy<Value = Scenario> {
    let cgus = prop::collection::vec(cgu(), 0..8).prop_map(steps);
    let combined = prop::collection::vec(cost(), 0..4);
    (1..10_usize, 0..400_u64, 0..12_usize, cgus, combined).prop_map(
        move |(threads, queue_cost, tokens, steps, combined)| Scenario {
            threads,
            queue_cost: Cost(queue_cost),
            tokens,
            steps,
            combined,
            faults,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15_000, ..ProptestConfig::default() })]

    #[test]
    fn random_schedules_obey_the_rules(
        scenario in scenario(Faults::Never),
        choices in prop::collection::vec(any::<u16>(), 0..200),
    ) {
        World::new(scenario).run(&choices).check_end();
    }

    #[test]
    fn random_schedules_with_faults_obey_the_rules(
        scenario in scenario(Faults::Possible),
        choices in prop::collection::vec(any::<u16>(), 0..200),
    ) {
        World::new(scenario).run(&choices).check_end();
    }
}

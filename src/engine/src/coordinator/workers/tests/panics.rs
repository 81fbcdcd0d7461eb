//! Tests panics outside of jobs: in hooks, and in calls of the executor that are not jobs. In each case, the
//! compilation ends, with a report or by unwinding on the lowering thread. No thread and no token is left. A
//! time limit finds threads that would wait for ever.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::fake::{Behaviour, Fake, Function, Question};
use crate::coordinator::scheduler::Cost;
use crate::coordinator::workers::{
    Batching, CguPlan, Config, Coordinator, Events, Flow, JobserverTokens, Lowering, Problem, Stopped,
    TokenChange, WorkLabel,
};

/// The time limit of a run. It is long enough for a busy machine.
const LIMIT: Duration = Duration::from_secs(60);
const TOKENS: usize = 3;

/// A hook that panics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hook {
    ThreadStarted,
    Around,
    Acquired,
    Released,
    LoweringWaits,
    LoweringWorks,
}

/// The hooks, one of which panics.
#[derive(Default)]
struct Hooks {
    panics_at: Option<Hook>,
    has_panicked: AtomicBool,
    has_acquired: AtomicBool,
}

impl Hooks {
    fn called(&self, hook: Hook) {
        if self.panics_at == Some(hook) {
            self.has_panicked.store(true, Ordering::SeqCst);
            panic!("no luck with {hook:?}");
        }
    }
}

impl Events for Hooks {
    fn thread_started(&self, _: &str) {
        self.called(Hook::ThreadStarted);
    }

    fn around(&self, _: WorkLabel<'_>, work: &mut dyn FnMut()) {
        self.called(Hook::Around);
        work();
    }

    fn token(&self, change: TokenChange) {
        match change {
            TokenChange::Acquired => {
                self.has_acquired.store(true, Ordering::SeqCst);
                self.called(Hook::Acquired);
            }
            TokenChange::Released => self.called(Hook::Released),
        }
    }

    fn lowering(&self, lowering: Lowering) {
        self.called(match lowering {
            Lowering::Waits => Hook::LoweringWaits,
            Lowering::Works => Hook::LoweringWorks,
        });
    }
}

/// How the compilation is ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Join,
    Drop,
}

/// The event that the lowering thread waits for after each CGU, so that it also happens on a busy machine.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WaitsFor {
    Nothing,
    /// A token was acquired.
    Token,
}

/// How a run ended.
enum Ended {
    /// With this result of `join`, and these reports.
    Joined(Result<(), Stopped>, Vec<Problem>),
    Dropped,
    /// The panic reached the lowering thread.
    Unwound,
}

/// Lowers two CGUs, one that is combined, and one whose last function has the behaviour `last`.
fn lower(coordinator: &Coordinator<Arc<Fake>>, hooks: &Hooks, waits_for: WaitsFor, last: Behaviour) {
    let plans = [CguPlan::Compile, CguPlan::Compile, CguPlan::Combine, CguPlan::Compile];
    for (cgu, plan) in plans.into_iter().enumerate() {
        let id = coordinator.open_cgu(format!("cgu{cgu}"), plan);
        for number in 0..60 {
            let behaviour = if (cgu, number) == (3, 59) { last } else { Behaviour::Compiles };
            if coordinator.submit(id, Function { number, cost: 4, behaviour }) == Flow::Stop {
                return;
            }
        }
        if coordinator.seal(id, Behaviour::Compiles) == Flow::Stop {
            return;
        }
        let start = Instant::now();
        while waits_for == WaitsFor::Token
            && !hooks.has_acquired.load(Ordering::SeqCst)
            && start.elapsed() < LIMIT
        {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn config(client: jobserver::Client, parallel: bool) -> Config {
    Config {
        tokens: Some(Box::new(JobserverTokens(client))),
        parallel,
        max_threads: 4,
        batching: Batching { batch_cost: Cost(10), queue_cost: Cost(50) },
        ..Config::default()
    }
}

fn compile(fake: &Arc<Fake>, hooks: &Arc<Hooks>, config: Config, end: End, waits_for: WaitsFor) -> Ended {
    // There is something to discard only if the compilation fails.
    let fails = fake.panics_at == Some(Question::Discard);
    let last = if fails { Behaviour::Fails } else { Behaviour::Compiles };
    let run = || {
        let coordinator = Coordinator::start(Arc::clone(fake), config).unwrap();
        lower(&coordinator, hooks, waits_for, last);
        if end == End::Drop {
            drop(coordinator);
            return Ended::Dropped;
        }
        let mut errors = Vec::new();
        let outcome = coordinator.finish().join(&mut |report| {
            if report.severity == crate::coordinator::Severity::Error {
                errors.push(report.problem);
            }
        });
        Ended::Joined(outcome.map(drop), errors)
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Ended::Unwound)
}

/// Does one run, and checks that it ends in time and reports the panic.
fn check(question: Option<Question>, hook: Option<Hook>, parallel: bool, end: End) -> bool {
    let place = format!("{question:?} {hook:?}, parallel: {parallel}, {end:?}");
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let client = jobserver::Client::new(TOKENS).unwrap();
        let fake = Arc::new(Fake { panics_at: question, ..Fake::default() });
        let hooks = Arc::new(Hooks { panics_at: hook, ..Hooks::default() });
        let events = Arc::clone(&hooks) as Arc<dyn Events>;
        let config = Config { events, ..config(client.clone(), parallel) };
        let waits_for = if parallel { WaitsFor::Token } else { WaitsFor::Nothing };
        let ended = compile(&fake, &hooks, config, end, waits_for);
        let panicked = [&fake.has_panicked, &hooks.has_panicked].map(|flag| flag.load(Ordering::SeqCst));
        let users = Arc::strong_count(&fake);
        sender.send((ended, panicked.contains(&true), users, client.available().unwrap())).unwrap();
    });
    let (ended, panicked, users, free) =
        receiver.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{place}: it does not end"));
    assert_eq!((users, free), (1, TOKENS), "{place}: a thread or a token is left");
    if let Ended::Joined(outcome, errors) = ended {
        let reported = errors.iter().any(|error| matches!(error, Problem::Panic { .. }));
        let fails = panicked || question == Some(Question::Discard);
        let expected = if fails { Err(Stopped) } else { Ok(()) };
        assert_eq!((outcome, reported), (expected, panicked), "{place}: {errors:?}");
    }
    panicked
}

/// Does all runs for one place of the panic, and checks that at least one of them reaches it.
fn check_everywhere(question: Option<Question>, hook: Option<Hook>) {
    let mut reached = false;
    for parallel in [true, false] {
        for end in [End::Join, End::Drop] {
            reached |= check(question, hook, parallel, end);
        }
    }
    assert!(reached, "{question:?} {hook:?} was never reached");
}

#[test]
fn a_panic_of_the_executor_outside_of_jobs_ends_the_compilation() {
    for question in [Question::CguName, Question::CostOfCombined, Question::FinishCost, Question::Discard] {
        check_everywhere(Some(question), None);
    }
}

#[test]
fn a_panic_of_a_hook_ends_the_compilation() {
    for hook in [
        Hook::ThreadStarted,
        Hook::Around,
        Hook::Acquired,
        Hook::Released,
        Hook::LoweringWaits,
        Hook::LoweringWorks,
    ] {
        check_everywhere(None, Some(hook));
    }
}

/// The stacks are larger than any system can provide.
#[test]
fn threads_that_cannot_be_started_end_the_compilation() {
    for tokens in [0, TOKENS] {
        let client = jobserver::Client::new(tokens).unwrap();
        let (sender, receiver) = channel();
        let tokens_of_run = client.clone();
        std::thread::spawn(move || {
            let config = Config { stack_size: usize::MAX / 4, ..config(tokens_of_run, true) };
            let ended = compile(&Arc::default(), &Arc::default(), config, End::Join, WaitsFor::Nothing);
            let Ended::Joined(outcome, errors) = ended else { panic!("it unwinds") };
            sender.send((outcome, errors)).unwrap();
        });
        let (outcome, errors) = receiver.recv_timeout(LIMIT).expect("it does not end");
        assert_eq!(outcome, Err(Stopped));
        assert!(errors.iter().all(|error| matches!(error, Problem::Thread { .. })), "{errors:?}");
        assert!(!errors.is_empty());
        assert_eq!(client.available().unwrap(), tokens);
    }
}

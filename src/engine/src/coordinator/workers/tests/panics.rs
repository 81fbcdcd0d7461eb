//! Panics beside the work: in hooks, and in what the executor is asked on the way. Wherever it happens, the
//! compilation ends: with a report, or by unwinding on the thread that lowers. No thread and no token is
//! left, and no thread waits for ever; a hang is what the time limit is for.

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

/// The longest that a run may take, whatever else the machine does.
const LIMIT: Duration = Duration::from_secs(60);
const TOKENS: usize = 3;

/// Where a hook panics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hook {
    ThreadStarted,
    Around,
    Acquired,
    Released,
    LoweringWaits,
    LoweringWorks,
}

/// Hooks of which one panics.
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

/// What the lowering thread waits for after each CGU, so that it happens whatever else the machine does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WaitsFor {
    Nothing,
    /// That a token was acquired.
    Token,
}

/// What came of it.
enum Ended {
    /// The outcome of joining, and the reports.
    Joined(Result<(), Stopped>, Vec<Problem>),
    Dropped,
    /// The panic arrived on the thread that lowers.
    Unwound,
}

/// Two CGUs, one that is combined, and one whose last function fails if `fails`.
fn lower(coordinator: &Coordinator<Arc<Fake>>, hooks: &Hooks, waits_for: WaitsFor, fails: bool) {
    let plans = [CguPlan::Compile, CguPlan::Compile, CguPlan::Combine, CguPlan::Compile];
    for (cgu, plan) in plans.into_iter().enumerate() {
        let id = coordinator.open_cgu(format!("unit{cgu}"), plan);
        for number in 0..60 {
            let behaviour =
                if fails && (cgu, number) == (3, 59) { Behaviour::Fails } else { Behaviour::Compiles };
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
    let fails = fake.panics_at == Some(Question::Discard);
    let run = || {
        let coordinator = Coordinator::start(Arc::clone(fake), config).unwrap();
        lower(&coordinator, hooks, waits_for, fails);
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

/// One run, which has to end in time; fails if the panic is nowhere to be seen afterwards.
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

/// Every way to go through one place; it has to be reached in one of them.
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
fn a_panic_of_the_executor_beside_its_work_ends_the_compilation() {
    for question in [Question::UnitName, Question::CostOfCombined, Question::FinishCost, Question::Discard] {
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

/// As many as the system can never have.
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

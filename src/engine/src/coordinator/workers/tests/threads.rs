//! Tests with real threads and a real jobserver.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::fake::{Behaviour, Fake, Function, Outcome};
use crate::coordinator::scheduler::Cost;
use crate::coordinator::workers::{
    Batching, CguPlan, Config, Coordinator, DeliverToken, Events, Flow, JobserverTokens, Lowering, Problem,
    Report, Severity, Stopped, TokenRequests, TokenSource, Unusable, WorkKind, WorkLabel,
};

const MILLISECOND: Duration = Duration::from_millis(1);

struct Run {
    outcomes: Result<Vec<Outcome>, Stopped>,
    errors: Vec<Problem>,
    fake: Arc<Fake>,
}

fn config(tokens: Option<jobserver::Client>) -> Config {
    Config {
        tokens: tokens.map(|client| Box::new(JobserverTokens(client)) as Box<dyn TokenSource>),
        max_threads: 8,
        batching: Batching { batch_cost: Cost(10), queue_cost: Cost(100) },
        record_workload: None,
        ..Config::default()
    }
}

fn function(number: u32, behaviour: Behaviour) -> Function {
    Function { number, cost: u64::from(number % 7) + 1, behaviour }
}

/// Lowers CGUs of `per_cgu` functions each. Functions are numbered across all CGUs.
fn lower(
    coordinator: &Coordinator<Arc<Fake>>,
    cgus: u32,
    per_cgu: u32,
    behaviour: impl Fn(u32) -> Behaviour,
) {
    for cgu in 0..cgus {
        let id = coordinator.open_cgu(format!("cgu{cgu}"), CguPlan::Compile);
        for number in cgu * per_cgu..(cgu + 1) * per_cgu {
            if coordinator.submit(id, function(number, behaviour(number))) == Flow::Stop {
                return;
            }
        }
        let _ = coordinator.seal(id, Behaviour::Compiles);
    }
}

fn run(config: Config, cgus: u32, per_cgu: u32, behaviour: impl Fn(u32) -> Behaviour) -> Run {
    let fake = Arc::new(Fake::default());
    let coordinator = Coordinator::start(Arc::clone(&fake), config).unwrap();
    lower(&coordinator, cgus, per_cgu, behaviour);
    let mut errors = Vec::new();
    let mut sink = |report: Report| {
        if report.severity == Severity::Error {
            errors.push(report.problem);
        }
    };
    let outcomes = coordinator.finish().join(&mut sink);
    Run { outcomes, errors, fake }
}

fn expected(cgus: u32, per_cgu: u32) -> Vec<Outcome> {
    let functions = |cgu| (cgu * per_cgu..(cgu + 1) * per_cgu).collect();
    (0..cgus).map(|cgu| (format!("cgu{cgu}"), functions(cgu))).collect()
}

#[test]
fn outcomes_come_in_the_order_of_opening_whatever_the_number_of_tokens() {
    for tokens in [0, 1, 3, 7] {
        let client = jobserver::Client::new(tokens).unwrap();
        let run = run(config(Some(client.clone())), 20, 30, |_| Behaviour::Compiles);
        assert_eq!(run.outcomes.unwrap(), expected(20, 30));
        assert_eq!(run.fake.compiled.load(Ordering::SeqCst), 600);
        assert_eq!(client.available().unwrap(), tokens);
    }
}

#[test]
fn never_more_workers_than_tokens() {
    let client = jobserver::Client::new(2).unwrap();
    let run = run(config(Some(client.clone())), 4, 50, |_| Behaviour::Meets(2));
    assert_eq!(run.outcomes.unwrap(), expected(4, 50));
    let peak = run.fake.peak.load(Ordering::SeqCst);
    assert!((2..=3).contains(&peak), "{peak} workers at once");
    assert_eq!(client.available().unwrap(), 2);
}

#[test]
fn functions_are_compiled_while_later_ones_of_the_same_cgu_are_lowered() {
    let fake = Arc::new(Fake::default());
    let coordinator = Coordinator::start(Arc::clone(&fake), config(None)).unwrap();
    let id = coordinator.open_cgu("cgu".to_owned(), CguPlan::Compile);
    for number in 0..20 {
        assert_eq!(coordinator.submit(id, function(number, Behaviour::Compiles)), Flow::Continue);
    }
    for _ in 0..5_000 {
        if fake.compiled.load(Ordering::SeqCst) > 0 {
            break;
        }
        std::thread::sleep(MILLISECOND);
    }
    assert!(fake.compiled.load(Ordering::SeqCst) > 0, "nothing was compiled before the CGU was sealed");
    let _ = coordinator.seal(id, Behaviour::Compiles);
    assert_eq!(coordinator.finish().join(&mut |_| {}).unwrap().len(), 1);
}

#[test]
fn without_threads_the_calling_thread_does_all_work() {
    struct OnThisThread(std::thread::ThreadId);
    impl Events for OnThisThread {
        fn around(&self, _: WorkLabel<'_>, work: &mut dyn FnMut()) {
            assert_eq!(std::thread::current().id(), self.0);
            work();
        }
    }
    let events = Arc::new(OnThisThread(std::thread::current().id()));
    let config = Config { parallel: false, events, ..config(None) };
    let run = run(config, 5, 40, |_| Behaviour::Compiles);
    assert_eq!(run.outcomes.unwrap(), expected(5, 40));
    assert!(run.errors.is_empty());
}

#[test]
fn a_failing_function_ends_the_compilation() {
    for parallel in [true, false] {
        let client = jobserver::Client::new(3).unwrap();
        let config = Config { parallel, ..config(Some(client.clone())) };
        let behaviour = |number| if number == 77 { Behaviour::Fails } else { Behaviour::Compiles };
        let run = run(config, 10, 50, behaviour);
        assert_eq!(run.outcomes, Err(Stopped));
        assert_eq!(run.errors.iter().map(ToString::to_string).collect::<Vec<_>>(), ["function77 is bad"]);
        assert_eq!(client.available().unwrap(), 3);
    }
}

#[test]
fn a_panic_is_reported_with_the_function() {
    for parallel in [true, false] {
        let behaviour = |number| if number == 33 { Behaviour::Panics } else { Behaviour::Compiles };
        let run = run(Config { parallel, ..config(None) }, 4, 20, behaviour);
        assert_eq!(run.outcomes, Err(Stopped));
        let [Problem::Panic { doing, message, .. }] = &run.errors[..] else { panic!("{:?}", run.errors) };
        assert_eq!(doing, "compiling function `function33`");
        assert_eq!(message, "no luck with 33");
    }
}

#[test]
fn a_cgu_that_cannot_be_finished_ends_the_compilation() {
    for (behaviour, text) in [
        (Behaviour::Fails, "cgu is bad"),
        (Behaviour::Panics, "a worker panicked while writing codegen unit `cgu`: no luck with cgu"),
    ] {
        let coordinator = Coordinator::start(Arc::new(Fake::default()), config(None)).unwrap();
        let id = coordinator.open_cgu("cgu".to_owned(), CguPlan::Compile);
        let _ = coordinator.submit(id, function(1, Behaviour::Compiles));
        let _ = coordinator.seal(id, behaviour);
        let mut texts = Vec::new();
        assert_eq!(
            coordinator.finish().join(&mut |report| texts.push(report.problem.to_string())),
            Err(Stopped)
        );
        assert_eq!(texts, [text]);
    }
}

/// Opens the waiting functions when the lowering thread begins to wait for the end.
struct OpensAtTheEnd {
    fake: Arc<Fake>,
    is_dropped: AtomicBool,
}

impl Events for OpensAtTheEnd {
    fn lowering(&self, lowering: Lowering) {
        if lowering == Lowering::Waits && self.is_dropped.load(Ordering::SeqCst) {
            self.fake.opens.store(true, Ordering::SeqCst);
        }
    }
}

#[test]
fn dropping_stops_new_work_and_waits_for_running_work() {
    let client = jobserver::Client::new(2).unwrap();
    let fake = Arc::new(Fake::default());
    let events = Arc::new(OpensAtTheEnd { fake: Arc::clone(&fake), is_dropped: AtomicBool::new(false) });
    let config = Config {
        batching: Batching { batch_cost: Cost(10), queue_cost: Cost(100_000) },
        events: Arc::clone(&events) as Arc<dyn Events>,
        ..config(Some(client.clone()))
    };
    let coordinator = Coordinator::start(Arc::clone(&fake), config).unwrap();
    lower(&coordinator, 1, 60, |_| Behaviour::WaitsForOpening);
    events.is_dropped.store(true, Ordering::SeqCst);
    drop(coordinator);
    // At most one function of each worker was being compiled.
    let compiled = fake.compiled.load(Ordering::SeqCst);
    assert!(compiled <= 3, "{compiled} functions were compiled");
    std::thread::sleep(20 * MILLISECOND);
    assert_eq!(fake.compiled.load(Ordering::SeqCst), compiled);
    assert_eq!(client.available().unwrap(), 2);
}

#[test]
fn dropping_an_ongoing_compilation_waits_for_running_work() {
    let client = jobserver::Client::new(2).unwrap();
    let fake = Arc::new(Fake::default());
    let coordinator = Coordinator::start(Arc::clone(&fake), config(Some(client.clone()))).unwrap();
    lower(&coordinator, 1, 60, |_| Behaviour::Takes(5 * MILLISECOND));
    drop(coordinator.finish());
    assert_eq!(Arc::strong_count(&fake), 1, "a thread is left");
    assert_eq!(client.available().unwrap(), 2);
}

#[test]
fn a_cgu_that_is_not_sealed_ends_the_compilation() {
    let coordinator = Coordinator::start(Arc::new(Fake::default()), config(None)).unwrap();
    let id = coordinator.open_cgu("cgu".to_owned(), CguPlan::Compile);
    let _ = coordinator.submit(id, function(1, Behaviour::Compiles));
    assert_eq!(coordinator.finish().join(&mut |_| {}), Err(Stopped));
}

#[test]
fn the_caller_keeps_its_token_until_it_waits() {
    let client = jobserver::Client::new(0).unwrap();
    let fake = Arc::new(Fake::default());
    let config = Config {
        batching: Batching { batch_cost: Cost(10), queue_cost: Cost(100_000) },
        ..config(Some(client.clone()))
    };
    let coordinator = Coordinator::start(Arc::clone(&fake), config).unwrap();
    lower(&coordinator, 1, 60, |_| Behaviour::Compiles);
    let ongoing = coordinator.finish();
    std::thread::sleep(50 * MILLISECOND);
    assert_eq!(fake.compiled.load(Ordering::SeqCst), 0, "a worker had no token");
    assert_eq!(ongoing.join(&mut |_| {}).unwrap(), expected(1, 60));
}

#[test]
fn the_trace_shows_who_works_when() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let client = jobserver::Client::new(2).unwrap();
    let config = Config { trace: Some(trace.clone()), ..config(Some(client)) };
    run(config, 4, 50, |_| Behaviour::Meets(2)).outcomes.unwrap();
    let (mut running, mut held, mut most) = (0, 0, 0);
    for line in std::fs::read_to_string(trace).unwrap().lines() {
        let mut words = line.split(' ').skip(3);
        match words.next().unwrap() {
            "lowers" | "works" | "begin" => running += 1,
            "waits" | "end" => running -= 1,
            "acquired" => held += 1,
            "released" => held -= 1,
            other => panic!("{other}"),
        }
        assert!((0..=held + 1).contains(&running), "{running} threads with {held} tokens");
        most = most.max(running);
    }
    assert!(most >= 2 && held == 0, "at most {most} threads, and {held} tokens are left");
}

/// A source that delivers an error instead of tokens.
struct Broken;

impl TokenSource for Broken {
    fn start(self: Box<Self>, deliver: DeliverToken) -> std::io::Result<Box<dyn TokenRequests>> {
        Ok(Box::new(BrokenRequests(Mutex::new(Some(deliver)))))
    }
}

struct BrokenRequests(Mutex<Option<DeliverToken>>);

impl TokenRequests for BrokenRequests {
    fn request(&self) {
        if let Some(mut deliver) = self.0.lock().unwrap().take() {
            std::thread::spawn(move || deliver(Err(std::io::Error::other("the pipe is closed"))));
        }
    }
}

#[test]
fn a_token_that_cannot_be_acquired_ends_the_compilation() {
    let config = Config { tokens: Some(Box::new(Broken)), ..config(None) };
    let run = run(config, 10, 50, |_| Behaviour::Takes(MILLISECOND / 10));
    assert_eq!(run.outcomes, Err(Stopped));
    let texts: Vec<_> = run.errors.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["failed to acquire jobserver token: the pipe is closed"]);
}

#[test]
fn unchanged_cgus_are_copied_and_combined_ones_become_the_last() {
    let coordinator = Coordinator::start(Arc::new(Fake::default()), config(None)).unwrap();
    let first = coordinator.open_cgu("a".to_owned(), CguPlan::Combine);
    let _ = coordinator.copy_cgu("cached".to_owned(), 42, Cost(1));
    let second = coordinator.open_cgu("b".to_owned(), CguPlan::Combine);
    // Both are open at the same time.
    for number in 0..40 {
        let cgu = if number % 2 == 0 { first } else { second };
        let _ = coordinator.submit(cgu, function(number, Behaviour::Compiles));
    }
    let _ = coordinator.seal(second, Behaviour::Compiles);
    let _ = coordinator.seal(first, Behaviour::Compiles);
    let outcomes = coordinator.finish().join(&mut |_| {}).unwrap();
    let combined = (0..40).step_by(2).chain((1..40).step_by(2)).collect();
    assert_eq!(outcomes, [("cached".to_owned(), vec![42]), ("a+b".to_owned(), combined)]);
}

#[test]
fn unusable_unchanged_cgus_are_returned_before_the_end() {
    for parallel in [true, false] {
        for tokens in [0, 2] {
            let client = jobserver::Client::new(tokens).unwrap();
            let config = Config { parallel, ..config(Some(client.clone())) };
            let coordinator = Coordinator::start(Arc::new(Fake::default()), config).unwrap();
            for number in 0..40 {
                let _ = coordinator.copy_cgu(format!("cgu{number}"), number % 20, Cost(1));
            }
            let unusable = coordinator.await_copies();
            let names: Vec<&str> = unusable.iter().map(|unusable| &*unusable.cgu).collect();
            assert_eq!(names, ["cgu0", "cgu20"]);
            for Unusable { cgu, reason } in &unusable {
                assert_eq!(reason, "it is 0");
                let id = coordinator.open_cgu(cgu.to_string(), CguPlan::Compile);
                let _ = coordinator.submit(id, function(7, Behaviour::Compiles));
                let _ = coordinator.seal(id, Behaviour::Compiles);
            }
            assert!(coordinator.await_copies().is_empty());
            let outcomes = coordinator.finish().join(&mut |_| {}).unwrap();
            let again: Vec<_> = outcomes[38..].to_vec();
            assert_eq!(again, [("cgu0".to_owned(), vec![7]), ("cgu20".to_owned(), vec![7])]);
            assert_eq!((outcomes.len(), client.available().unwrap()), (40, tokens));
        }
    }
}

#[test]
fn threads_are_named_and_work_is_labelled() {
    #[derive(Default)]
    struct Log {
        threads: Mutex<Vec<String>>,
        finished: Mutex<Vec<String>>,
        compiles: AtomicUsize,
    }
    impl Events for Log {
        fn thread_started(&self, name: &str) {
            assert_eq!(std::thread::current().name(), Some(name));
            self.threads.lock().unwrap().push(name.to_owned());
        }
        fn around(&self, label: WorkLabel<'_>, work: &mut dyn FnMut()) {
            work();
            match label.kind {
                WorkKind::Compile => drop(self.compiles.fetch_add(1, Ordering::SeqCst)),
                WorkKind::Finish => self.finished.lock().unwrap().push(label.cgu.to_owned()),
                WorkKind::Copy | WorkKind::Combine => panic!("{label:?}"),
            }
        }
    }
    let log = Arc::new(Log::default());
    let config = Config { events: Arc::clone(&log) as Arc<dyn Events>, ..config(None) };
    run(config, 3, 20, |_| Behaviour::Compiles).outcomes.unwrap();
    let mut finished = log.finished.lock().unwrap().clone();
    finished.sort();
    assert_eq!(finished, ["cgu0", "cgu1", "cgu2"]);
    assert!(log.compiles.load(Ordering::SeqCst) >= 3);
    let threads = log.threads.lock().unwrap();
    assert!(threads.contains(&"clif worker 0".to_owned()));
    assert!(threads.iter().all(|name| name.len() <= 15));
}

#[test]
fn four_compilations_share_three_tokens() {
    let client = jobserver::Client::new(3).unwrap();
    let fake = Arc::new(Fake::default());
    let compile = || {
        // The process's own token, which make or cargo would have taken.
        let implicit = client.acquire().unwrap();
        let coordinator = Coordinator::start(Arc::clone(&fake), config(Some(client.clone()))).unwrap();
        lower(&coordinator, 3, 60, |_| {
            fake.at_work(|| fake.meet(3));
            Behaviour::Meets(3)
        });
        assert_eq!(coordinator.finish().join(&mut |_| {}).unwrap(), expected(3, 60));
        drop(implicit);
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(compile);
        }
    });
    assert_eq!(fake.peak.load(Ordering::SeqCst), 3);
    assert_eq!(client.available().unwrap(), 3);
}

#[test]
fn statistics_count_the_work() {
    let coordinator =
        Coordinator::start(Arc::new(Fake::default()), Config { parallel: false, ..config(None) });
    let coordinator = coordinator.unwrap();
    lower(&coordinator, 2, 100, |_| Behaviour::Compiles);
    let (outcomes, statistics) = coordinator.finish().join_with_statistics(&mut |_| {});
    assert_eq!(outcomes.unwrap(), expected(2, 100));
    assert_eq!((statistics.most_workers, statistics.requested_tokens), (1, 0));
    assert!(statistics.pauses > 0 && statistics.started > 20);
    assert!((50..200).contains(&statistics.peak_queue_cost));
}

/// Prints the cost of submitting work with `--nocapture`. It is not checked.
#[test]
#[ignore = "a measurement"]
fn the_cost_of_submitting() {
    for threads in [1, 2, 8] {
        let config = Config { max_threads: threads, ..config(None) };
        let coordinator = Coordinator::start(Arc::new(Fake::default()), config).unwrap();
        let start = std::time::Instant::now();
        lower(&coordinator, 1, 100_000, |_| Behaviour::Compiles);
        let lowered = start.elapsed();
        let (_, statistics) = coordinator.finish().join_with_statistics(&mut |_| {});
        let per_item = |time: Duration| time.as_nanos() as usize / statistics.started;
        println!(
            "{threads} threads: lowering {} ns, all {} ns per batch; {statistics:?}",
            per_item(lowered),
            per_item(start.elapsed())
        );
    }
}

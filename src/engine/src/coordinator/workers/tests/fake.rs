//! A fake executor. Its functions are numbers with a cost and a behaviour.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::coordinator::scheduler::Cost;
use crate::coordinator::workers::{CombinePart, Copied, Executor, Failure, Problem, Report, Severity};

/// How compiling a function ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Behaviour {
    Compiles,
    /// It compiles after this time.
    Takes(Duration),
    /// It compiles when this many threads have worked at the same time.
    Meets(usize),
    /// It compiles when [`Fake::opens`] is set.
    WaitsForOpening,
    Fails,
    Panics,
}

/// A fake function.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) number: u32,
    pub(super) cost: u64,
    pub(super) behaviour: Behaviour,
}

/// A call of the executor that is not a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    CguName,
    /// The cost of a function after combining, when the result is split into batches.
    CostOfCombined,
    FinishCost,
    Discard,
}

/// The fake executor. It counts the threads that work at the same time.
#[derive(Default)]
pub(super) struct Fake {
    /// The call that panics, and whether it did.
    pub(super) panics_at: Option<Question>,
    pub(super) has_panicked: AtomicBool,
    pub(super) has_combined: AtomicBool,
    pub(super) opens: AtomicBool,
    pub(super) working: AtomicUsize,
    /// The maximum number of threads that worked at once.
    pub(super) peak: AtomicUsize,
    pub(super) compiled: AtomicUsize,
}

impl Fake {
    /// Counts the calling thread as working while it runs `work`.
    pub(super) fn at_work<T>(&self, work: impl FnOnce() -> T) -> T {
        let working = self.working.fetch_add(1, Ordering::SeqCst) + 1;
        self.peak.fetch_max(working, Ordering::SeqCst);
        let result = work();
        self.working.fetch_sub(1, Ordering::SeqCst);
        result
    }

    /// Waits until `count` threads have worked at the same time.
    pub(super) fn meet(&self, count: usize) {
        wait_until(|| self.peak.load(Ordering::SeqCst) >= count);
    }

    fn asked(&self, question: Question) {
        if self.panics_at == Some(question) {
            self.has_panicked.store(true, Ordering::SeqCst);
            panic!("no answer to {question:?}");
        }
    }
}

/// The maximum time to wait. A test that reaches it fails afterwards.
const LIMIT: Duration = Duration::from_secs(30);

fn wait_until(is_there: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_there() && start.elapsed() < LIMIT {
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn failure(text: &str) -> Failure {
    Box::new(Problem::Message(text.to_owned()))
}

/// A CGU's name and its functions, in the order in which `finish` got them.
pub(super) type Outcome = (String, Vec<u32>);

impl Executor for std::sync::Arc<Fake> {
    type Cgu = String;
    type Function = Function;
    type Compiled = u32;
    /// The behaviour of `finish`.
    type Sealed = Behaviour;
    type Cached = u32;
    type Outcome = Outcome;
    type Scratch = ();

    fn scratch(&self) {}

    fn cgu_name<'cgu>(&self, cgu: &'cgu String) -> &'cgu str {
        self.asked(Question::CguName);
        cgu
    }

    fn function_name(&self, function: &Function) -> Box<str> {
        format!("function{}", function.number).into()
    }

    fn function_cost(&self, function: &Function) -> Cost {
        if self.has_combined.load(Ordering::SeqCst) {
            self.asked(Question::CostOfCombined);
        }
        Cost(function.cost)
    }

    fn finish_cost(&self, _: &Behaviour, functions: Cost) -> Cost {
        self.asked(Question::FinishCost);
        Cost(functions.0 / 8)
    }

    fn compile(&self, (): &mut (), _: &String, function: Function) -> Result<u32, Failure> {
        self.at_work(|| {
            self.compiled.fetch_add(1, Ordering::SeqCst);
            match function.behaviour {
                Behaviour::Compiles => {}
                Behaviour::Takes(time) => std::thread::sleep(time),
                Behaviour::Meets(count) => self.meet(count),
                Behaviour::WaitsForOpening => wait_until(|| self.opens.load(Ordering::SeqCst)),
                Behaviour::Fails => return Err(failure(&format!("function{} is bad", function.number))),
                Behaviour::Panics => panic!("no luck with {}", function.number),
            }
            Ok(function.number)
        })
    }

    fn finish(
        &self,
        cgu: &String,
        sealed: Behaviour,
        compiled: Vec<u32>,
        report: &mut dyn FnMut(Report),
    ) -> Result<Outcome, Failure> {
        self.at_work(|| match sealed {
            Behaviour::Fails => Err(failure(&format!("{cgu} is bad"))),
            Behaviour::Panics => panic!("no luck with {cgu}"),
            _ => {
                let problem = Problem::Message(format!("{cgu} finished"));
                report(Report { severity: Severity::Note, cgu: Some(cgu.as_str().into()), problem });
                Ok((cgu.clone(), compiled))
            }
        })
    }

    /// 0 is a damaged work product.
    fn copy(&self, cgu: &String, cached: u32, _: &mut dyn FnMut(Report)) -> Result<Copied<Outcome>, Failure> {
        self.at_work(|| match cached {
            0 => Ok(Copied::Unusable("it is 0".to_owned())),
            _ => Ok(Copied::Whole((cgu.clone(), vec![cached]))),
        })
    }

    fn discard(&self, _: Outcome) {
        self.asked(Question::Discard);
    }

    fn combine(
        &self,
        parts: Vec<CombinePart<Self>>,
        _: &mut dyn FnMut(Report),
    ) -> Result<CombinePart<Self>, Failure> {
        self.has_combined.store(true, Ordering::SeqCst);
        let names: Vec<String> = parts.iter().map(|part| (*part.cgu).clone()).collect();
        let functions = parts.into_iter().flat_map(|part| part.functions).collect();
        Ok(CombinePart { cgu: names.join("+").into(), functions, sealed: Behaviour::Compiles })
    }
}

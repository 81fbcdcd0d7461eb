//! What a suite consists of.
//!
//! A [`Suite`] is a row of the table in [`crate::suites`]. Its function `plan` names all of its cases
//! without running (or building) anything; [`crate::runner`] selects the wanted ones and runs them. Cases
//! that need the same things are a [`Group`], which makes these things once, before the first of them runs:
//!
//! ```text
//! pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
//!     let set_up = || BothCompilers::of(context);
//!     Ok(Group::new(set_up).cases(sources(context)?, |source| stem(source), same_output).in_parallel())
//! }
//! ```

use std::fmt;
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result};
use build_system::explain;

use crate::context::Context;

/// A suite: a row of the table in [`crate::suites::SUITES`].
pub struct Suite {
    /// Its name, the first part of every `SUITE/CASE`.
    pub name: &'static str,
    /// What it tests, in one line.
    pub description: &'static str,
    /// When it is run.
    pub schedule: Schedule,
    /// Its cases.
    pub plan: for<'a> fn(&'a Context<'a>) -> Result<Plan<'a>>,
}

/// When a suite is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// By every `./y.sh test`.
    Always,
    /// Only with `--all`, or when a filter names it.
    OnRequest,
}

/// Something that is tested: a name within its suite, and what finds out whether all is as expected.
pub struct Case<'a> {
    /// Its name.
    pub name: String,
    /// Tests it; an error says what is not as expected, or that it cannot be tested here ([`skip`]).
    pub run: Box<dyn Fn() -> Result<()> + Send + Sync + 'a>,
}

/// How the cases of a group are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One after the other, because each of them keeps all cores busy, or measures something.
    InTurn,
    /// As many at a time as there are cores.
    InParallel,
}

/// Cases that need the same things.
pub struct Group<'a, Shared> {
    /// What they need, once it is made.
    shared: Arc<OnceLock<Shared>>,
    /// Makes it.
    set_up: Box<dyn FnOnce() -> Result<Shared> + 'a>,
    cases: Vec<Case<'a>>,
    tear_down: TearDown<'a, Shared>,
}

/// What is done after cases: what it returns counts as results, too.
type TearDown<'a, Shared> = Box<dyn FnOnce(&Shared) -> Result<Vec<CaseResult>> + 'a>;

impl<'a> Group<'a, ()> {
    /// Cases that need nothing.
    pub fn plain() -> Group<'a, ()> {
        Group::new(|| Ok(()))
    }
}

impl<'a, Shared: Send + Sync + 'a> Group<'a, Shared> {
    /// A group without cases; `set_up` is called if one of them is wanted.
    pub fn new(set_up: impl FnOnce() -> Result<Shared> + 'a) -> Group<'a, Shared> {
        Group {
            shared: Arc::default(),
            set_up: Box::new(set_up),
            cases: Vec::new(),
            tear_down: Box::new(|_| Ok(Vec::new())),
        }
    }

    /// Adds a case.
    pub fn case(
        mut self,
        name: impl Into<String>,
        run: impl Fn(&Shared) -> Result<()> + Send + Sync + 'a,
    ) -> Group<'a, Shared> {
        let shared = self.shared.clone();
        let run = move || run(shared.get().context("the group was not set up")?);
        self.cases.push(Case { name: name.into(), run: Box::new(run) });
        self
    }

    /// Adds a case for each item.
    pub fn cases<Item: Send + Sync + 'a>(
        mut self,
        items: impl IntoIterator<Item = Item>,
        name: impl Fn(&Item) -> String,
        run: impl Fn(&Shared, &Item) -> Result<()> + Send + Sync + 'a,
    ) -> Group<'a, Shared> {
        let run = Arc::new(run);
        for item in items {
            let run = run.clone();
            self = self.case(name(&item), move |shared| run(shared, &item));
        }
        self
    }

    /// Has something done after the cases; see [`TearDown`].
    pub fn tear_down(
        mut self,
        tear_down: impl FnOnce(&Shared) -> Result<Vec<CaseResult>> + 'a,
    ) -> Group<'a, Shared> {
        self.tear_down = Box::new(tear_down);
        self
    }

    /// A plan in which the cases run one after the other.
    pub fn in_turn(self) -> Plan<'a> {
        self.plan(Order::InTurn)
    }

    /// A plan in which as many cases run at a time as there are cores.
    pub fn in_parallel(self) -> Plan<'a> {
        self.plan(Order::InParallel)
    }

    fn plan(self, order: Order) -> Plan<'a> {
        let (made, used) = (self.shared.clone(), self.shared);
        let (set_up, tear_down) = (self.set_up, self.tear_down);
        let set_up = move || {
            let shared = set_up()?;
            let _ = made.set(shared);
            Ok(())
        };
        let tear_down = move || tear_down(used.get().context("the group was not set up")?);
        let planned =
            Planned { order, cases: self.cases, set_up: Box::new(set_up), tear_down: Box::new(tear_down) };
        Plan { parts: vec![Part::Cases(planned)] }
    }
}

/// A [`Group`] without the type of what its cases share.
pub struct Planned<'a> {
    /// How the cases are run.
    pub order: Order,
    /// The cases.
    pub cases: Vec<Case<'a>>,
    /// Makes what they share.
    pub set_up: Box<dyn FnOnce() -> Result<()> + 'a>,
    /// What is done after them.
    pub tear_down: Box<dyn FnOnce() -> Result<Vec<CaseResult>> + 'a>,
}

/// Runs the cases whose names contain one of the words (all without words), and tells which ones they were.
pub type Untold<'a> = Box<dyn FnOnce(&[String]) -> Result<Vec<CaseResult>> + 'a>;

/// A part of a suite.
pub enum Part<'a> {
    /// Cases that are known beforehand.
    Cases(Planned<'a>),
    /// Test programs of others, which only tell their cases by running.
    Untold(Untold<'a>),
}

/// All cases of a suite, in the order in which they run.
pub struct Plan<'a> {
    /// The parts.
    pub parts: Vec<Part<'a>>,
}

impl<'a> Plan<'a> {
    /// A suite whose cases only running them tells.
    pub fn untold(run: impl FnOnce(&[String]) -> Result<Vec<CaseResult>> + 'a) -> Plan<'a> {
        Plan { parts: vec![Part::Untold(Box::new(run))] }
    }

    /// This plan, and then another one.
    pub fn then(mut self, other: Plan<'a>) -> Plan<'a> {
        self.parts.extend(other.parts);
        self
    }

    /// The names of the cases that are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let planned = self.parts.iter().filter_map(|part| match part {
            Part::Cases(planned) => Some(planned),
            Part::Untold(_) => None,
        });
        planned.flat_map(|planned| planned.cases.iter().map(|case| case.name.as_str()))
    }
}

/// The verdict on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All as expected.
    Passed,
    /// Not as expected; the text says what was.
    Failed(String),
    /// Not run; the text says why.
    Skipped(String),
}

/// A case that was run or skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// Its name within the suite.
    pub name: String,
    /// The verdict.
    pub verdict: Verdict,
}

impl CaseResult {
    /// The result of a case, from what running it returned.
    pub fn of(name: impl Into<String>, result: Result<()>) -> CaseResult {
        let verdict = match result {
            Ok(()) => Verdict::Passed,
            Err(error) => match error.downcast::<Skip>() {
                Ok(skip) => Verdict::Skipped(skip.0),
                Err(error) => Verdict::Failed(explain::message(&error)),
            },
        };
        CaseResult { name: name.into(), verdict }
    }
}

/// Why something cannot be tested here: an error that is not a failure.
#[derive(Debug)]
pub struct Skip(String);

impl fmt::Display for Skip {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Skip {}

/// The error of a case (or of a group's setup) that cannot be tested here.
pub fn skip(reason: impl Into<String>) -> anyhow::Error {
    Skip(reason.into()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_group_makes_what_its_cases_share_once() {
        let made = AtomicUsize::new(0);
        let group = Group::new(|| Ok(made.fetch_add(1, Ordering::Relaxed) + 40));
        let check = |shared: &usize, item: &usize| match shared + item {
            42 => Ok(()),
            43 => Err(skip("too large")),
            sum => anyhow::bail!("{sum}"),
        };
        let plan = group.cases([1, 2, 3], usize::to_string, check).in_turn();
        assert_eq!(plan.names().collect::<Vec<_>>(), ["1", "2", "3"]);
        assert_eq!(made.load(Ordering::Relaxed), 0);
        let Some(Part::Cases(planned)) = plan.parts.into_iter().next() else { panic!("no cases") };
        (planned.set_up)().unwrap();
        let results = planned.cases.iter().map(|case| CaseResult::of(&*case.name, (case.run)()).verdict);
        let expected = [Verdict::Failed("41".into()), Verdict::Passed, Verdict::Skipped("too large".into())];
        assert_eq!(results.collect::<Vec<_>>(), expected);
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}

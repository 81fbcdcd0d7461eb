//! Defines suites, their cases, and the cases' results.
//!
//! A [`Suite`] is a row of the table in [`crate::suites`]. Its function `plan` names all its cases without
//! running or building anything. [`crate::runner`] selects cases and runs them. Cases that need the same
//! setup are a [`Group`]. Its setup runs once, before its first case:
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
    /// The name, the first part of every `SUITE/CASE`.
    pub name: &'static str,
    /// One line that says what it tests.
    pub description: &'static str,
    /// When it is run.
    pub schedule: Schedule,
    /// The targets that it tests.
    pub targets: Targets,
    /// Its cases.
    pub plan: for<'a> fn(&'a Context<'a>) -> Result<Plan<'a>>,
}

/// The occasion on which a suite is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// By every `./y.sh test`.
    Always,
    /// Only with `--all`, or when a word of the command line names it.
    OnRequest,
}

/// The targets that a suite tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Targets {
    /// Each of them, since its results depend on the machine.
    Each,
    /// Only the host, for this reason.
    Host(&'static str),
}

/// A case: a name that is unique in its suite, and a function that tests it.
pub struct Case<'a> {
    /// Its name.
    pub name: String,
    /// The test. An error says what is wrong, or that the case cannot be tested here ([`skip`]).
    pub run: Box<dyn Fn() -> Result<()> + Send + Sync + 'a>,
}

/// How the cases of a group are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One after the other, because each case keeps all cores busy or measures something.
    InTurn,
    /// At most as many at once as there are cores.
    InParallel,
}

/// Cases that share a setup.
pub struct Group<'a, Shared> {
    /// The result of the setup.
    shared: Arc<OnceLock<Shared>>,
    /// The setup.
    set_up: Box<dyn FnOnce() -> Result<Shared> + 'a>,
    cases: Vec<Case<'a>>,
    tear_down: TearDown<'a, Shared>,
}

/// Runs after the cases. Its results count too.
type TearDown<'a, Shared> = Box<dyn FnOnce(&Shared) -> Result<Vec<CaseResult>> + 'a>;

impl<'a> Group<'a, ()> {
    /// A group without a setup.
    pub fn plain() -> Group<'a, ()> {
        Group::new(|| Ok(()))
    }
}

impl<'a, Shared: Send + Sync + 'a> Group<'a, Shared> {
    /// Creates a group without cases. `set_up` is called if one of them is selected.
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
        let run = move || run(shared.get().context("the group is not set up")?);
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

    /// Sets a function to run after the cases ([`TearDown`]).
    pub fn tear_down(
        mut self,
        tear_down: impl FnOnce(&Shared) -> Result<Vec<CaseResult>> + 'a,
    ) -> Group<'a, Shared> {
        self.tear_down = Box::new(tear_down);
        self
    }

    /// Makes a plan in which the cases run one after the other.
    pub fn in_turn(self) -> Plan<'a> {
        self.plan(Order::InTurn)
    }

    /// Makes a plan in which as many cases run at once as there are cores.
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
        let tear_down = move || tear_down(used.get().context("the group is not set up")?);
        let planned =
            Planned { order, cases: self.cases, set_up: Box::new(set_up), tear_down: Box::new(tear_down) };
        Plan { parts: vec![Part::Cases(planned)] }
    }
}

/// A [`Group`] without the type of its shared value.
pub struct Planned<'a> {
    /// How the cases are run.
    pub order: Order,
    /// The cases.
    pub cases: Vec<Case<'a>>,
    /// The setup.
    pub set_up: Box<dyn FnOnce() -> Result<()> + 'a>,
    /// Runs after the cases.
    pub tear_down: Box<dyn FnOnce() -> Result<Vec<CaseResult>> + 'a>,
}

/// Runs the cases whose names contain one of the words, or all without words. Returns their results.
pub type Unlisted<'a> = Box<dyn FnOnce(&[String]) -> Result<Vec<CaseResult>> + 'a>;

/// A part of a suite.
pub enum Part<'a> {
    /// Cases that are known in advance.
    Cases(Planned<'a>),
    /// Other projects' test programs, which name their cases only when they run.
    Unlisted(Unlisted<'a>),
}

/// All cases of a suite, in the order in which they run.
pub struct Plan<'a> {
    /// The parts.
    pub parts: Vec<Part<'a>>,
}

impl<'a> Plan<'a> {
    /// A plan for cases that are only known when they run.
    pub fn unlisted(run: impl FnOnce(&[String]) -> Result<Vec<CaseResult>> + 'a) -> Plan<'a> {
        Plan { parts: vec![Part::Unlisted(Box::new(run))] }
    }

    /// Adds another plan after this one.
    pub fn then(mut self, other: Plan<'a>) -> Plan<'a> {
        self.parts.extend(other.parts);
        self
    }

    /// Returns the names of the known cases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let planned = self.parts.iter().filter_map(|part| match part {
            Part::Cases(planned) => Some(planned),
            Part::Unlisted(_) => None,
        });
        planned.flat_map(|planned| planned.cases.iter().map(|case| case.name.as_str()))
    }
}

/// The verdict of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The result is as expected.
    Passed,
    /// The result is not as expected. The text says how.
    Failed(String),
    /// The case was not run. The text says why.
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
    /// Makes the result of a case from what its function returned.
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

/// The reason why something cannot be tested here: an error that does not count as a failure.
#[derive(Debug)]
pub struct Skip(String);

impl fmt::Display for Skip {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Skip {}

/// Returns the error of a case (or of a group's setup) that cannot be tested here.
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

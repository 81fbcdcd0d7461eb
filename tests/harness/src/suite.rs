//! What a suite of tests is, and what its cases come to.

use std::cell::OnceCell;
use std::path::PathBuf;

use anyhow::Result;
use build_system::build::{self, Dist};
use build_system::console::{Console, Step};
use build_system::layout::Layout;
use build_system::toolchain::Toolchain;

/// What became of a case.
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
    /// What became of it.
    pub verdict: Verdict,
}

impl CaseResult {
    /// A result from an action that fails with an error.
    pub fn of(name: impl Into<String>, result: Result<()>) -> CaseResult {
        let verdict = match result {
            Ok(()) => Verdict::Passed,
            Err(error) => Verdict::Failed(build_system::explain::message(&error)),
        };
        CaseResult { name: name.into(), verdict }
    }

    /// Says a failure at once, in suites that take long; the summary repeats it.
    pub fn announced(self, step: &Step) -> CaseResult {
        if let Verdict::Failed(text) = &self.verdict {
            step.say(&format!("FAILED  {}: {text}", self.name));
        }
        self
    }

    /// A case that cannot be run here.
    pub fn skipped(name: impl Into<String>, reason: impl Into<String>) -> CaseResult {
        CaseResult { name: name.into(), verdict: Verdict::Skipped(reason.into()) }
    }
}

/// When a suite is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// By every `./y.sh test`.
    Always,
    /// Only with `--all`, or when a filter names it.
    OnRequest,
}

/// A suite: a row of the table in [`crate::suites::SUITES`].
pub struct Suite {
    /// Its name, the first part of every `SUITE/CASE`.
    pub name: &'static str,
    /// What it tests, in one line.
    pub description: &'static str,
    /// When it is run.
    pub schedule: Schedule,
    /// The names of its cases; `None` when only running them tells (cargo's test programs).
    pub cases: fn(&Context<'_>) -> Result<Option<Vec<String>>>,
    /// Runs the cases that the filter selects.
    pub run: fn(&Context<'_>, &Filter<'_>) -> Result<Vec<CaseResult>>,
}

/// Which cases of a suite are wanted.
pub struct Filter<'a> {
    /// The name of the suite.
    pub suite: &'a str,
    /// What the user typed; nothing selects everything.
    pub words: &'a [String],
}

impl Filter<'_> {
    /// Whether a case is wanted.
    pub fn selects(&self, case: &str) -> bool {
        let full = format!("{}/{case}", self.suite);
        self.words.is_empty() || self.words.iter().any(|word| full.contains(word.as_str()))
    }

    /// For suites whose cases are not known beforehand: what to pass on as their own filters.
    ///
    /// `None` when the suite is not wanted at all.
    pub fn passed_on(&self) -> Option<Vec<String>> {
        if self.words.is_empty() || self.words.iter().any(|word| self.suite.contains(word.as_str())) {
            return Some(Vec::new());
        }
        let prefix = format!("{}/", self.suite);
        let inner: Vec<String> =
            self.words.iter().filter_map(|word| word.strip_prefix(&prefix)).map(str::to_owned).collect();
        (!inner.is_empty()).then_some(inner)
    }
}

/// What suites work with; the toolchain and `dist/` are made when the first suite asks for them.
pub struct Context<'a> {
    /// The project's folders.
    pub layout: &'a Layout,
    /// The user.
    pub console: Console,
    /// Whether what takes long is wanted, too (`--all`).
    pub all: bool,
    /// How the toolchain is obtained.
    pub obtain: &'a dyn Fn() -> Result<Toolchain>,
    /// The toolchain, once a suite has asked for it.
    pub toolchain: OnceCell<Toolchain>,
    /// `dist/`, once a suite has asked for it.
    pub dist: OnceCell<Dist>,
}

impl Context<'_> {
    /// The toolchain.
    pub fn toolchain(&self) -> Result<&Toolchain> {
        if self.toolchain.get().is_none() {
            let _ = self.toolchain.set((self.obtain)()?);
        }
        self.toolchain.get().ok_or_else(|| anyhow::anyhow!("the toolchain is not ready"))
    }

    /// `dist/`, built.
    pub fn dist(&self) -> Result<&Dist> {
        if self.dist.get().is_none() {
            let _ = self.dist.set(build::build(self.layout, self.toolchain()?, self.console)?);
        }
        self.dist.get().ok_or_else(|| anyhow::anyhow!("dist/ is not ready"))
    }

    /// A folder for what a suite makes.
    pub fn scratch(&self, suite: &str) -> PathBuf {
        self.layout.build.join("tests").join(suite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn filters_select_by_suite_and_case() {
        let selects =
            |text: &str, case: &str| Filter { suite: "run-pass", words: &words(text) }.selects(case);
        assert!(selects("", "hello") && selects("hello", "hello") && selects("run-pass", "hello"));
        assert!(selects("run-pass/hello", "hello") && selects("other hell", "hello"));
        assert!(!selects("golden", "hello") && !selects("run-pass/x", "hello"));
    }

    #[test]
    fn filters_are_passed_on_to_test_programs() {
        let passed_on = |text: &str| Filter { suite: "engine", words: &words(text) }.passed_on();
        assert_eq!(passed_on(""), Some(vec![]));
        assert_eq!(passed_on("engine"), Some(vec![]));
        assert_eq!(passed_on("engine/dwarf::"), Some(words("dwarf::")));
        assert_eq!(passed_on("hello"), None);
    }
}

//! Selects cases by the words of the command line.
//!
//! The name of a suite, or `SUITE/CASE`, selects exactly that. The command that repeats failures relies on
//! this. Any other word selects all cases whose `SUITE/CASE` contains it. Without words, everything is
//! selected. Suites that run on request are selected by their names only, since some take half an hour.

use anyhow::{Result, bail};

use crate::suite::{Schedule, Suite, Targets};
use crate::target::TestTarget;

/// The user's selection.
pub struct Selection {
    /// The words of the command line.
    pub words: Vec<String>,
    /// Whether suites on request are selected too.
    pub all: bool,
    /// Whether only suites are selected that test each target.
    pub is_for_target: bool,
}

/// A word of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word<'a> {
    /// The name of a suite, and a name or beginning of a name of its cases.
    Of { suite: &'a str, case: &'a str },
    /// Part of a `SUITE/CASE`.
    Part(&'a str),
}

impl Selection {
    /// Selects for a target.
    ///
    /// # Errors
    ///
    /// If a word names a suite that does not test this target.
    pub fn new(words: Vec<String>, all: bool, target: TestTarget, suites: &[Suite]) -> Result<Selection> {
        let selection = Selection { words, all, is_for_target: !target.is_host };
        for suite in suites.iter().filter(|_| selection.is_for_target) {
            if let Targets::Host(reason) = suite.targets
                && selection.words(suites).any(|word| word.names(suite))
            {
                bail!("the suite {} tests only the host: {reason}", suite.name);
            }
        }
        Ok(selection)
    }

    /// Classifies the words, with the names of all suites.
    fn words<'a>(&'a self, suites: &'a [Suite]) -> impl Iterator<Item = Word<'a>> {
        self.words.iter().map(|word| {
            let (suite, case) = word.split_once('/').unwrap_or((word, ""));
            if suites.iter().any(|row| row.name == suite) {
                Word::Of { suite, case }
            } else {
                Word::Part(word)
            }
        })
    }

    /// Whether a suite tests the target.
    pub fn may_select(&self, suite: &Suite) -> bool {
        !self.is_for_target || suite.targets == Targets::Each
    }

    /// Returns the filter of a suite. `None` if its name alone shows that no case is selected.
    pub fn of_suite<'a>(&'a self, suite: &'a Suite, suites: &'a [Suite]) -> Option<Filter<'a>> {
        if !self.may_select(suite) {
            return None;
        }
        let words: Vec<Word<'a>> = self.words(suites).filter(|word| word.may_be_in(suite)).collect();
        let is_wanted = match suite.schedule {
            Schedule::OnRequest if !self.all => words.iter().any(|word| word.names(suite)),
            _ => self.words.is_empty() || !words.is_empty(),
        };
        is_wanted.then_some(Filter { suite: suite.name, words })
    }
}

impl Word<'_> {
    /// Whether the word may select a case of a suite.
    fn may_be_in(self, suite: &Suite) -> bool {
        match self {
            Word::Of { suite: name, .. } => name == suite.name,
            Word::Part(_) => true,
        }
    }

    /// Whether the word names a suite.
    fn names(self, suite: &Suite) -> bool {
        match self {
            Word::Of { suite: name, .. } => name == suite.name,
            Word::Part(_) => false,
        }
    }

    /// Returns the word as it was given.
    fn text(self) -> String {
        match self {
            Word::Of { suite, case: "" } => suite.to_owned(),
            Word::Of { suite, case } => format!("{suite}/{case}"),
            Word::Part(part) => part.to_owned(),
        }
    }
}

/// The filter for the cases of a suite.
#[derive(Debug, PartialEq, Eq)]
pub struct Filter<'a> {
    suite: &'a str,
    /// The words. Without words, everything is selected.
    words: Vec<Word<'a>>,
}

impl<'a> Filter<'a> {
    /// Selects all cases of a suite.
    pub fn everything(suite: &'a Suite) -> Filter<'a> {
        Filter { suite: suite.name, words: Vec::new() }
    }

    /// Returns for each of the suite's cases whether it is selected.
    pub fn selects(&self, names: &[&str]) -> Vec<bool> {
        let is_wanted = |name: &&str| {
            self.words.is_empty() || self.words.iter().any(|word| self.word_selects(*word, name, names))
        };
        names.iter().map(is_wanted).collect()
    }

    /// Whether a word selects the case `name` of the suite's cases `names`.
    fn word_selects(&self, word: Word<'_>, name: &str, names: &[&str]) -> bool {
        match word {
            Word::Of { case, .. } if names.contains(&case) => name == case,
            Word::Of { case, .. } => name.starts_with(case),
            Word::Part(part) => format!("{}/{name}", self.suite).contains(part),
        }
    }

    /// Returns the words that select one of the suite's cases `names`, as they were given.
    pub fn matching_words(&self, names: &[&str]) -> Vec<String> {
        let matches = |word: &&Word<'_>| names.iter().any(|name| self.word_selects(**word, name, names));
        self.words.iter().filter(matches).map(|word| word.text()).collect()
    }

    /// Returns the words that are passed on to a part that finds its cases by running them, as they were
    /// given.
    pub fn passed_on_words(&self) -> Vec<String> {
        let is_passed_on = |word: &&Word<'_>| match word {
            Word::Of { .. } => true,
            Word::Part(part) => self.suite.contains(part),
        };
        self.words.iter().filter(is_passed_on).map(|word| word.text()).collect()
    }

    /// Returns the words for a part that finds its cases only by running them. `None` if nothing is selected.
    pub fn passed_on(&self) -> Option<Vec<String>> {
        let mut passed_on = Vec::new();
        for word in &self.words {
            match word {
                Word::Of { case: "", .. } => return Some(Vec::new()),
                Word::Of { case, .. } => passed_on.push((*case).to_owned()),
                Word::Part(part) if self.suite.contains(part) => return Some(Vec::new()),
                Word::Part(_) => {}
            }
        }
        (self.words.is_empty() || !passed_on.is_empty()).then_some(passed_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Group;

    const fn suite(name: &'static str, schedule: Schedule) -> Suite {
        let (description, targets) = ("", Targets::Each);
        Suite { name, description, schedule, targets, plan: |_| Ok(Group::plain().in_turn()) }
    }

    const SUITES: [Suite; 4] = [
        suite("engine", Schedule::Always),
        suite("lto", Schedule::Always),
        suite("lto-programs", Schedule::OnRequest),
        suite("std-tests", Schedule::OnRequest),
    ];

    fn selection(text: &str) -> Selection {
        let words = text.split_whitespace().map(str::to_owned).collect();
        Selection { words, all: false, is_for_target: false }
    }

    /// Returns the selected ones of the cases `hello`, `hello-world` and `other` of each suite.
    fn selected(text: &str) -> Vec<String> {
        let (selection, names) = (selection(text), ["hello", "hello-world", "other"]);
        let mut found = Vec::new();
        for suite in &SUITES {
            let Some(filter) = selection.of_suite(suite, &SUITES) else { continue };
            let wanted = filter.selects(&names);
            let wanted = names.iter().zip(wanted).filter(|(_, is_wanted)| *is_wanted);
            found.extend(wanted.map(|(name, _)| format!("{}/{name}", suite.name)));
        }
        found
    }

    #[test]
    fn names_select_just_what_they_name() {
        assert_eq!(selected("lto/hello"), ["lto/hello"]);
        assert_eq!(selected("lto/hello lto-programs/other"), ["lto/hello", "lto-programs/other"]);
        assert_eq!(selected("lto/hell"), ["lto/hello", "lto/hello-world"]);
        assert_eq!(selected("lto").len(), 3);
        assert_eq!(selected("std-tests/ello"), [""; 0]);
    }

    #[test]
    fn other_words_select_what_contains_them() {
        assert_eq!(selected("ello-w"), ["engine/hello-world", "lto/hello-world"]);
        assert_eq!(selected("").len(), 6);
        assert_eq!(selected("nothing"), [""; 0]);
    }

    #[test]
    fn suites_on_request_run_when_they_are_named() {
        assert_eq!(selected("prog").len() + selected("std").len() + selected("other std-test").len(), 2);
        assert_eq!(selected("lto-programs").len(), 3);
        assert_eq!(selected("std-tests/hello"), ["std-tests/hello"]);
    }

    #[test]
    fn suites_of_the_host_are_not_run_for_other_targets() {
        let mut suites = SUITES;
        suites[0].targets = Targets::Host("it compiles nothing");
        let targets = TestTarget::all().unwrap();
        let select = |word: &str, target| Selection::new(vec![word.to_owned()], false, target, &suites);
        for (index, target) in targets.into_iter().enumerate() {
            let is_run = |suite| select("hello", target).unwrap().of_suite(suite, &suites).is_some();
            assert_eq!((is_run(&suites[0]), is_run(&suites[1])), (index == 0, true));
            let error = select("engine/hello", target).err().map(|error| error.to_string());
            assert_eq!(error.is_none(), index == 0);
            assert!(
                error.is_none_or(|error| error.ends_with("engine tests only the host: it compiles nothing"))
            );
        }
    }

    #[test]
    fn words_that_select_nothing_are_known() {
        let selection = selection("lto/hello lto/hullo other engine/dwarf");
        let words = |suite: &Suite| {
            let filter = selection.of_suite(suite, &SUITES).unwrap();
            (filter.matching_words(&["hello", "other"]), filter.passed_on_words())
        };
        assert_eq!(words(&SUITES[1]).0, ["lto/hello", "other"]);
        assert_eq!(words(&SUITES[0]), (vec!["other".to_owned()], vec!["engine/dwarf".to_owned()]));
    }

    #[test]
    fn cases_that_are_not_known_get_their_words() {
        let passed_on = |text: &str| {
            let selection = selection(text);
            selection.of_suite(&SUITES[0], &SUITES).and_then(|filter| filter.passed_on())
        };
        assert_eq!(passed_on(""), Some(vec![]));
        assert_eq!(passed_on("engine"), Some(vec![]));
        assert_eq!(passed_on("ngin"), Some(vec![]));
        assert_eq!(passed_on("engine/dwarf::"), Some(vec!["dwarf::".to_owned()]));
        assert_eq!((passed_on("hello"), passed_on("lto")), (None, None));
    }
}

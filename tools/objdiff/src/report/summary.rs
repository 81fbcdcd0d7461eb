//! The numbers of a report: findings by verdict and layer, and the functions with the most of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::{Kind, Layer, Subject};
use crate::report::selection::Selection;
use crate::report::{Finding, Report};
use crate::rules::Verdict;

/// How many findings there are with each verdict.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize)]
pub struct Counts {
    pub wrong: usize,
    pub interesting: usize,
    pub expected: usize,
}

impl Counts {
    pub fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Wrong => &mut self.wrong,
            Verdict::Interesting => &mut self.interesting,
            Verdict::Expected => &mut self.expected,
        } += 1;
    }

    pub fn of(self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Wrong => self.wrong,
            Verdict::Interesting => self.interesting,
            Verdict::Expected => self.expected,
        }
    }

    /// How many are not expected.
    pub fn unexpected(self) -> usize {
        self.wrong + self.interesting
    }
}

/// The numbers of a report.
#[derive(Default, Debug)]
pub struct Summary {
    pub files: usize,
    /// Files without a counterpart.
    pub files_on_one_side: usize,
    pub total: Counts,
    /// Only the layers with findings.
    pub layers: BTreeMap<Layer, Counts>,
}

impl Summary {
    /// Counts the selected findings.
    pub fn new(report: &Report, selection: &Selection) -> Self {
        let mut summary = Summary::default();
        for comparison in &report.comparisons {
            summary.files += 1;
            summary.files_on_one_side += usize::from(comparison.paths.contains(&None));
        }
        for finding in report.findings().filter(|finding| selection.includes(finding)) {
            summary.total.add(finding.verdict);
            summary.layers.entry(finding.layer()).or_default().add(finding.verdict);
        }
        summary
    }
}

/// The functions with the most findings that are not expected, at most `count`; the worst come first.
pub fn most_affected<'r>(
    report: &'r Report,
    selection: &Selection,
    count: usize,
) -> Vec<(&'r Subject, Counts)> {
    let mut functions: BTreeMap<&Subject, Counts> = BTreeMap::new();
    let is_shown = |finding: &&Finding| selection.includes(finding);
    for finding in report.findings().filter(is_shown) {
        if finding.difference.subject.kind == Kind::Function {
            functions.entry(&finding.difference.subject).or_default().add(finding.verdict);
        }
    }
    let mut functions: Vec<_> = functions.into_iter().filter(|(_, counts)| counts.unexpected() > 0).collect();
    functions.sort_by_key(|(_, counts)| Reverse((counts.wrong, counts.interesting)));
    functions.truncate(count);
    functions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn findings_are_counted_by_verdict_and_layer() {
        let report = samples::report();
        let summary = Summary::new(&report, &Selection::default());
        assert_eq!(summary.total, Counts { wrong: 1, interesting: 1, expected: 1 });
        assert_eq!(summary.layers[&Layer::Symbols], Counts { wrong: 0, interesting: 1, expected: 1 });
        assert_eq!((summary.files, summary.files_on_one_side), (1, 0));
    }

    #[test]
    fn the_worst_function_comes_first() {
        let report = samples::report();
        let names = |count| -> Vec<&str> {
            let found = most_affected(&report, &Selection::default(), count);
            found.iter().map(|(subject, _)| &*subject.name).collect()
        };
        assert_eq!(names(9), ["main::loud", "main::quiet"]);
        assert_eq!(names(1), ["main::loud"]);
    }
}

//! The report for a terminal: a summary, then one line for each difference, by subject.

use std::fmt::Write as _;

use crate::report::{Comparison, Finding};
use crate::rules::Verdict;

/// Returns the whole report.
pub fn report(comparisons: &[Comparison]) -> String {
    let mut text = String::new();
    for comparison in comparisons {
        let count = |verdict| comparison.findings.iter().filter(|finding| finding.verdict == verdict).count();
        let counts = [Verdict::Wrong, Verdict::Interesting, Verdict::Expected].map(count);
        let [wrong, interesting, expected] = counts;
        if counts == [0, 0, 0] {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}: {wrong} wrong, {interesting} interesting, {expected} expected",
            comparison.name
        );
        for finding in &comparison.findings {
            let _ = writeln!(text, "  {}", line(finding));
        }
    }
    text
}

/// Returns a difference as one line.
pub fn line(finding: &Finding) -> String {
    let difference = &finding.difference;
    let verdict = match finding.verdict {
        Verdict::Expected => "expected",
        Verdict::Interesting => "interesting",
        Verdict::Wrong => "wrong",
    };
    let [left, right] = difference.values.each_ref().map(|value| value.as_deref().unwrap_or("nothing"));
    let of = if difference.of.is_empty() { String::new() } else { format!(" of {}", difference.of) };
    let reason = finding.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!(
        "{verdict:<11} {} {}: {}{of}: {left} -> {right}{reason}",
        difference.subject.kind.name(),
        difference.subject.name,
        difference.property
    )
}

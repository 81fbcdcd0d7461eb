//! The report for a terminal: a summary, then the differences of each subject, the worst first.
//!
//! The text has colours. Who prints it removes them where they are not wanted ([`anstream`]).

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::model::{Kind, Subject};
use crate::report::listing::Listing;
use crate::report::printable::printable;
use crate::report::selection::Selection;
use crate::report::summary::{self, Counts, Summary};
use crate::report::{Comparison, Finding, Report};
use crate::rules::Verdict;

/// How many functions the summary names.
const MOST_AFFECTED: usize = 10;
const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Returns the whole report. Functions side by side are `width` columns wide.
pub fn report(report: &Report, selection: &Selection, width: usize) -> String {
    let mut text = String::new();
    add_summary(&mut text, report, selection);
    for comparison in &report.comparisons {
        add_comparison(&mut text, comparison, selection, width);
    }
    text
}

/// Whether a finding gets a line. Expected ones are only counted, unless they were asked for.
fn is_listed(finding: &Finding, selection: &Selection) -> bool {
    selection.includes(finding) && (!selection.verdicts.is_empty() || finding.verdict != Verdict::Expected)
}

// Writing to a string cannot fail, here and below.
fn add_summary(text: &mut String, report: &Report, selection: &Selection) {
    let summary = Summary::new(report, selection);
    let compared = match summary.files - summary.files_on_one_side {
        1 => "1 file compared".into(),
        count => format!("{count} files compared"),
    };
    let one_side = match summary.files_on_one_side {
        0 => String::new(),
        count => format!(", {count} on one side only"),
    };
    let kinds = report.kinds().join(" -> ");
    let kinds = if kinds == " -> " { String::new() } else { format!(" ({kinds})") };
    let _ = writeln!(text, "{compared}{one_side}{kinds}");
    if summary.total == Counts::default() {
        text.push_str(if selection.is_everything() {
            "no differences\n"
        } else {
            "no selected differences\n"
        });
        return;
    }
    let _ = writeln!(
        text,
        "\n{BOLD}{:<12} {:>7} {:>12} {:>9}{BOLD:#}",
        "layer", "wrong", "interesting", "expected"
    );
    let layers = summary.layers.iter().map(|(layer, counts)| (layer.name(), counts));
    for (name, counts) in layers.chain([("all", &summary.total)]) {
        let _ = write!(text, "{name:<12}");
        for (verdict, width) in [(Verdict::Wrong, 7), (Verdict::Interesting, 12), (Verdict::Expected, 9)] {
            let style = if counts.of(verdict) == 0 { FAINT } else { style(verdict) };
            let _ = write!(text, " {style}{:>width$}{style:#}", counts.of(verdict));
        }
        text.push('\n');
    }
    let affected = summary::most_affected(report, selection, MOST_AFFECTED);
    // With one function, the list below says it all.
    if affected.len() > 1 {
        let _ =
            writeln!(text, "\n{BOLD}{:>7} {:>12}  most affected functions{BOLD:#}", "wrong", "interesting");
        for (subject, counts) in affected {
            let _ = writeln!(
                text,
                "{:>7} {:>12}  {}",
                counts.wrong,
                counts.interesting,
                printable(&subject.name)
            );
        }
    }
}

fn add_comparison(text: &mut String, comparison: &Comparison, selection: &Selection, width: usize) {
    let mut subjects: BTreeMap<&Subject, Vec<&Finding>> = BTreeMap::new();
    for finding in comparison.findings.iter().filter(|finding| is_listed(finding, selection)) {
        subjects.entry(&finding.difference.subject).or_default().push(finding);
    }
    let listings = match selection.functions {
        Some(_) => &comparison.listings[..],
        None => &[],
    };
    if subjects.is_empty() && listings.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{BOLD}{}{BOLD:#}", printable(&comparison.name));
    let mut subjects: Vec<_> = subjects.into_iter().collect();
    for (_, findings) in &mut subjects {
        findings.sort_by_key(|finding| Reverse(finding.verdict));
    }
    // Functions say more than sections do.
    subjects.sort_by_key(|(subject, findings)| {
        (findings.first().map(|finding| Reverse(finding.verdict)), subject.kind == Kind::Section)
    });
    for (subject, findings) in subjects {
        let _ = writeln!(text, "{} {BOLD}{}{BOLD:#}", subject.kind.name(), printable(&subject.name));
        for (line, times) in without_copies(findings.into_iter().map(line)) {
            let times = if times > 1 { format!(", {times} times") } else { String::new() };
            let _ = writeln!(text, "  {line}{times}");
        }
    }
    for listing in listings {
        add_listing(text, listing, width);
    }
}

fn style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Wrong => AnsiColor::Red,
        Verdict::Interesting => AnsiColor::Yellow,
        Verdict::Expected => AnsiColor::Green,
    };
    colour.on_default()
}

/// Returns a difference as one line, without its subject.
fn line(finding: &Finding) -> String {
    let difference = &finding.difference;
    let [left, right] =
        difference.values.each_ref().map(|value| value.as_deref().map_or("nothing".into(), printable));
    let of =
        if difference.of.is_empty() { String::new() } else { format!(" of {}", printable(&difference.of)) };
    let reason = finding
        .reason
        .as_deref()
        .map(|reason| format!("  {FAINT}({}){FAINT:#}", printable(reason)))
        .unwrap_or_default();
    let (verdict, style) = (finding.verdict.name(), style(finding.verdict));
    format!("{style}{verdict:<11}{style:#} {}{of}: {left} -> {right}{reason}", difference.property)
}

/// Returns each line once, in the order of their first copies, and how often it is there. Instances of a
/// generic function often have the same differences.
fn without_copies(lines: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut positions: HashMap<String, usize> = HashMap::new();
    for line in lines {
        match positions.get(&line) {
            Some(&position) => counts[position].1 += 1,
            None => {
                positions.insert(line.clone(), counts.len());
                counts.push((line, 1));
            }
        }
    }
    counts
}

/// Adds a function side by side. The mark between the sides is that of `diff --side-by-side`.
fn add_listing(text: &mut String, listing: &Listing, width: usize) {
    let column = width.saturating_sub(3) / 2;
    let [left, right] = &listing.units;
    let _ = writeln!(text, "\n{BOLD}{}{BOLD:#}", printable(&listing.function));
    let _ = writeln!(text, "{FAINT}{}   {}{FAINT:#}", padded(left, column), cut(right, column));
    for row in &listing.rows {
        let mark = match (&row.left, &row.right) {
            (Some(left), Some(right)) if left == right => ' ',
            (Some(_), Some(_)) => '|',
            (Some(_), None) => '<',
            (None, _) => '>',
        };
        let style = if mark == ' ' { Style::new() } else { AnsiColor::Yellow.on_default() };
        let [left, right] = [&row.left, &row.right].map(|side| side.as_deref().unwrap_or_default());
        let line = format!("{} {mark} {}", padded(left, column), cut(right, column));
        let _ = writeln!(text, "{style}{}{style:#}", line.trim_end());
    }
}

/// Cuts a text to a number of columns, and fills them.
fn padded(text: &str, columns: usize) -> String {
    format!("{:<columns$}", cut(text, columns))
}

fn cut(text: &str, columns: usize) -> String {
    let text = printable(text);
    match text.char_indices().nth(columns) {
        Some(_) => text.chars().take(columns.saturating_sub(1)).chain(['…']).collect(),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;
    use crate::report::selection::Pattern;

    fn plain(report: &Report, selection: &Selection) -> String {
        anstream::adapter::strip_str(&super::report(report, selection, 43)).to_string()
    }

    #[test]
    fn the_summary_comes_first_and_the_worst_subject_next() {
        let text = plain(&samples::report(), &Selection::default());
        assert_eq!(
            text,
            "\
1 file compared (x86_64 llvm -> x86_64 clif)

layer          wrong  interesting  expected
sections           1            0         0
symbols            0            1         1
all                1            1         1

  wrong  interesting  most affected functions
      1            0  main::loud
      0            1  main::quiet

main.o
function main::loud
  wrong       sections/flags: 4 -> 8
function main::quiet
  interesting symbols/size: 4 -> 8
"
        );
    }

    #[test]
    fn expected_differences_are_listed_on_request() {
        let selection = Selection { verdicts: vec![Verdict::Expected], functions: None };
        let text = plain(&samples::report(), &selection);
        assert!(text.contains("  expected    symbols/binding: 4 -> 8  (both are right)\n"), "{text}");
        assert!(!text.contains("sections/flags"), "{text}");
    }

    #[test]
    fn functions_are_shown_side_by_side() {
        let selection = Selection { verdicts: Vec::new(), functions: Some(Pattern::search("loud")) };
        let text = plain(&samples::report(), &selection);
        assert!(text.contains("\npush rbp               push rbp\nret                  <\n"), "{text}");
        assert!(!text.contains("quiet"), "{text}");
    }

    #[test]
    fn names_do_not_control_the_terminal() {
        let mut report = samples::report();
        let mut finding = samples::finding("a\x1b[2J\nb", crate::layers::symbols::SIZE, Verdict::Wrong);
        finding.difference.of = "c\nd".into();
        finding.difference.values[0] = Some("e\nf".into());
        finding.reason = Some("g\nh".into());
        report.comparisons[0].findings = vec![finding];
        let text = super::report(&report, &Selection::default(), 80);
        let last: Vec<&str> = text.lines().rev().take(2).collect();
        assert!(last[0].contains("of c\\nd: e\\nf -> 8"), "{text}");
        assert!(last[1].contains("a\\u{1b}[2J\\nb"), "{text}");
    }

    #[test]
    fn copies_are_counted() {
        let mut report = samples::report();
        let finding = || samples::finding("main::loud", crate::layers::symbols::SIZE, Verdict::Wrong);
        report.comparisons[0].findings.extend([finding(), finding()]);
        let text = plain(&report, &Selection::default());
        assert!(text.contains("  wrong       symbols/size: 4 -> 8, 2 times\n"), "{text}");
    }

    #[test]
    fn long_lines_are_cut() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
        assert_eq!(padded("ä", 3), "ä  ");
    }

    #[test]
    fn nothing_is_said_about_equal_files() {
        let mut report = samples::report();
        report.comparisons[0].findings.clear();
        let text = plain(&report, &Selection::default());
        assert_eq!(text, "1 file compared (x86_64 llvm -> x86_64 clif)\nno differences\n");
        let selection = Selection { verdicts: vec![Verdict::Wrong], functions: None };
        assert!(plain(&report, &selection).ends_with("\nno selected differences\n"));
    }
}

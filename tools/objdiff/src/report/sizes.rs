//! The size of each function on both sides.

use std::fmt::Write as _;

use crate::compare::{Side, pairing};
use crate::model::{Entity, Kind};
use crate::report::Report;
use crate::report::printable::printable;
use crate::report::selection::Selection;

/// A function with the bytes of code that it has on each side; `None` where it is missing.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct FunctionSize {
    pub name: String,
    pub sizes: [Option<u64>; 2],
}

impl FunctionSize {
    /// How many bytes the right side has more than the left one.
    pub fn growth(&self) -> i128 {
        let [left, right] = self.sizes.map(|size| i128::from(size.unwrap_or(0)));
        right - left
    }
}

/// Lists the sizes of all functions. Those with one name are paired as their differences are.
pub fn of_functions(sides: [Side<'_, '_>; 2]) -> Vec<FunctionSize> {
    let [left, right] = sides.map(|side| &side.model.entities);
    let mut subjects: Vec<_> =
        left.keys().chain(right.keys()).filter(|subject| subject.kind == Kind::Function).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut found = Vec::new();
    for subject in subjects {
        let entities = [left, right].map(|entities| entities.get(subject).map_or(&[][..], Vec::as_slice));
        for [left, right] in pairing::pair(entities) {
            let sizes = [size(left, sides[0]), size(right, sides[1])];
            found.push(FunctionSize { name: subject.name.clone(), sizes });
        }
    }
    found
}

fn size(entity: Option<&Entity>, side: Side<'_, '_>) -> Option<u64> {
    let place = entity?.place?;
    let definition = side.views.get(place.view)?.definitions.get(place.definition)?;
    Some(definition.size)
}

/// Returns the selected functions; those that grew most come first.
pub fn by_growth<'r>(report: &'r Report, selection: &Selection) -> Vec<&'r FunctionSize> {
    let all = report.comparisons.iter().flat_map(|comparison| &comparison.sizes);
    let mut sizes: Vec<_> = all.filter(|size| selection.includes_function(&size.name)).collect();
    sizes.sort_by(|one, other| other.growth().cmp(&one.growth()).then_with(|| one.name.cmp(&other.name)));
    sizes
}

/// Returns the table: bytes on both sides, growth in bytes and per cent, and the name. The totals come first,
/// so that they are seen without scrolling.
pub fn table(report: &Report, selection: &Selection) -> String {
    let sizes = by_growth(report, selection);
    let mut text = format!("{:>10} {:>10} {:>10} {:>8}  function\n", "left", "right", "growth", "");
    let total = |side: usize| Some(sizes.iter().filter_map(|size| size.sizes[side]).sum());
    let common = sizes.iter().filter(|size| !size.sizes.contains(&None));
    let common_total = |side: usize| Some(common.clone().filter_map(|size| size.sizes[side]).sum());
    let [all, both] =
        [("all functions", total(0), total(1)), ("on both sides", common_total(0), common_total(1))]
            .map(|(name, left, right)| FunctionSize { name: name.into(), sizes: [left, right] });
    text.push_str(&row(&all));
    text.push_str(&row(&both));
    text.push('\n');
    for size in sizes {
        text.push_str(&row(size));
    }
    text
}

fn row(size: &FunctionSize) -> String {
    let shown = |size: Option<u64>| size.map_or_else(|| "-".into(), |size| size.to_string());
    let [left, right] = size.sizes.map(shown);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{left:>10} {right:>10} {:>+10} {:>8}  {}",
        size.growth(),
        percent(size),
        printable(&size.name)
    );
    text
}

/// The growth in per cent; empty if the function is not on both sides.
fn percent(size: &FunctionSize) -> String {
    match size.sizes {
        [Some(left), Some(_)] if left != 0 => format!("{:+.1}%", size.growth() as f64 * 100.0 / left as f64),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn report(sizes: &[(&str, Option<u64>, Option<u64>)]) -> Report {
        let mut report = samples::report();
        let size =
            |&(name, left, right): &(&str, _, _)| FunctionSize { name: name.into(), sizes: [left, right] };
        report.comparisons[0].sizes = sizes.iter().map(size).collect();
        report
    }

    #[test]
    fn functions_that_grew_come_first_and_totals_before_them() {
        let report =
            report(&[("same", Some(5), Some(5)), ("new", None, Some(7)), ("grown", Some(4), Some(13))]);
        let table = table(&report, &Selection::default());
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[1], ["9", "25", "+16", "+177.8%", "all", "functions"]);
        assert_eq!(rows[2], ["9", "18", "+9", "+100.0%", "on", "both", "sides"]);
        assert_eq!(rows[4], ["4", "13", "+9", "+225.0%", "grown"]);
        assert_eq!(rows[5], ["-", "7", "+7", "new"]);
        assert_eq!(rows[6], ["5", "5", "+0", "+0.0%", "same"]);
    }
}

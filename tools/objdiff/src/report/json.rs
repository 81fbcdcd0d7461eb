//! The report as JSON. docs/objdiff.md has a table of all fields, which a test compares with these types.
//!
//! To change a field: 1. change it here; 2. change the table and the example of the document; 3. raise
//! [`SCHEMA`] if a reader of the old fields would read something else.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::model::{Backend, Relation};
use crate::report::listing::Listing;
use crate::report::selection::Selection;
use crate::report::summary::{Counts, Summary};
use crate::report::{Comparison, Finding, Report};
use crate::rules::Verdict;
use crate::view::Machine;

/// The version of the format.
pub const SCHEMA: u32 = 1;

/// The whole report.
#[derive(Serialize)]
pub struct Document<'r> {
    schema: u32,
    inputs: &'r [String; 2],
    totals: Totals,
    files: Vec<File<'r>>,
}

#[derive(Serialize)]
struct Totals {
    files: usize,
    files_on_one_side: usize,
    #[serde(flatten)]
    counts: Counts,
    layers: BTreeMap<&'static str, Counts>,
}

#[derive(Serialize)]
struct File<'r> {
    name: &'r str,
    paths: [Option<String>; 2],
    machines: Option<[Machine; 2]>,
    backends: Option<[Backend; 2]>,
    findings: Vec<OneFinding<'r>>,
    functions: Vec<Function<'r>>,
    /// Absent if no function is shown side by side.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    listings: Vec<&'r Listing>,
}

#[derive(Serialize)]
struct OneFinding<'r> {
    verdict: Verdict,
    layer: &'static str,
    property: &'static str,
    kind: &'static str,
    subject: &'r str,
    of: &'r str,
    left: Option<&'r str>,
    right: Option<&'r str>,
    reason: Option<&'r str>,
    units: &'r [String; 2],
}

#[derive(Serialize)]
struct Function<'r> {
    name: &'r str,
    left: Option<u64>,
    right: Option<u64>,
}

impl<'r> Document<'r> {
    /// Collects what is selected.
    pub fn new(report: &'r Report, selection: &Selection) -> Self {
        let summary = Summary::new(report, selection);
        Document {
            schema: SCHEMA,
            inputs: &report.inputs,
            totals: Totals {
                files: summary.files,
                files_on_one_side: summary.files_on_one_side,
                counts: summary.total,
                layers: summary.layers.into_iter().map(|(layer, counts)| (layer.name(), counts)).collect(),
            },
            files: report.comparisons.iter().map(|comparison| file(comparison, selection)).collect(),
        }
    }
}

/// Returns the report as indented JSON, with a line break at the end.
///
/// # Errors
///
/// Never fails in practice: all keys are text.
pub fn report(report: &Report, selection: &Selection) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Document::new(report, selection))?;
    text.push('\n');
    Ok(text)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn file<'r>(comparison: &'r Comparison, selection: &Selection) -> File<'r> {
    let functions = comparison.sizes.iter().filter(|size| selection.includes_function(&size.name));
    let findings = comparison.findings.iter().filter(|finding| selection.includes(finding));
    let relation: Option<Relation> = comparison.relation;
    File {
        name: &comparison.name,
        paths: comparison.paths.each_ref().map(|path| path.as_deref().map(shown)),
        machines: relation.map(|relation| relation.machines),
        backends: relation.map(|relation| relation.backends),
        findings: findings.map(finding).collect(),
        functions: functions
            .map(|size| Function { name: &size.name, left: size.sizes[0], right: size.sizes[1] })
            .collect(),
        listings: comparison.listings.iter().collect(),
    }
}

fn finding(finding: &Finding) -> OneFinding<'_> {
    let difference = &finding.difference;
    let [left, right] = difference.values.each_ref().map(Option::as_deref);
    OneFinding {
        verdict: finding.verdict,
        layer: difference.property.layer.name(),
        property: difference.property.name,
        kind: difference.subject.kind.name(),
        subject: &difference.subject.name,
        of: &difference.of,
        left,
        right,
        reason: finding.reason.as_deref(),
        units: &difference.units,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::report::samples;

    /// Collects the paths of all fields: `files[].name`.
    fn fields(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    // The names of layers are keys, not fields.
                    let name = if path.ends_with("layers") { "*" } else { name };
                    let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                    fields(value, &path, found);
                    found.insert(path);
                }
            }
            Value::Array(values) => {
                let path = format!("{path}[]");
                values.iter().for_each(|value| fields(value, &path, found));
            }
            _ => {}
        }
    }

    #[test]
    fn the_document_describes_all_fields() {
        let document = include_str!("../../../../docs/objdiff.md");
        let table = document.lines().skip_while(|line| !line.starts_with("| field")).skip(2);
        let rows = table.take_while(|line| line.starts_with('|'));
        let described: BTreeSet<String> =
            rows.filter_map(|row| Some(row.split('`').nth(1)?.to_owned())).collect();
        let mut found = BTreeSet::new();
        let value = serde_json::to_value(Document::new(&samples::report(), &Selection::default()));
        fields(&value.unwrap(), "", &mut found);
        assert_eq!(found, described);
    }

    #[test]
    fn the_version_is_documented() {
        let document = include_str!("../../../../docs/objdiff.md");
        assert!(document.contains(&format!("\"schema\": {SCHEMA},")));
    }

    #[test]
    fn only_selected_findings_are_written() {
        let selection = Selection { verdicts: vec![Verdict::Wrong], functions: None };
        let value = serde_json::to_value(Document::new(&samples::report(), &selection)).unwrap();
        assert_eq!(value["totals"]["interesting"], 0);
        assert_eq!(value["files"][0]["findings"].as_array().map(Vec::len), Some(1));
        assert_eq!(value["files"][0]["findings"][0]["property"], "flags");
    }
}

//! The report as one page for a browser, without other files.
//!
//! The page has the summary and the chart of sizes as HTML ([`chart`]), and all findings as JSON, of which
//! its script shows as many as are looked at. So it also opens with many thousands of findings.

mod chart;

use askama::Template;

use crate::model::Layer;
use crate::report::Report;
use crate::report::json::Document;
use crate::report::selection::Selection;
use crate::report::summary::{Counts, Summary};
use crate::rules::Verdict;

use chart::Chart;

/// `templates/objdiff.html`. Values are escaped, apart from those that the template calls safe.
#[derive(Template)]
#[template(path = "objdiff.html")]
struct Page<'r> {
    style: &'static str,
    script: &'static str,
    inputs: &'r [String; 2],
    /// What each input is: its machine and backend.
    kinds: [String; 2],
    files: usize,
    files_on_one_side: usize,
    total: Counts,
    layers: Vec<(Layer, Counts)>,
    chart: Chart,
    data: String,
}

/// Returns the page.
///
/// # Errors
///
/// Never fails in practice: templates and JSON are written to memory.
pub fn page(
    report: &Report,
    selection: &Selection,
) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let summary = Summary::new(report, selection);
    let page = Page {
        style: include_str!("../../../templates/objdiff.css"),
        script: include_str!("../../../templates/objdiff.js"),
        inputs: &report.inputs,
        kinds: report.kinds(),
        files: summary.files,
        files_on_one_side: summary.files_on_one_side,
        total: summary.total,
        layers: summary.layers.into_iter().collect(),
        chart: Chart::new(report, selection),
        data: embedded(&serde_json::to_string(&Document::new(report, selection))?),
    };
    Ok(page.render()?)
}

/// Makes JSON safe within `<script>`: `</script>` and `<!--` would end or change it. In JSON, `<` is only
/// found in strings, where it may be written as an escape.
fn embedded(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn data_cannot_end_the_script() {
        let mut report = samples::report();
        report.comparisons[0].findings[0].difference.subject.name = "</script><script>alert(1)".into();
        report.inputs[0] = "<b>&\"'".into();
        let page = page(&report, &Selection::default()).unwrap();
        assert_eq!(page.matches("</script>").count(), 2, "one of the data, one of the script");
        assert!(page.contains("\\u003c/script>\\u003cscript>alert(1)"));
        assert!(!page.contains("<b>&"));
    }

    #[test]
    fn the_page_needs_no_other_files() {
        let page = page(&samples::report(), &Selection::default()).unwrap();
        for foreign in ["http://", "https://", "src=", "href=", "@import", "url("] {
            let without_namespace = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!without_namespace.contains(foreign), "{foreign}");
        }
    }
}

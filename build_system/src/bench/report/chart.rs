//! Draws charts as SVG: horizontal bars of ratios to LLVM, with a line at 1 and the spread of the rounds as
//! whiskers.

use std::fmt::Write;

use super::super::programs::ProgramResult;
use super::super::statistics::Spread;
use super::{Results, program_ratio, ratio_above_check};

/// Heights and widths, in pixels.
const BAR: f64 = 13.0;
const GAP: f64 = 6.0;
const LABELS: f64 = 250.0;
const PLOT: f64 = 480.0;
const TOP: f64 = 60.0;
/// One colour for each candidate, in turns. They can be distinguished with colour blindness.
const COLOURS: [&str; 4] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"];

/// A row of the chart.
struct Row {
    label: String,
    /// The ratios, by challenger.
    ratios: Vec<Option<Spread>>,
}

/// Draws the CPU time of builds above `check`.
pub fn builds(results: &Results) -> String {
    let mut rows = Vec::new();
    for project in &results.projects {
        for result in &project.scenarios {
            let ratio = |candidate| ratio_above_check(result, candidate, |sample| sample.total.cpu);
            rows.push(Row {
                label: format!("{}: {}", project.project.name, result.scenario.name()),
                ratios: results.challengers().map(ratio).collect(),
            });
        }
    }
    draw("CPU time of builds above cargo check, relative to LLVM", results, &rows)
}

/// Draws the run time of programs.
pub fn programs(results: &Results) -> String {
    let row = |result: &ProgramResult| Row {
        label: result.name.clone(),
        ratios: results.challengers().map(|candidate| program_ratio(result, candidate)).collect(),
    };
    let rows: Vec<Row> = results.programs.iter().map(row).collect();
    draw("Run time of programs compiled for debugging, relative to LLVM", results, &rows)
}

/// Draws the whole chart.
fn draw(title: &str, results: &Results, rows: &[Row]) -> String {
    let challengers = results.challengers().len();
    let row_height = BAR * challengers as f64 + GAP;
    let height = TOP + row_height * rows.len() as f64 + 30.0;
    let highest =
        rows.iter().flat_map(|row| row.ratios.iter().flatten()).map(|ratio| ratio.high).fold(1.0, f64::max);
    let scale = PLOT / (highest * 1.05);
    let width = LABELS + PLOT + 70.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"20\" font-size=\"14\">{}</text>\n",
        escaped(title)
    );
    for (index, candidate) in results.challengers().enumerate() {
        let x = 10.0 + 120.0 * index as f64;
        rectangle(&mut svg, x, 32.0, 12.0, 10.0, COLOURS[index % COLOURS.len()]);
        text(&mut svg, x + 17.0, 41.0, "start", &results.candidates[candidate]);
    }
    for (number, row) in rows.iter().enumerate() {
        let y = TOP + row_height * number as f64;
        text(&mut svg, LABELS - 8.0, y + row_height / 2.0, "end", &row.label);
        for (index, ratio) in row.ratios.iter().enumerate() {
            bar(&mut svg, y + BAR * index as f64, *ratio, scale, COLOURS[index % COLOURS.len()]);
        }
    }
    let one = LABELS + scale;
    line(&mut svg, (one, TOP - 6.0), (one, height - 24.0), "#444");
    text(&mut svg, one, height - 10.0, "middle", "LLVM = 1");
    svg.push_str("</svg>\n");
    svg
}

/// Draws a bar with its whiskers and its number, or a dash.
fn bar(svg: &mut String, y: f64, ratio: Option<Spread>, scale: f64, colour: &str) {
    let middle = y + BAR / 2.0;
    let Some(Spread { median, low, high }) = ratio else {
        text(svg, LABELS + 4.0, middle + 4.0, "start", "-");
        return;
    };
    rectangle(svg, LABELS, y, (median * scale).max(0.0), BAR - 2.0, colour);
    line(
        svg,
        (LABELS + low.max(0.0) * scale, middle - 1.0),
        (LABELS + high.max(0.0) * scale, middle - 1.0),
        "black",
    );
    text(svg, LABELS + high.max(0.0) * scale + 5.0, middle + 3.0, "start", &format!("{median:.2}"));
}

fn rectangle(svg: &mut String, x: f64, y: f64, width: f64, height: f64, colour: &str) {
    let _ = writeln!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{colour}\"/>"
    );
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), colour: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, content: &str) {
    let content = escaped(content);
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{content}</text>");
}

/// Escapes text for XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::tests::results;
    use super::*;

    #[test]
    fn every_row_is_drawn() {
        let svg = builds(&results());
        assert!(svg.contains("smoke: fresh") && svg.contains(">0.38<") && svg.contains("LLVM = 1"), "{svg}");
        // Two of them are the background and the legend.
        assert_eq!(svg.matches("<rect ").count(), 3);
        assert!(programs(&results()).contains("sorting"));
    }

    #[test]
    fn a_name_cannot_break_the_picture() {
        let mut results = results();
        results.candidates[2] = "a<b&c".to_owned();
        results.projects[0].scenarios[0].samples[1] = results.projects[0].scenarios[0].samples[0].clone();
        let svg = builds(&results);
        assert!(svg.contains("a&lt;b&amp;c") && svg.contains(">-<"), "{svg}");
    }
}

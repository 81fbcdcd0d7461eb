//! The chart of sizes: the functions whose size changed most, with a bar for each side.

use crate::report::Report;
use crate::report::selection::Selection;
use crate::report::sizes::{self, FunctionSize};

/// How many functions it shows.
const BARS: usize = 10;
/// The height of one function, in pixels.
const BAR_HEIGHT: usize = 20;

/// The chart, laid out.
pub struct Chart {
    pub bars: Vec<Bar>,
    /// The sum of all functions, in words.
    pub total: String,
}

/// A function.
pub struct Bar {
    pub name: String,
    pub y: usize,
    /// In per cent of the longest bar.
    pub widths: [String; 2],
    pub label: String,
}

impl Chart {
    /// Lays out the chart of the selected functions. Without a change of size, it is empty.
    pub fn new(report: &Report, selection: &Selection) -> Self {
        let mut sizes = sizes::by_growth(report, selection);
        let sum = |side: usize| sizes.iter().filter_map(|size| size.sizes[side]).sum::<u64>();
        let total = FunctionSize { name: String::new(), sizes: [Some(sum(0)), Some(sum(1))] };
        sizes.retain(|size| size.growth() != 0);
        sizes.sort_by_key(|size| std::cmp::Reverse(size.growth().unsigned_abs()));
        sizes.truncate(BARS);
        sizes.sort_by_key(|size| std::cmp::Reverse(size.growth()));
        let longest = sizes.iter().flat_map(|size| size.sizes).flatten().max().unwrap_or(0).max(1);
        let bars = sizes.iter().enumerate().map(|(index, size)| Bar {
            name: size.name.clone(),
            y: index * BAR_HEIGHT,
            widths: size.sizes.map(|own| format!("{:.2}", own.unwrap_or(0) as f64 * 100.0 / longest as f64)),
            label: label(size),
        });
        Self { bars: bars.collect(), total: label(&total) }
    }

    /// The height of the whole chart, in pixels.
    pub fn height(&self) -> usize {
        self.bars.len() * BAR_HEIGHT
    }
}

fn label(size: &FunctionSize) -> String {
    let [left, right] = size.sizes.map(|own| own.map_or_else(|| "none".into(), |own| own.to_string()));
    format!("{left} → {right} ({:+})", size.growth())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn bars_are_relative_to_the_longest() {
        let mut report = samples::report();
        let size = |name: &str, left, right| FunctionSize { name: name.into(), sizes: [left, right] };
        report.comparisons[0].sizes = vec![
            size("same", Some(500), Some(500)),
            size("shrunk", Some(40), Some(10)),
            size("grown", Some(20), Some(80)),
            size("new", None, Some(8)),
        ];
        let chart = Chart::new(&report, &Selection::default());
        let shown: Vec<_> = chart.bars.iter().map(|bar| (&*bar.name, bar.y, &bar.widths[1][..])).collect();
        assert_eq!(shown, [("grown", 0, "100.00"), ("new", 20, "10.00"), ("shrunk", 40, "12.50")]);
        assert_eq!(chart.bars[1].label, "none → 8 (+8)");
        assert_eq!(chart.total, "560 → 598 (+38)");
        assert_eq!(chart.height(), 60);
    }
}

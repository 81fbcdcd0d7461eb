//! Writes the tables of the report: first the ratios, which matter most, then the values behind them.

use super::super::builds::{self, ProjectResult, SCENARIOS, Sample, Scenario, ScenarioResult};
use super::super::candidates::{CHECK, LLVM};
use super::super::instructions;
use super::super::profile::{PHASES, Phase, Profile, Times};
use super::super::scaling::{self, Growth, LIMIT, SETTINGS, SIZES};
use super::super::statistics::{self, Spread};
use super::table::Table;
use super::{Results, median, program_ratio, ratio_above_check};

/// Returns the tables for the terminal: all but the details of the builds.
pub fn summary(results: &Results) -> String {
    let mut text = String::new();
    for section in [ratios(results), programs(results), profiles(results), counts(results), growths(results)]
    {
        text.push_str(&section);
    }
    text
}

/// Returns the text of `report.md`.
pub fn everything(results: &Results) -> String {
    let mut text = format!(
        "# Measured speed\n\n- rustc {}\n- linked by {}\n- {}\n- {} rounds; load before {}, after {}\n",
        results.compiler,
        results.linker,
        results.machine,
        results.rounds,
        results.load_before,
        results.load_after
    );
    for section in [
        ratios(results),
        details(results),
        programs(results),
        profiles(results),
        counts(results),
        growths(results),
    ] {
        text.push_str(&section);
    }
    text
}

/// Returns a heading and a table. Empty if the table is.
fn section(heading: &str, explanation: &str, table: &Table) -> String {
    if table.is_empty() {
        return String::new();
    }
    format!("\n## {heading}\n\n{explanation}\n\n{}", table.text())
}

/// Shows a spread as `0.31 (0.29-0.35)`.
fn shown(spread: Option<Spread>) -> String {
    match spread {
        Some(Spread { median, low, high }) => format!("{median:.2} ({low:.2}-{high:.2})"),
        None => "-".to_owned(),
    }
}

/// Shows the ratios of all builds, with the median and the worst project.
fn ratios(results: &Results) -> String {
    let mut text = String::new();
    for candidate in results.challengers() {
        let measured = |scenario: &Scenario| {
            results.projects.iter().any(|result| builds::find(&result.scenarios, *scenario).is_some())
        };
        let scenarios: Vec<Scenario> = SCENARIOS.into_iter().filter(measured).collect();
        let columns = scenarios.iter().map(|scenario| scenario.name());
        let mut table = Table::new(["project"].into_iter().chain(columns));
        let both = |result: &ScenarioResult| {
            let cpu = ratio_above_check(result, candidate, |sample| sample.total.cpu);
            let wall = ratio_above_check(result, candidate, |sample| sample.total.wall);
            let wall = wall.map_or("-".to_owned(), |wall| format!("{:.2}", wall.median));
            format!("{}; {wall}", shown(cpu))
        };
        for result in &results.projects {
            let cells = scenarios
                .iter()
                .map(|scenario| builds::find(&result.scenarios, *scenario).map_or("-".to_owned(), both));
            table.row([result.project.name.to_owned()].into_iter().chain(cells));
        }
        if results.projects.len() > 1 {
            let over = |scenario: &Scenario| over_projects(results, *scenario, candidate);
            table.row(["median; worst".to_owned()].into_iter().chain(scenarios.iter().map(over)));
        }
        let name = &results.candidates[candidate];
        text.push_str(&section(
            &format!("Builds: {name} relative to LLVM"),
            "Time above `cargo check` of the same project. In each cell: CPU (smallest and largest of the rounds); wall.",
            &table,
        ));
    }
    text
}

/// Returns the median and the worst of all projects' CPU ratios.
fn over_projects(results: &Results, scenario: Scenario, candidate: usize) -> String {
    let ratio = |result: &ProjectResult| {
        let result = builds::find(&result.scenarios, scenario)?;
        Some(ratio_above_check(result, candidate, |sample| sample.total.cpu)?.median)
    };
    match statistics::spread(results.projects.iter().filter_map(ratio)) {
        Some(spread) => format!("{:.2}; {:.2}", spread.median, spread.high),
        None => "-".to_owned(),
    }
}

/// Shows the values behind the ratios: medians over the rounds.
fn details(results: &Results) -> String {
    let columns = [
        "build",
        "candidate",
        "CPU s",
        "above check",
        "wall s",
        "above check",
        "linker CPU s",
        "peak MB",
        "linker peak MB",
        "file MB",
        "debug MB",
        "code MB",
    ];
    let mut table = Table::new(columns);
    for project in &results.projects {
        for result in &project.scenarios {
            for candidate in 0..results.candidates.len() {
                let name = format!("{}, {}", project.project.name, result.scenario.name());
                table.row(
                    [name, results.candidates[candidate].clone()]
                        .into_iter()
                        .chain(detail_cells(result, candidate)),
                );
            }
        }
    }
    section(
        "Builds: medians",
        "All processes that cargo starts; the peak is that of the largest process.",
        &table,
    )
}

/// Returns the cells of one candidate's builds.
fn detail_cells(result: &ScenarioResult, candidate: usize) -> Vec<String> {
    let of = |index: usize, measure: fn(&Sample) -> f64| median(&result.samples[index], measure);
    let above = |measure: fn(&Sample) -> f64| match candidate {
        CHECK => String::new(),
        _ => format!("{:.2}", of(candidate, measure) - of(CHECK, measure)),
    };
    let megabytes = |bytes: f64| format!("{:.1}", bytes / f64::from(1 << 20));
    let cpu: fn(&Sample) -> f64 = |sample| sample.total.cpu;
    let wall: fn(&Sample) -> f64 = |sample| sample.total.wall;
    let mut cells = vec![
        format!("{:.2}", of(candidate, cpu)),
        above(cpu),
        format!("{:.2}", of(candidate, wall)),
        above(wall),
        format!("{:.2}", of(candidate, |sample| sample.linker.cpu)),
        megabytes(of(candidate, |sample| sample.total.peak_memory as f64)),
        megabytes(of(candidate, |sample| sample.linker.peak_memory as f64)),
    ];
    if let Some(size) = result.sizes[candidate] {
        cells.extend([size.file, size.debug, size.code].map(|bytes| megabytes(bytes as f64)));
    }
    cells
}

/// Shows the run times of compiled programs.
fn programs(results: &Results) -> String {
    let mut columns = vec!["program".to_owned(), "LLVM s".to_owned()];
    for candidate in results.challengers() {
        let name = &results.candidates[candidate];
        columns.extend([format!("{name} s"), "to LLVM".to_owned(), "code to LLVM".to_owned()]);
    }
    let mut table = Table::new(columns);
    for result in &results.programs {
        let time = |candidate: usize| format!("{:.3}", median(&result.runs[candidate], |usage| usage.cpu));
        let mut cells = vec![result.name.clone(), time(LLVM)];
        for candidate in results.challengers() {
            let code = |index: usize| result.sizes[index].map_or(0.0, |size| size.code as f64);
            let code = format!("{:.2}", code(candidate) / code(LLVM));
            cells.extend([time(candidate), shown(program_ratio(result, candidate)), code]);
        }
        table.row(cells);
    }
    let mut last = vec!["geometric mean".to_owned(), String::new()];
    for candidate in results.challengers() {
        let ratios =
            results.programs.iter().filter_map(|result| Some(program_ratio(result, candidate)?.median));
        let mean = statistics::geometric_mean(ratios).map_or("-".to_owned(), |mean| format!("{mean:.2}"));
        last.extend([String::new(), mean, String::new()]);
    }
    if !results.programs.is_empty() {
        table.row(last);
    }
    let explanation =
        "CPU time of programs compiled for debugging (opt-level 0, full debug information), and their code.";
    section("Programs", explanation, &table)
}

/// Shows where the compiler's time went.
fn profiles(results: &Results) -> String {
    let mut text = String::new();
    for result in &results.profiles {
        let names = results.generators().flat_map(|candidate| {
            let name = &results.candidates[candidate];
            [format!("{name}, lowering thread"), format!("{name}, workers")]
        });
        let mut table = Table::new(["phase".to_owned()].into_iter().chain(names));
        let profiles: Vec<&Profile> = result.profiles.iter().flatten().collect();
        for phase in PHASES {
            let cells = profiles.iter().flat_map(|profile| {
                [&profile.lowering_thread, &profile.workers].map(|times| seconds(times, phase))
            });
            table.row([phase.name().to_owned()].into_iter().chain(cells));
        }
        let tails = profiles.iter().flat_map(|profile| [String::new(), format!("{:.3}", profile.tail)]);
        table.row(["tail after lowering".to_owned()].into_iter().chain(tails));
        text.push_str(&section(
            &format!("Where the time goes: {}", result.project),
            "Seconds (wall clock of each thread) of compiling the project's own crates once more, alone.",
            &table,
        ));
    }
    text
}

/// Shows the time of a phase, if there is any.
fn seconds(times: &Times, phase: Phase) -> String {
    times.get(&phase).map_or(String::new(), |time| format!("{time:.3}"))
}

/// Shows the counted instructions.
fn counts(results: &Results) -> String {
    let mut text = String::new();
    for result in &results.counts {
        let mut table = Table::new(
            ["millions of instructions"].into_iter().chain(results.candidates.iter().map(String::as_str)),
        );
        let millions = |count: u64| format!("{:.1}", count as f64 / 1e6);
        table.row(
            ["all".to_owned()].into_iter().chain(result.counts.iter().map(|count| millions(count.total))),
        );
        let check = result.counts[CHECK].total as f64;
        let above = |index: usize| result.counts[index].total as f64 - check;
        let cells = (0..result.counts.len()).map(|index| match index {
            CHECK => String::new(),
            _ => format!("{:.1}", above(index) / 1e6),
        });
        table.row(["above check".to_owned()].into_iter().chain(cells));
        let cells = (0..result.counts.len()).map(|index| match index {
            CHECK => String::new(),
            _ => format!("{:.4}", above(index) / above(LLVM)),
        });
        table.row(["above check, to LLVM".to_owned()].into_iter().chain(cells));
        for group in instructions::group_names() {
            let cells =
                result.counts.iter().map(|count| millions(count.groups.get(group).copied().unwrap_or(0)));
            table.row([format!("of these: {group}")].into_iter().chain(cells));
        }
        let heading = format!("Instructions: regex-syntax, {}", result.scenario.name());
        text.push_str(&section(&heading, "Counted by valgrind, all threads.", &table));
    }
    text
}

/// Shows how families of programs grow.
fn growths(results: &Results) -> String {
    let columns = ["family", "repetitions", "front end"].map(str::to_owned).into_iter();
    let mut table = Table::new(columns.chain(SETTINGS.map(|setting| setting.name.to_owned())));
    let powers =
        |series: scaling::Series| scaling::exponents(series).map(|power| format!("{power:.2}")).join(" ");
    let cell = |growth: &Growth| {
        let [.., largest] = growth.above();
        format!("{} ({:.1})", powers(growth.above()), largest as f64 / 1e6)
    };
    for result in &results.families {
        let counts = SIZES.map(|size| (size * result.family.count).to_string()).join(" ");
        let front_end = powers(result.clif[SETTINGS.len() - 1].front_end);
        let cells = result.clif.iter().map(|growth| {
            let mark = if growth.is_too_fast() { "! " } else { "" };
            format!("{mark}{}", cell(growth))
        });
        table.row([result.family.name.to_owned(), counts, front_end].into_iter().chain(cells));
        if result.llvm.iter().any(Option::is_some) {
            let cells = result.llvm.iter().map(|growth| growth.as_ref().map_or(String::new(), cell));
            let name = format!("{}, LLVM", result.family.name);
            table.row([name, String::new(), String::new()].into_iter().chain(cells));
        }
    }
    let explanation = format!(
        "Instructions above those of the compiler without codegen: the power of the number of repetitions that they \
         grow with, from each size to the next, and in brackets millions at the largest. `!`: more than {LIMIT}, and \
         the front end (optimised) has less; then LLVM's are below."
    );
    section("Growth", &explanation, &table)
}

#[cfg(test)]
mod tests {
    use super::super::tests::results;
    use super::*;

    #[test]
    fn the_ratios_come_first() {
        let text = everything(&results());
        let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
        assert!(line("| smoke  ").contains("0.38 (0.25-0.50); 0.38"), "{}", line("| smoke "));
        assert!(line("| sorting").contains("1.00 (0.50-1.50)"));
        assert!(line("| lowering").contains("1.000") && line("| lowering").contains("0.500"));
        assert!(line("| above check, to LLVM").contains("0.2500"));
        assert!(
            line("| match-arms ").contains("| 1.00 1.00 (4.0) | ! 2.00 2.00 (16.0) |"),
            "{}",
            line("| match")
        );
        assert!(line("| match-arms, LLVM").contains("1.00 1.00 (4.0)"));
        assert!(text.find("Builds: clif relative").unwrap() < text.find("Builds: medians").unwrap());
    }

    #[test]
    fn what_was_not_measured_has_no_table() {
        let mut results = results();
        results.projects.clear();
        results.programs.clear();
        results.counts.clear();
        results.families.clear();
        let text = summary(&results);
        assert!(
            !text.contains("Builds") && !text.contains("Programs") && text.contains("Where the time goes")
        );
    }
}

//! Reports the measurements as tables for people ([`tables`]), as JSON for programs ([`json`]) and as charts
//! ([`chart`]).

mod chart;
mod json;
mod table;
mod tables;

use std::path::Path;

use anyhow::Result;

use super::Bench;
use super::builds::{ProjectResult, Sample, ScenarioResult};
use super::candidates::{CHECK, LLVM};
use super::instructions::CountResult;
use super::profile::ProfileResult;
use super::programs::ProgramResult;
use super::scaling::FamilyResult;
use super::statistics::{self, Spread};
use crate::files::{self, Mode};

/// All measurements, and the machine that they were made on.
#[derive(Debug)]
pub struct Results {
    /// The names of the candidates.
    pub candidates: Vec<String>,
    /// The number of rounds.
    pub rounds: u32,
    /// The compiler.
    pub compiler: String,
    /// The linker of all builds.
    pub linker: String,
    /// The processor, and the number of its cores.
    pub machine: String,
    /// The load of the machine before the measurements.
    pub load_before: String,
    /// The load of the machine after the measurements.
    pub load_after: String,
    /// Builds.
    pub projects: Vec<ProjectResult>,
    /// Compiled programs.
    pub programs: Vec<ProgramResult>,
    /// Profiles of the compiler.
    pub profiles: Vec<ProfileResult>,
    /// Counted instructions.
    pub counts: Vec<CountResult>,
    /// How families of programs grow.
    pub families: Vec<FamilyResult>,
}

impl Results {
    /// Describes this machine. There are no measurements yet.
    pub fn new(bench: &Bench<'_>) -> Result<Results> {
        Ok(Results {
            candidates: bench.candidates.iter().map(|candidate| candidate.name.clone()).collect(),
            rounds: bench.plan.rounds,
            compiler: bench.toolchain.compiler.version()?.description,
            linker: bench.tools.linker_version.clone(),
            machine: machine(),
            load_before: load(),
            load_after: String::new(),
            projects: Vec::new(),
            programs: Vec::new(),
            profiles: Vec::new(),
            counts: Vec::new(),
            families: Vec::new(),
        })
    }

    /// Returns the indices of the candidates that do codegen.
    pub fn generators(&self) -> std::ops::Range<usize> {
        LLVM..self.candidates.len()
    }

    /// Returns the indices of the candidates that are compared with LLVM.
    pub fn challengers(&self) -> std::ops::Range<usize> {
        LLVM + 1..self.candidates.len()
    }
}

/// Compares a candidate's builds with LLVM's, above `check`, round by round. `None` if no round can be
/// compared.
pub fn ratio_above_check(
    result: &ScenarioResult,
    candidate: usize,
    measure: impl Fn(&Sample) -> f64 + Copy,
) -> Option<Spread> {
    let values = |index: usize| super::builds::values(&result.samples[index], measure);
    statistics::spread(statistics::ratios_above(&values(CHECK), &values(candidate), &values(LLVM)))
}

/// Returns a measure's median over the rounds.
pub fn median<T>(samples: &[T], measure: impl Fn(&T) -> f64) -> f64 {
    statistics::spread(samples.iter().map(measure)).map_or(0.0, |spread| spread.median)
}

/// Returns a program's run time relative to LLVM's, round by round.
pub fn program_ratio(result: &ProgramResult, candidate: usize) -> Option<Spread> {
    let values = |index: usize| result.runs[index].iter().map(|usage| usage.cpu).collect::<Vec<_>>();
    statistics::spread(statistics::ratios(&values(candidate), &values(LLVM)))
}

/// Writes `report.md`, `report.json` and the charts.
pub fn write(results: &Results, folder: &Path) -> Result<()> {
    let mut text = tables::everything(results);
    if !results.projects.is_empty() {
        files::write_file(&folder.join("builds.svg"), chart::builds(results).as_bytes(), Mode::Plain)?;
        text.push_str("\n![CPU time above check, relative to LLVM](builds.svg)\n");
    }
    if !results.programs.is_empty() {
        files::write_file(&folder.join("programs.svg"), chart::programs(results).as_bytes(), Mode::Plain)?;
        text.push_str("\n![Run time, relative to LLVM](programs.svg)\n");
    }
    files::write_file(&folder.join("report.md"), text.as_bytes(), Mode::Plain)?;
    let json = format!("{:#}\n", json::of(results));
    files::write_file(&folder.join("report.json"), json.as_bytes(), Mode::Plain)
}

/// Returns the tables that the terminal shows.
pub fn summary(results: &Results) -> String {
    tables::summary(results)
}

/// Describes the processor and the number of its cores.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let text = files::read_text(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{cores} cores, {}", model.map_or("unknown processor", |(_, name)| name))
}

/// Returns the load of the machine: the kernel's averages over 1, 5 and 15 minutes.
pub fn load() -> String {
    let text = files::read_text(Path::new("/proc/loadavg")).unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::builds::Scenario;
    use crate::bench::families::FAMILIES;
    use crate::bench::instructions::Count;
    use crate::bench::measure::Usage;
    use crate::bench::product::Size;
    use crate::bench::profile::{Phase, Profile};
    use crate::bench::projects::SMOKE;
    use crate::bench::scaling::Growth;

    fn usage(cpu: f64) -> Usage {
        Usage { wall: cpu / 2.0, cpu, peak_memory: 100 << 20 }
    }

    /// Two rounds in which clif takes a quarter and a half of LLVM's time.
    pub fn results() -> Results {
        let samples =
            |totals: [f64; 2]| totals.map(|cpu| Sample { total: usage(cpu), linker: usage(0.5) }).to_vec();
        let size = Some(Size { file: 3 << 20, debug: 2 << 20, code: 1 << 19 });
        let profile = |lowering| {
            let lowering_thread = [(Phase::FrontEnd, 2.0), (Phase::Lowering, lowering)].into_iter().collect();
            Some(Profile {
                lowering_thread,
                workers: [(Phase::Compilation, 1.5)].into_iter().collect(),
                tail: 0.1,
            })
        };
        let growth = |above: [u64; 3]| Growth {
            front_end: [100_000_000, 200_000_000, 400_000_000],
            whole: [100_000_000 + above[0], 200_000_000 + above[1], 400_000_000 + above[2]],
        };
        let (line, square) = ([1_000_000, 2_000_000, 4_000_000], [1_000_000, 4_000_000, 16_000_000]);
        let count = |total| Count { total, groups: [("backend".to_owned(), total)].into_iter().collect() };
        Results {
            candidates: ["check", "LLVM", "clif"].map(str::to_owned).to_vec(),
            rounds: 2,
            compiler: "1.96.0".to_owned(),
            linker: "GNU ld 2.40".to_owned(),
            machine: "2 cores".to_owned(),
            load_before: "0.10 0.20 0.30".to_owned(),
            load_after: "1.00 1.00 1.00".to_owned(),
            projects: vec![ProjectResult {
                project: SMOKE,
                scenarios: vec![ScenarioResult {
                    scenario: Scenario::Fresh,
                    samples: vec![samples([10.0, 12.0]), samples([18.0, 20.0]), samples([12.0, 16.0])],
                    sizes: vec![None, size, size],
                }],
                lock: "00".to_owned(),
            }],
            programs: vec![ProgramResult {
                name: "sorting".to_owned(),
                runs: vec![vec![], vec![usage(2.0), usage(2.0)], vec![usage(1.0), usage(3.0)]],
                sizes: vec![None, size, size],
            }],
            profiles: vec![ProfileResult {
                project: "smoke",
                profiles: vec![None, profile(1.0), profile(0.5)],
            }],
            counts: vec![CountResult {
                scenario: Scenario::Fresh,
                counts: vec![count(1_000_000), count(3_000_000), count(1_500_000)],
            }],
            families: vec![FamilyResult {
                family: FAMILIES[0],
                clif: [growth(line), growth(line), growth(square)],
                llvm: [None, None, Some(growth(line))],
            }],
        }
    }

    #[test]
    fn ratios_are_above_check_and_by_round() {
        let results = results();
        let ratio =
            ratio_above_check(&results.projects[0].scenarios[0], 2, |sample| sample.total.cpu).unwrap();
        assert_eq!((ratio.low, ratio.median, ratio.high), (0.25, 0.375, 0.5));
        let ratio = program_ratio(&results.programs[0], 2).unwrap();
        assert_eq!((ratio.low, ratio.median, ratio.high), (0.5, 1.0, 1.5));
    }

    #[test]
    fn all_files_are_written_and_the_json_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        write(&results(), folder.path()).unwrap();
        let read = |name: &str| files::read_text(&folder.path().join(name)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&read("report.json")).unwrap();
        let build = &json["projects"][0]["builds"][0];
        assert_eq!(build["candidates"]["clif"]["rounds"][1]["cpu"], 16.0);
        assert_eq!(build["candidates"]["clif"]["cpu_above_check_to_llvm"]["median"], 0.375);
        let setting = &json["scaling"][0]["settings"][2];
        assert_eq!(
            (&setting["clif"]["is_too_fast"], &setting["llvm"]["is_too_fast"]),
            (&true.into(), &false.into())
        );
        assert!(read("report.md").contains("builds.svg") && read("programs.svg").ends_with("</svg>\n"));
    }
}

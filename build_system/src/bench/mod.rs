//! `./y.sh bench`: measures how long builds take with this backend and with LLVM, how fast the programs are,
//! and where the time goes.
//!
//! Measures [`builds`] of the [`projects`] with all [`candidates`] in turns, then [`programs`], then
//! [`profile`]s, and on request the [`scaling`] of [`families`]. Or it counts [`instructions`] only.
//! [`measure`] has the measures, [`statistics`] evaluates them, and [`report`] shows them. [`tools`] is this
//! program as the compiler's wrapper and as the linker. [`sources`] prepares what is built.
//!
//! `docs/performance.md` explains the method.

mod builds;
mod candidates;
mod families;
mod instructions;
mod measure;
pub mod product;
mod profile;
mod programs;
mod projects;
mod report;
mod scaling;
mod sources;
mod statistics;
pub mod tools;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::build::Dist;
use crate::console::{Console, Step};
use crate::files;
use crate::layout::Layout;
use crate::toolchain::Toolchain;
pub use builds::{SCENARIOS, Scenario};
use candidates::Candidate;
use families::{FAMILIES, Family};
use projects::{PROJECTS, Project};
use report::Results;
use tools::{Linker, Tools};

/// The default number of rounds.
const ROUNDS: u32 = 5;
/// The number of rounds of `--quick`.
const QUICK_ROUNDS: u32 = 2;
/// The scenarios of `--quick`.
const QUICK_SCENARIOS: [Scenario; 2] = [Scenario::Fresh, Scenario::Leaf];

/// A part of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Builds of projects.
    Builds,
    /// Run time of compiled programs.
    Programs,
    /// Where the compiler's time goes.
    Profile,
    /// How the compiler's work grows with a program (needs valgrind); only on request.
    Scaling,
}

/// The options of the command line.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Only the project of this name, or those whose names contain it (may be given several times).
    #[arg(long, value_name = "NAME")]
    pub project: Vec<String>,
    /// Rounds; in each, every candidate builds once [default: 5, with --quick 2].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: Option<u32>,
    /// One small project, fresh and after an edit; under 5 minutes on 2 cores.
    #[arg(long)]
    pub quick: bool,
    /// A further backend (its library) to compare (may be given several times).
    #[arg(long, value_name = "PATH")]
    pub backend: Vec<PathBuf>,
    /// Only these scenarios [default: all].
    #[arg(long, value_enum, value_name = "SCENARIO")]
    pub scenario: Vec<Scenario>,
    /// Only these parts of the measurements [default: all].
    #[arg(long, value_enum, value_name = "PART", conflicts_with = "instructions")]
    pub part: Vec<Part>,
    /// For the part `scaling`: the family of this name, or those whose names contain it (may be given several
    /// times) [default: the usual ones].
    #[arg(long, value_name = "NAME")]
    pub family: Vec<String>,
    /// Only count the compiler's instructions for one crate (needs valgrind).
    #[arg(long)]
    pub instructions: bool,
    /// The linker of all candidates [default: the one that `cc` calls].
    #[arg(long, value_enum, value_name = "NAME")]
    pub linker: Option<Linker>,
    /// The folder for report.md, report.json and the charts [default: build/bench].
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
}

/// The plan of a measurement.
#[derive(Debug)]
pub struct Plan {
    /// The number of rounds.
    pub rounds: u32,
    /// The scenarios of builds.
    pub scenarios: Vec<Scenario>,
    /// The projects to build.
    pub projects: Vec<Project>,
    /// Parts of the names of programs. If empty, all programs are run.
    pub programs: Vec<String>,
    /// The families whose growth is measured.
    pub families: Vec<Family>,
    /// The parts, besides instructions.
    pub parts: Vec<Part>,
    /// Whether instructions are counted.
    pub instructions: bool,
    /// Libraries of further backends.
    pub backends: Vec<PathBuf>,
    /// The linker. `None` leaves the choice to `cc`.
    pub linker: Option<Linker>,
    /// The folder of the report. `None` for the bench folder.
    pub output: Option<PathBuf>,
}

impl Plan {
    /// Finds the families whose names contain one of the words. Without words, the usual ones.
    fn families(words: &[String]) -> Result<Vec<Family>> {
        let is_wanted = |family: &&Family| match words {
            [] => family.is_usual,
            words => words.iter().any(|word| family.name.contains(word.as_str())),
        };
        let families: Vec<Family> = FAMILIES.iter().filter(is_wanted).copied().collect();
        if families.is_empty() {
            let names: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
            bail!("no family is called {}; the families are: {}", words.join(" "), names.join(", "));
        }
        Ok(families)
    }

    /// Plans what the command line requests.
    pub fn of(options: &Options) -> Result<Plan> {
        let is_whole = |word: &String| PROJECTS.iter().any(|project| project.name == word);
        let is_meant = |project: &Project, word: &String| {
            if is_whole(word) { project.name == word } else { project.name.contains(word.as_str()) }
        };
        let wanted = |project: &&Project| options.project.iter().any(|word| is_meant(project, word));
        let projects: Vec<Project> = match (options.project.is_empty(), options.quick) {
            (true, true) => PROJECTS[..1].to_vec(),
            (true, false) => PROJECTS.to_vec(),
            (false, _) => PROJECTS.iter().filter(wanted).copied().collect(),
        };
        if projects.is_empty() {
            let names: Vec<&str> = PROJECTS.iter().map(|project| project.name).collect();
            bail!(
                "no project is called {}; the projects are: {}",
                options.project.join(" "),
                names.join(", ")
            );
        }
        let backends = options.backend.iter().map(|path| library(path)).collect::<Result<_>>()?;
        let scenarios = match (options.scenario.is_empty(), options.instructions, options.quick) {
            (false, ..) => options.scenario.clone(),
            (true, true, _) => vec![Scenario::Fresh],
            (true, false, true) => QUICK_SCENARIOS.to_vec(),
            (true, false, false) => SCENARIOS.to_vec(),
        };
        let all_parts = || vec![Part::Builds, Part::Programs, Part::Profile];
        let parts = match (options.instructions, options.part.is_empty()) {
            (true, _) => Vec::new(),
            (false, true) => all_parts(),
            (false, false) => options.part.clone(),
        };
        Ok(Plan {
            rounds: options.rounds.unwrap_or(if options.quick { QUICK_ROUNDS } else { ROUNDS }),
            scenarios,
            projects,
            programs: Vec::new(),
            families: Plan::families(&options.family)?,
            parts,
            instructions: options.instructions,
            backends,
            linker: options.linker,
            output: options.output.clone(),
        })
    }

    /// Plans the smallest measurement that uses every part, for the test of the bench itself.
    pub fn smoke(output: PathBuf, backend: PathBuf) -> Plan {
        Plan {
            rounds: 1,
            scenarios: vec![Scenario::Fresh, Scenario::Leaf],
            projects: vec![projects::SMOKE],
            programs: vec!["dynamic".to_owned()],
            families: Vec::new(),
            parts: vec![Part::Builds, Part::Programs, Part::Profile],
            instructions: false,
            backends: vec![backend],
            linker: None,
            output: Some(output),
        }
    }

    /// Plans to measure only the growth of these families.
    pub fn growth(names: &[&str], output: PathBuf) -> Plan {
        let is_wanted = |family: &&Family| names.contains(&family.name);
        Plan {
            rounds: 1,
            scenarios: Vec::new(),
            projects: Vec::new(),
            programs: Vec::new(),
            families: FAMILIES.iter().filter(is_wanted).copied().collect(),
            parts: vec![Part::Scaling],
            instructions: false,
            backends: Vec::new(),
            linker: None,
            output: Some(output),
        }
    }

    /// Whether a project is built in a scenario.
    fn wants(&self, scenario: Scenario, project: &Project) -> bool {
        self.scenarios.contains(&scenario) && !(scenario == Scenario::Tests && project.no_tests.is_some())
    }

    /// Whether a program is run.
    fn wants_program(&self, name: &str) -> bool {
        self.programs.is_empty() || self.programs.iter().any(|word| name.contains(word.as_str()))
    }
}

/// Returns the names of the families that are measured by default.
pub fn usual_families() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().filter(|family| family.is_usual).map(|family| family.name)
}

/// Returns the absolute path of a backend's library.
fn library(path: &Path) -> Result<PathBuf> {
    match path.canonicalize() {
        Ok(path) if path.is_file() => Ok(path),
        _ => bail!("--backend {}: this file does not exist", path.display()),
    }
}

/// The state that all measurements share.
pub struct Bench<'a> {
    /// The plan.
    plan: &'a Plan,
    /// The project's folders.
    layout: &'a Layout,
    /// The compiler.
    toolchain: &'a Toolchain,
    /// The backend.
    dist: &'a Dist,
    /// Shows progress to the user.
    console: Console,
    /// The folder of all builds.
    folder: PathBuf,
    /// This program as the compiler's wrapper and as the linker.
    tools: Tools,
    /// The candidates that are compared.
    candidates: Vec<Candidate>,
    /// The step that is shown to the user.
    step: Step,
}

impl Bench<'_> {
    /// Shows what is being measured.
    fn progress(&self, detail: &str) {
        self.step.progress(detail);
    }
}

/// Measures everything that is planned, writes the report, and prints the most important tables.
pub fn bench(
    plan: &Plan,
    layout: &Layout,
    toolchain: &Toolchain,
    dist: &Dist,
    console: Console,
) -> Result<()> {
    let folder = layout.build.join("bench");
    let _lock = files::lock(&folder.join("lock"), "the bench folder", console)?;
    let bench = Bench {
        plan,
        layout,
        toolchain,
        dist,
        console,
        tools: Tools::make(&folder, plan.linker)?,
        candidates: candidates::all(&plan.backends),
        step: console.step("Measuring"),
        folder,
    };
    let results = measure_all(&bench)?;
    let output = plan.output.clone().unwrap_or_else(|| bench.folder.clone());
    report::write(&results, &output)?;
    bench.step.finish(&format!("Measured; the whole report is in {}", output.display()));
    print!("{}", report::summary(&results));
    if plan.instructions {
        println!(
            "`cg_annotate {}` shows it by function.",
            instructions::raw_file(&layout.build.join("bench")).display()
        );
    }
    Ok(())
}

/// Carries out the plan.
fn measure_all(bench: &Bench<'_>) -> Result<Results> {
    let plan = bench.plan;
    let mut results = Results::new(bench)?;
    if plan.instructions {
        results.counts = instructions::measure_all(bench)?;
    }
    if plan.parts.contains(&Part::Builds) {
        for project in &plan.projects {
            results.projects.push(builds::measure_project(bench, project)?);
        }
    }
    if plan.parts.contains(&Part::Programs) {
        results.programs = programs::measure_all(bench)?;
    }
    if plan.parts.contains(&Part::Profile) {
        for project in &plan.projects {
            results.profiles.push(profile::measure(bench, project)?);
        }
    }
    if plan.parts.contains(&Part::Scaling) {
        results.families = scaling::measure_all(bench)?;
    }
    results.load_after = report::load();
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn plan(words: &str) -> Result<Plan> {
        Plan::of(&Line::try_parse_from(words.split_whitespace())?.options)
    }

    #[test]
    fn the_command_line_becomes_a_plan() {
        let all = plan("bench").unwrap();
        assert_eq!((all.rounds, all.projects.len(), all.parts.len()), (5, PROJECTS.len(), 3));
        assert_eq!(all.scenarios, SCENARIOS);
        let quick = plan("bench --quick").unwrap();
        assert_eq!((quick.rounds, quick.projects.len()), (2, 1));
        let one = plan("bench --project syn --rounds 1 --scenario fresh --part builds").unwrap();
        assert_eq!((one.rounds, one.projects[0].name), (1, "syn"));
        assert!(
            !one.wants(Scenario::Tests, &one.projects[0]) && one.wants(Scenario::Fresh, &one.projects[0])
        );
        assert_eq!(plan("bench --project hyperf").unwrap().projects.len(), 2);
        assert!(plan("bench --instructions").unwrap().parts.is_empty());
        let usual = plan("bench --part scaling").unwrap().families;
        let named = plan("bench --part scaling --family landing-p").unwrap().families;
        assert!(usual.len() < FAMILIES.len() && named.len() == 1);
        assert_eq!(plan("bench --linker mold").unwrap().linker, Some(Linker::Mold));
        assert!(plan("bench --linker nothing").unwrap_err().to_string().contains("lld"));
    }

    #[test]
    fn what_does_not_exist_is_named() {
        let error = |words: &str| plan(words).unwrap_err().to_string();
        assert!(error("bench --project nothing").contains("ripgrep"));
        assert!(error("bench --family nothing").contains("landing-pads"));
        assert!(error("bench --backend /no/such/library.so").contains("/no/such/library.so"));
        assert!(error("bench --rounds 0").contains("0"));
    }
}

//! Measures the builds: for each round and each scenario, all candidates build one after the other.
//!
//! A fresh build starts with an empty target folder. The edits build on top of the fresh build with the
//! project's own settings. The tests come last. Only cargo itself is measured, not the removal of folders.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Bench;
use super::candidates::{Candidate, Goal};
use super::measure::{self, Usage};
use super::product::{self, Size};
use super::projects::Project;
use super::sources::WorkingCopy;
use super::tools;
use crate::files;
use crate::toolchain::key::sha256;

/// A way of building a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// From nothing, without debug information.
    FreshNone,
    /// From nothing, with line tables only.
    FreshLines,
    /// From nothing, with the project's own settings: usually full debug information.
    Fresh,
    /// After a change in a function that is called in one place.
    Leaf,
    /// After a change in a function that is called in many places.
    Wide,
    /// From nothing, the tests.
    Tests,
}

/// All scenarios, in the order of the builds.
pub const SCENARIOS: [Scenario; 6] = [
    Scenario::FreshNone,
    Scenario::FreshLines,
    Scenario::Fresh,
    Scenario::Leaf,
    Scenario::Wide,
    Scenario::Tests,
];

impl Scenario {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Scenario::FreshNone => "fresh, no debug info",
            Scenario::FreshLines => "fresh, line tables",
            Scenario::Fresh => "fresh",
            Scenario::Leaf => "edit of a leaf",
            Scenario::Wide => "edit of a hub",
            Scenario::Tests => "tests, fresh",
        }
    }

    /// The setting of debug information. `None` for the project's own.
    fn debug(self) -> Option<&'static str> {
        match self {
            Scenario::FreshNone => Some("none"),
            Scenario::FreshLines => Some("line-tables-only"),
            Scenario::Fresh | Scenario::Leaf | Scenario::Wide | Scenario::Tests => None,
        }
    }

    /// Whether the build starts with an empty target folder.
    fn is_fresh(self) -> bool {
        !matches!(self, Scenario::Leaf | Scenario::Wide)
    }
}

/// The measurement of one build.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sample {
    /// All processes that cargo started.
    pub total: Usage,
    /// The linker, summed over all links.
    pub linker: Usage,
}

/// All builds of a project in one scenario.
#[derive(Debug)]
pub struct ScenarioResult {
    /// The scenario.
    pub scenario: Scenario,
    /// The builds, by candidate and round.
    pub samples: Vec<Vec<Sample>>,
    /// The size of the product after the last round, by candidate. `check` has none.
    pub sizes: Vec<Option<Size>>,
}

/// All builds of a project.
#[derive(Debug)]
pub struct ProjectResult {
    /// The project's row in the table.
    pub project: Project,
    /// The builds, by scenario.
    pub scenarios: Vec<ScenarioResult>,
    /// The hash of the lock file, which pins the versions of all dependencies.
    pub lock: String,
}

/// Builds a project in all requested scenarios, and removes what was built.
pub fn measure_project(bench: &Bench<'_>, project: &Project) -> Result<ProjectResult> {
    let copy = WorkingCopy::make(project, &bench.folder, bench.layout, bench.toolchain, bench.console)?;
    let runner = Runner { bench, project, copy: &copy };
    let count = bench.candidates.len();
    let wanted = SCENARIOS.into_iter().filter(|scenario| bench.plan.wants(*scenario, project));
    let mut scenarios: Vec<ScenarioResult> = wanted
        .map(|scenario| ScenarioResult {
            scenario,
            samples: vec![Vec::new(); count],
            sizes: vec![None; count],
        })
        .collect();
    for round in 0..bench.plan.rounds {
        for result in &mut scenarios {
            runner.measure_all(result, round)?;
        }
    }
    files::remove(&bench.folder.join("target").join(project.name))?;
    Ok(ProjectResult {
        project: *project,
        scenarios,
        lock: sha256(&files::read_file(&copy.folder.join("Cargo.lock"))?),
    })
}

/// The state that the builds of one project share.
struct Runner<'a> {
    bench: &'a Bench<'a>,
    project: &'a Project,
    copy: &'a WorkingCopy,
}

impl Runner<'_> {
    /// Builds once with each candidate.
    fn measure_all(&self, result: &mut ScenarioResult, round: u32) -> Result<()> {
        let scenario = result.scenario;
        let edit = match scenario {
            Scenario::Leaf => Some(&self.project.leaf),
            Scenario::Wide => Some(&self.project.wide),
            _ => None,
        };
        if edit.is_some() {
            for candidate in &self.bench.candidates {
                self.prepare(candidate)?;
            }
        }
        if let Some(edit) = edit {
            // Each number is new: no other round or edit uses it.
            self.copy.apply(edit, 1000 * (scenario as u32 + 1) + round)?;
        }
        for (index, candidate) in self.bench.candidates.iter().enumerate() {
            let target = self.target(candidate);
            if scenario.is_fresh() {
                files::remove(&target)?;
            }
            self.bench.progress(&format!(
                "{}, {}, round {} of {}, {}",
                self.project.name,
                scenario.name(),
                round + 1,
                self.bench.plan.rounds,
                candidate.name
            ));
            result.samples[index].push(self.build(candidate, scenario)?);
            if candidate.generates_code() && scenario != Scenario::Tests {
                let product = target.join("debug").join(self.project.product);
                result.sizes[index] = Some(product::size_of(&product)?);
            }
        }
        Ok(())
    }

    /// Prepares the target folder, so that there is something to build.
    fn prepare(&self, candidate: &Candidate) -> Result<()> {
        if self.target(candidate).is_dir() {
            return Ok(());
        }
        self.bench.progress(&format!("{}, preparing, {}", self.project.name, candidate.name));
        self.build(candidate, Scenario::Fresh).map(drop)
    }

    /// Returns the target folder of a candidate.
    fn target(&self, candidate: &Candidate) -> PathBuf {
        self.bench.folder.join("target").join(self.project.name).join(&candidate.name)
    }

    /// Builds once.
    fn build(&self, candidate: &Candidate, scenario: Scenario) -> Result<Sample> {
        let goal = if scenario == Scenario::Tests { Goal::Tests } else { Goal::Build };
        let mut command = self.command(candidate, goal, scenario.debug());
        let links = self.bench.folder.join("links");
        files::remove(&links)?;
        self.bench.tools.watch_linker(&mut command, self.bench.toolchain.compiler.host.triple, &links);
        let what = format!("building {} ({}, {})", self.project.name, candidate.name, scenario.name());
        let log =
            self.bench.layout.logs().join(format!("bench-{}-{}.log", self.project.name, candidate.name));
        let total = measure::run(&what, &mut command, &log)?;
        Ok(Sample { total, linker: tools::linker_usage(&links)? })
    }

    /// Returns the cargo command of a build.
    fn command(&self, candidate: &Candidate, goal: Goal, debug: Option<&str>) -> Command {
        let Bench { toolchain, dist, tools, .. } = self.bench;
        let mut command = candidate.cargo(goal, toolchain, dist, tools);
        command.current_dir(&self.copy.folder).arg("--offline").args(self.project.arguments);
        command.arg("--target-dir").arg(self.target(candidate));
        for (name, value) in self.project.profile {
            command.env(format!("CARGO_PROFILE_DEV_{name}"), value);
        }
        if let Some(debug) = debug {
            command.env("CARGO_PROFILE_DEV_DEBUG", debug);
        }
        command
    }
}

/// Builds a project once with LLVM, and returns how cargo calls the compiler for the project's own crates.
/// Also returns the target folder, which keeps their dependencies.
pub fn record_invocations(bench: &Bench<'_>, project: &Project) -> Result<(Vec<tools::Invocation>, PathBuf)> {
    let copy = WorkingCopy::make(project, &bench.folder, bench.layout, bench.toolchain, bench.console)?;
    let runner = Runner { bench, project, copy: &copy };
    let recorder =
        Candidate { name: "recorded".to_owned(), ..bench.candidates[super::candidates::LLVM].clone() };
    let (target, records) = (runner.target(&recorder), bench.folder.join("recorded"));
    files::remove(&target)?;
    files::remove(&records)?;
    files::create_folder(&records)?;
    bench.progress(&format!("{}, recording how cargo compiles it", project.name));
    let mut command = runner.command(&recorder, Goal::Build, None);
    command.env("RUSTC_WRAPPER", bench.tools.compiler()).env(tools::RECORD, &records);
    let log = bench.layout.logs().join("bench-record.log");
    measure::run(&format!("building {}", project.name), &mut command, &log)?;
    let invocations = tools::Invocation::load_all(&records)?;
    anyhow::ensure!(!invocations.is_empty(), "cargo did not compile any crate of {}", project.name);
    Ok((invocations, target))
}

/// Returns the values of one measure, by round.
pub fn values(samples: &[Sample], measure: impl Fn(&Sample) -> f64) -> Vec<f64> {
    samples.iter().map(measure).collect()
}

/// Finds the result of a scenario, if it was measured.
pub fn find(results: &[ScenarioResult], scenario: Scenario) -> Option<&ScenarioResult> {
    results.iter().find(|result| result.scenario == scenario)
}

/// Empties the folder that a replayed compilation writes to.
pub fn empty_folder(path: &Path) -> Result<&Path> {
    files::remove(path)?;
    files::create_folder(path).with_context(|| format!("cannot empty {}", path.display()))?;
    Ok(path)
}

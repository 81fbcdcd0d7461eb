//! Runs the selected cases of all suites and reports the results.
//!
//! A run has a [`Round`] for each target. For each suite, a round makes the plan, sets up each group, runs
//! the group's selected cases, and prints a line with the counts. Failures are printed as they happen. A run
//! ends with the names of the cases that failed, the commands that repeat only these, and the total counts as
//! the last line. Results for other targets than the host begin with the target, as in
//! `aarch64 run-pass/closures`.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Result, bail};
use build_system::console::{Console, Step};
use build_system::parallel;

use crate::context::Context;
use crate::selection::{Filter, Selection};
use crate::suite::{Case, CaseResult, Order as CaseOrder, Part, Planned, Schedule, Suite, Verdict, skip};

/// The name of the failure when a suite or group cannot be set up.
const SET_UP: &str = "setup";
/// The variables that select the random programs.
const VARIABLES: [&str; 2] = ["CLIF_SEED", "CLIF_COUNT"];

/// The number of cases by verdict.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    /// Cases with the expected result.
    passed: usize,
    /// Cases with another result.
    failed: usize,
    /// Cases that were not run.
    skipped: usize,
}

impl Counts {
    /// Counts a result.
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed(_) => self.failed += 1,
            Verdict::Skipped(_) => self.skipped += 1,
        }
    }

    /// Adds the results of a part.
    fn add_all(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Returns the last line of each suite and of the whole run.
    fn line(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// The tests of one target.
pub struct Round<'a> {
    /// The environment of the suites. It names the target.
    pub context: Context<'a>,
    /// The cases.
    pub selection: Selection,
}

impl Round<'_> {
    /// Returns a name as results show it, with the target if it is not the host.
    fn title(&self, name: &str) -> String {
        let target = self.context.target;
        if target.is_host { name.to_owned() } else { format!("{} {name}", target.name()) }
    }

    /// Returns the option that selects the target.
    fn option(&self) -> Vec<String> {
        let target = self.context.target;
        if target.is_host { Vec::new() } else { vec!["--target".to_owned(), target.name().to_owned()] }
    }
}

/// Runs everything that is selected. `options` are those of the command line, for the commands that repeat
/// failures.
pub fn run(rounds: &[Round<'_>], suites: &[Suite], options: &[String]) -> Result<ExitCode> {
    let mut counts = Counts::default();
    let (mut failed, mut repetitions, mut unmatched) = (Vec::new(), Vec::new(), Vec::new());
    for round in rounds {
        let mut runner = Runner::new(round, suites);
        runner.run();
        counts.add_all(runner.counts);
        unmatched.extend(runner.unmatched().map(|word| round.title(&format!("test matches {word}."))));
        if !runner.failed.is_empty() {
            failed.extend(runner.failed.iter().map(|name| round.title(name)));
            let options = [&round.option(), options].concat();
            repetitions.push(repetition(&variables(), &options, &runner.failed));
        }
    }
    if counts == Counts::default() {
        let words: BTreeSet<&str> =
            rounds.iter().flat_map(|round| &round.selection.words).map(String::as_str).collect();
        let words = words.into_iter().collect::<Vec<_>>().join(" ");
        bail!("no test matches {words}; ./y.sh test --list lists all tests");
    }
    if !failed.is_empty() {
        println!("\nFailed:");
        failed.iter().for_each(|name| println!("    {name}"));
        println!("To repeat only these:");
        repetitions.iter().for_each(|command| println!("    {command}"));
        println!();
    }
    unmatched.iter().for_each(|message| println!("No {message}"));
    println!("{}", counts.line());
    Ok(if counts.failed == 0 && unmatched.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one round.
struct Runner<'a> {
    round: &'a Round<'a>,
    /// All suites.
    suites: &'a [Suite],
    /// Why the target cannot be tested here.
    obstacle: Option<String>,
    counts: Counts,
    /// The names of the failed cases, as the command line selects them.
    failed: Vec<String>,
    /// The words of the command line that selected a case.
    matched: BTreeSet<String>,
}

impl<'a> Runner<'a> {
    /// Prepares a round.
    fn new(round: &'a Round<'a>, suites: &'a [Suite]) -> Runner<'a> {
        let (counts, failed, matched) = Default::default();
        Runner { round, suites, obstacle: round.context.obstacle(), counts, failed, matched }
    }

    /// Runs all suites.
    fn run(&mut self) {
        for suite in self.suites {
            if let Some(filter) = self.round.selection.of_suite(suite, self.suites) {
                self.run_suite(suite, &filter);
            }
        }
    }

    /// Returns the words that selected nothing.
    fn unmatched(&self) -> impl Iterator<Item = &str> {
        let words = self.round.selection.words.iter();
        words.filter(|word| !self.matched.contains(word.trim_end_matches('/'))).map(String::as_str)
    }

    /// Runs the selected cases of a suite.
    fn run_suite(&mut self, suite: &Suite, filter: &Filter<'_>) {
        let mut run = SuiteRun {
            suite,
            title: self.round.title(suite.name),
            obstacle: self.obstacle.as_deref(),
            console: self.round.context.console,
            started: Instant::now(),
            is_announced: false,
            counts: Counts::default(),
            failed: Vec::new(),
        };
        match (suite.plan)(&self.round.context) {
            Ok(plan) => {
                // A name selects the same case in all parts of the suite.
                let names: Vec<&str> = plan.names().collect();
                let mut is_wanted = filter.selects(&names).into_iter();
                self.matched.extend(filter.matching_words(&names));
                if plan.parts.iter().any(|part| matches!(part, Part::Unlisted(_))) {
                    self.matched.extend(filter.passed_on_words());
                }
                for part in plan.parts {
                    run.part(part, &mut is_wanted, filter);
                }
            }
            Err(error) => {
                self.matched.extend(filter.passed_on_words());
                run.record(&CaseResult::of(SET_UP, Err(error)));
            }
        }
        run.finish();
        self.counts.add_all(run.counts);
        self.failed.extend(run.failed);
    }
}

/// The run of one suite.
struct SuiteRun<'a> {
    suite: &'a Suite,
    /// The suite's name in results.
    title: String,
    /// The same as [`Runner::obstacle`].
    obstacle: Option<&'a str>,
    console: Console,
    started: Instant,
    /// Whether the suite's name was printed. A suite without selected cases is not mentioned.
    is_announced: bool,
    counts: Counts,
    /// The same as [`Runner::failed`].
    failed: Vec<String>,
}

impl SuiteRun<'_> {
    /// Prints the suite's name before its first case.
    fn announce(&mut self) {
        if !self.is_announced {
            self.is_announced = true;
            self.console.say(format!("{}: {}", self.title, self.suite.description));
        }
    }

    /// Returns an error that skips the cases if the target cannot be tested here.
    fn require_target(&self) -> Result<()> {
        self.obstacle.map_or(Ok(()), |reason| Err(skip(reason)))
    }

    /// Runs a part of the suite. `is_wanted` tells for each known case whether it is selected.
    fn part(&mut self, part: Part<'_>, is_wanted: &mut impl Iterator<Item = bool>, filter: &Filter<'_>) {
        match part {
            Part::Cases(mut planned) => {
                planned.cases.retain(|_| is_wanted.next().unwrap_or_default());
                if !planned.cases.is_empty() {
                    self.announce();
                    self.group(planned);
                }
            }
            Part::Unlisted(run) => {
                let Some(words) = filter.passed_on() else { return };
                self.announce();
                match self.require_target().and_then(|()| run(&words)) {
                    Ok(results) => results.iter().for_each(|result| self.record(result)),
                    Err(error) => self.record(&CaseResult::of(SET_UP, Err(error))),
                }
            }
        }
    }

    /// Runs the selected cases of a group.
    fn group(&mut self, planned: Planned<'_>) {
        let Planned { order, cases, set_up, tear_down } = planned;
        if let Err(error) = self.require_target().and_then(|()| set_up()) {
            let result = CaseResult::of(SET_UP, Err(error));
            if let Verdict::Skipped(reason) = &result.verdict {
                self.console.print(format!("skipped {} ({} cases): {reason}", self.title, cases.len()));
                self.counts.skipped += cases.len();
            } else {
                self.record(&result);
            }
            return;
        }
        let step = self.console.silent_step(&self.title);
        for result in run_cases(&self.title, self.console, &step, order, &cases) {
            self.count(&result);
        }
        drop(step);
        match tear_down() {
            Ok(results) => results.iter().for_each(|result| self.record(result)),
            Err(error) => self.record(&CaseResult::of("tear-down", Err(error))),
        }
    }

    /// Prints and counts a result.
    fn record(&mut self, result: &CaseResult) {
        self.announce();
        print(self.console, &self.title, result);
        self.count(result);
    }

    fn count(&mut self, result: &CaseResult) {
        self.counts.add(&result.verdict);
        if matches!(result.verdict, Verdict::Failed(_)) {
            self.failed.push(match result.name.as_str() {
                SET_UP => self.suite.name.to_owned(),
                name => format!("{}/{name}", self.suite.name),
            });
        }
    }

    /// Prints the counts of the suite.
    fn finish(&self) {
        if self.is_announced {
            let seconds = self.started.elapsed().as_secs_f64();
            self.console.print(format!("{}: {} ({seconds:.1} s)", self.title, self.counts.line()));
        }
    }
}

/// Runs cases in order, and prints why a case did not pass.
fn run_cases(
    suite: &str,
    console: Console,
    step: &Step,
    order: CaseOrder,
    cases: &[Case<'_>],
) -> Vec<CaseResult> {
    let begun = AtomicUsize::new(0);
    let run = |case: &Case<'_>| {
        let number = begun.fetch_add(1, Ordering::Relaxed) + 1;
        step.progress(&format!("{number} of {}: {}", cases.len(), case.name));
        let result = CaseResult::of(&*case.name, (case.run)());
        print(console, suite, &result);
        result
    };
    match order {
        CaseOrder::InTurn => cases.iter().map(run).collect(),
        CaseOrder::InParallel => parallel::map(cases, run),
    }
}

/// Prints why a case did not pass.
fn print(console: Console, suite: &str, result: &CaseResult) {
    match &result.verdict {
        Verdict::Passed => {}
        Verdict::Failed(text) => console.print(format!("FAILED  {suite}/{}: {text}", result.name)),
        Verdict::Skipped(reason) => console.print(format!("skipped {suite}/{}: {reason}", result.name)),
    }
}

/// Returns those [`VARIABLES`] that are set, as a shell takes them.
fn variables() -> Vec<String> {
    let set = VARIABLES.iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
    set.map(|(name, value)| format!("{name}={}", quoted(&value))).collect()
}

/// Returns the command that runs only the named cases.
fn repetition(variables: &[String], options: &[String], names: &[String]) -> String {
    let words = ["./y.sh".to_owned(), "test".to_owned()];
    let arguments = options.iter().chain(names).map(|word| quoted(word));
    variables.iter().cloned().chain(words).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Quotes a word for a shell, if needed.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=+,@%".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Prints the selected suites with their selected cases. Without words, prints all.
pub fn list(round: &Round<'_>, suites: &[Suite]) -> Result<()> {
    let Round { context, selection } = round;
    for suite in suites {
        let filter = if selection.words.is_empty() && selection.may_select(suite) {
            Some(Filter::everything(suite))
        } else {
            selection.of_suite(suite, suites)
        };
        let Some(filter) = filter else { continue };
        let plan = (suite.plan)(context)?;
        let names: Vec<&str> = plan.names().collect();
        let is_wanted = filter.selects(&names);
        if !is_wanted.contains(&true) && (!names.is_empty() || filter.passed_on().is_none()) {
            continue;
        }
        let on_request = if suite.schedule == Schedule::OnRequest { " (with --all)" } else { "" };
        println!("{}: {}{on_request}", round.title(suite.name), suite.description);
        let wanted = names.iter().zip(is_wanted).filter(|(_, is_wanted)| *is_wanted);
        wanted.for_each(|(case, _)| println!("    {}/{case}", round.title(suite.name)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{Group, Plan, Targets};
    use crate::target::TestTarget;
    use build_system::layout::Layout;

    fn of_numbers<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
        let check = |_: &(), number: &u32| match number {
            1 | 4 => bail!("it is {number}"),
            2 => Err(skip("it is even")),
            _ => Ok(()),
        };
        let broken = Group::new(|| -> Result<()> { bail!("nothing to work with") });
        let numbers = Group::plain().cases(1..=5, u32::to_string, check);
        let numbers = numbers.tear_down(|()| Ok(vec![CaseResult::of("after", Ok(()))]));
        Ok(numbers.in_parallel().then(broken.case("never run", |()| Ok(())).in_turn()).then(Plan::unlisted(
            move |words| Ok(vec![CaseResult::of(format!("{} {words:?}", context.all), Ok(()))]),
        )))
    }

    const SUITES: [Suite; 1] = [Suite {
        name: "numbers",
        description: "",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: of_numbers,
    }];

    /// Folders for cases that use none.
    fn no_folders() -> Layout {
        Layout {
            clone: "/".into(),
            build: "/".into(),
            dist: "/".into(),
            cache: "/".into(),
            clone_is_read_only: true,
        }
    }

    /// Returns the counts and the names of the failed cases.
    fn run(words: &[&str]) -> ([usize; 3], Vec<String>) {
        run_with_obstacle(words, None)
    }

    /// The same, if the target cannot be tested for a reason.
    fn run_with_obstacle(words: &[&str], obstacle: Option<&str>) -> ([usize; 3], Vec<String>) {
        let layout = no_folders();
        let obtain = || bail!("no toolchain is needed");
        let target = TestTarget::host().unwrap();
        let context = Context::new(&layout, Console::new(false), false, target, &obtain);
        let words = words.iter().map(|&word| word.to_owned()).collect();
        let selection = Selection::new(words, false, target, &SUITES).unwrap();
        let round = Round { context, selection };
        let mut runner = Runner::new(&round, &SUITES);
        runner.obstacle = obstacle.map(str::to_owned);
        runner.run();
        let Counts { passed, failed, skipped } = runner.counts;
        ([passed, failed, skipped], runner.failed)
    }

    #[test]
    fn every_verdict_is_counted_and_failures_are_named() {
        let (counts, mut failed) = run(&[]);
        failed.sort();
        // 3, 5, the result of the tear-down, and the unlisted case.
        assert_eq!(
            (counts, failed),
            ([4, 3, 1], vec!["numbers".into(), "numbers/1".into(), "numbers/4".into()])
        );
    }

    #[test]
    fn only_what_is_wanted_is_set_up_and_run() {
        assert_eq!(run(&["numbers/3"]), ([3, 0, 0], vec![]));
        assert_eq!(run(&["numbers/never"]), ([1, 1, 0], vec!["numbers".into()]));
        assert_eq!(run(&["nothing of this"]), ([0, 0, 0], vec![]));
    }

    #[test]
    fn a_target_that_cannot_be_tested_is_skipped() {
        let (counts, failed) = run_with_obstacle(&[], Some("no emulator"));
        // Six listed cases, and the part that finds its cases by running them.
        assert_eq!((counts, failed), ([0, 0, 7], vec![]));
    }

    #[test]
    fn other_targets_are_part_of_titles_and_commands() {
        for target in TestTarget::all().unwrap() {
            let layout = no_folders();
            let obtain = || bail!("no toolchain is needed");
            let context = Context::new(&layout, Console::new(false), false, target, &obtain);
            let selection = Selection::new(Vec::new(), false, target, &SUITES).unwrap();
            let round = Round { context, selection };
            assert_eq!(round.title("a/b") == "a/b", target.is_host);
            assert_eq!(round.option().is_empty(), target.is_host);
            assert_eq!(round.context.scratch("a") == layout.build.join("tests/a"), target.is_host);
        }
    }

    #[test]
    fn the_repetition_is_a_command_for_a_shell() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let command =
            repetition(&words(&["CLIF_SEED=7"]), &words(&["--all"]), &words(&["lto/fat/a", "flags/it's -x"]));
        assert_eq!(command, r"CLIF_SEED=7 ./y.sh test --all lto/fat/a 'flags/it'\''s -x'");
    }
}

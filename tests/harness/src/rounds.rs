//! Chooses the targets that are tested, and their cases.
//!
//! `--target` chooses them. Otherwise, words select cases of the host. Without words, everything is tested
//! for the host. Of the other targets, [`SAMPLE`] is tested, or everything with `--all`.

use anyhow::Result;

use crate::context::Context;
use crate::runner::Round;
use crate::selection::Selection;
use crate::suites::SUITES;
use crate::target::TestTarget;

/// The cases that every `./y.sh test` runs for the other targets, as words of the command line, with the
/// reason why they are in the sample. All together may take six minutes for a target, on two cores.
const SAMPLE: &[(&str, &str)] =
    &[("run-pass/hello", "printing, the start of a program"), ("run-pass/int128", "values in two registers")];

/// Returns the rounds of a run. `context` is that of the host.
pub fn of<'a>(context: &Context<'a>, words: &[String], targets: &[String]) -> Result<Vec<Round<'a>>> {
    let round = |target: TestTarget, words: Vec<String>| -> Result<Round<'a>> {
        let selection = Selection::new(words, context.all, target, SUITES)?;
        Ok(Round { context: context.with_target(target), selection })
    };
    if !targets.is_empty() {
        return targets.iter().map(|name| round(TestTarget::named(name)?, words.to_vec())).collect();
    }
    let sample = || SAMPLE.iter().map(|(word, _)| (*word).to_owned()).collect();
    let is_tested = |target: &TestTarget| target.is_host || words.is_empty();
    let words_for =
        |target: TestTarget| if target.is_host || context.all { words.to_vec() } else { sample() };
    let tested = TestTarget::all()?.into_iter().filter(is_tested);
    tested.map(|target| round(target, words_for(target))).collect()
}

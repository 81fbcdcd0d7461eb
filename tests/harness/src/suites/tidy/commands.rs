//! Checks that the commands of `./y.sh` in documents and comments exist, with the suites and cases that they
//! name.

use build_system::cli::Arguments;
use clap::CommandFactory as _;

use super::rules::{Finding, RULES};
use super::tree::Tree;
use crate::suites::SUITES;

/// The start of a command.
const SCRIPT: &str = "./y.sh ";

/// Finds commands, suites and cases that do not exist.
pub fn missing(tree: &Tree) -> Vec<Finding> {
    let known = subcommands();
    let mut findings = Vec::new();
    for file in &tree.files {
        for (index, line) in file.prose().lines().enumerate() {
            for command in commands(line) {
                let mut words = looked_up(command);
                let Some(subcommand) = words.next() else { continue };
                if !known.iter().any(|known| known == subcommand) {
                    findings.push(file.finding(index + 1, format!("`./y.sh {subcommand}` does not exist")));
                }
                let missing = words.filter(|word| subcommand == "test" && !selects(tree, word));
                findings
                    .extend(missing.map(|word| file.finding(index + 1, format!("no test matches `{word}`"))));
            }
        }
    }
    findings
}

/// Returns the names of the subcommands.
fn subcommands() -> Vec<String> {
    let command = Arguments::command();
    command.get_subcommands().map(|known| known.get_name().to_owned()).chain(["help".to_owned()]).collect()
}

/// Returns the arguments of the commands in a line. A command begins the line or is between backquotes.
/// Variables may come first.
fn commands(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(SCRIPT).filter_map(|(at, _)| {
        let mut before = line[..at].trim_end();
        while let Some(word) = before.rsplit([' ', '`']).next().filter(|word| word.contains('=')) {
            before = before[..before.len() - word.len()].trim_end();
        }
        let begins = before.ends_with('`') || before.trim_start().trim_start_matches(['/', '!']).is_empty();
        begins.then(|| line[at + SCRIPT.len()..].split(['`', '#']).next().unwrap_or_default())
    })
}

/// Returns the arguments that are looked up: not the placeholders, and not the values of options.
fn looked_up(command: &str) -> impl Iterator<Item = &str> {
    let mut is_value = false;
    command.split_whitespace().filter(move |word| {
        let is_skipped = is_value || is_placeholder(word);
        is_value = *word == "--target";
        !is_skipped
    })
}

/// Whether an argument is not to be looked up: an option, or a placeholder such as `PATH` or `[FILTER...]`.
fn is_placeholder(word: &str) -> bool {
    word.starts_with(['-', '[', '.']) || word.chars().all(|next| next.is_uppercase() || "_.".contains(next))
}

/// Whether a word of `./y.sh test` selects tests. Of most suites, only the name is known here.
fn selects(tree: &Tree, word: &str) -> bool {
    let (suite, case) = word.split_once('/').unwrap_or((word, ""));
    if !SUITES.iter().any(|row| row.name == suite) {
        // A part of the name of a case: some suites have a file for each case.
        return tree.files.iter().any(|file| file.path.starts_with("tests/") && file.path.contains(word));
    }
    match suite {
        "tidy" => RULES.iter().any(|rule| rule.name.starts_with(case)),
        "run-pass" if !is_placeholder(case) => {
            let start = format!("tests/{word}");
            tree.files.iter().any(|file| file.path.starts_with(&start))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    #[test]
    fn commands_suites_and_cases_are_looked_up() {
        let find = |text: &str| {
            let files = vec![File::new("tests/run-pass/simd.rs", ""), File::new("docs/x.md", text)];
            missing(&Tree { files }).into_iter().map(|finding| finding.text).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(find("`./y.sh run` and `A=1 ./y.sh compare-debug-info X.rs`, ./y.sh is a script"), none);
        assert_eq!(
            find(
                "`./y.sh test --all --target z80 tidy lints` `./y.sh test [FILTER...]` `./y.sh --x PATH ...`"
            ),
            none
        );
        assert_eq!(find("`./y.sh test run-pass/simd run-pass/TOPIC simd tidy/words flags/x`"), none);
        assert_eq!(find("    ./y.sh rnu    # runs"), ["`./y.sh rnu` does not exist"]);
        assert_eq!(
            find("`B=1 ./y.sh test tidi run-pass/x` `./y.sh test tidy/wrong`"),
            ["tidi", "run-pass/x", "tidy/wrong"].map(|word| format!("no test matches `{word}`"))
        );
    }
}

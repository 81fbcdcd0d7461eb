//! Stores the results of tests as text, and compares them.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use super::packages::WithReason;

/// The result of each `PROGRAM::TEST`: `ok`, `failed`, `ignored`, or how its process ended.
pub type Results = BTreeMap<String, String>;

/// How many differences are shown.
const SHOWN: usize = 20;

/// Writes one line for each test.
pub fn to_text(results: &Results) -> String {
    results.iter().map(|(name, word)| format!("{name}\t{word}\n")).collect()
}

/// Reads the output of [`to_text`].
pub fn from_text(text: &str) -> Result<Results> {
    let entry = |line: &str| {
        let (name, word) =
            line.split_once('\t').with_context(|| format!("cannot parse the result {line:?}"))?;
        Ok((name.to_owned(), word.to_owned()))
    };
    text.lines().map(entry).collect()
}

/// Counts the tests with each result.
pub fn summary(results: &Results) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in results.values() {
        *counts.entry(word).or_default() += 1;
    }
    counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// Fails for every difference that is not listed, and for every listed test that does not differ.
pub fn compare(expected: &Results, found: &Results, listed: &[WithReason]) -> Result<()> {
    if expected.is_empty() {
        bail!("no test was run, so nothing is compared");
    }
    let is_listed = |name: &str| listed.iter().any(|(entry, _)| *entry == name);
    let mut names: Vec<&String> = expected.keys().chain(found.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut lines = Vec::new();
    for name in names {
        let (llvm, clif) = (expected.get(name), found.get(name));
        let shown = |word: Option<&String>| word.map_or("missing", String::as_str).to_owned();
        if (llvm == clif) == is_listed(name) {
            let note = if is_listed(name) { " (listed as different)" } else { "" };
            lines.push(format!(
                "\n    {name}: {} with LLVM, {} with Cranelift{note}",
                shown(llvm),
                shown(clif)
            ));
        }
    }
    if !lines.is_empty() {
        bail!("{} results are not as expected:{}", lines.len(), lines[..lines.len().min(SHOWN)].concat());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(entries: &[(&str, &str)]) -> Results {
        entries.iter().map(|&(name, word)| (name.to_owned(), word.to_owned())).collect()
    }

    #[test]
    fn every_difference_is_found() {
        let both = results(&[("a", "ok"), ("b", "ignored")]);
        compare(&both, &both, &[]).unwrap();
        assert!(compare(&Results::new(), &both, &[]).is_err());
        for other in [
            results(&[("a", "ok")]),
            results(&[("a", "ok"), ("b", "ok")]),
            results(&[("a", "ok"), ("b", "ignored"), ("c", "failed")]),
        ] {
            assert!(compare(&both, &other, &[]).is_err(), "{other:?}");
        }
    }

    #[test]
    fn listed_differences_must_be_there() {
        let (llvm, clif) = (results(&[("a", "ok"), ("b", "ok")]), results(&[("a", "ok"), ("b", "failed")]));
        compare(&llvm, &clif, &[("b", "reason")]).unwrap();
        let message = compare(&llvm, &clif, &[("a", "reason"), ("b", "reason")]).unwrap_err().to_string();
        assert!(message.contains("a: ok with LLVM, ok with Cranelift (listed"), "{message}");
        assert!(!message.contains("b:"), "{message}");
    }

    #[test]
    fn results_are_kept_as_text() {
        let some = results(&[("x::a - should panic", "ok"), ("y", "ended with signal: 11")]);
        assert_eq!(from_text(&to_text(&some)).unwrap(), some);
        assert!(from_text("x\n").is_err());
        assert_eq!(summary(&some), "1 ended with signal: 11, 1 ok");
    }
}

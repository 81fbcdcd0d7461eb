//! Lists files that may still violate a rule.
//!
//! A line of a list is `COUNT PATH`, or `COUNT PATH: REASON` if a violation is meant to stay. Lines that
//! begin with `#` are comments.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use super::rules::Finding;

/// A list of exceptions.
#[derive(Debug, Default)]
pub struct Exceptions {
    /// The comment lines.
    comments: Vec<String>,
    /// The exceptions, by path.
    entries: BTreeMap<String, Entry>,
}

/// The exception of a file.
#[derive(Debug)]
struct Entry {
    /// The number of violations that are allowed.
    count: usize,
    /// The reason, with the colon before it.
    reason: String,
}

impl Exceptions {
    /// Reads a list. If there is no file, it is empty.
    pub fn read(list: &Path) -> Result<Exceptions> {
        let text = match fs::read_to_string(list) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.with_context(|| format!("cannot read {}", list.display()))?,
        };
        Exceptions::parse(&text).with_context(|| format!("{} is wrong", list.display()))
    }

    /// Parses a list.
    pub fn parse(text: &str) -> Result<Exceptions> {
        let mut exceptions = Exceptions::default();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if line.starts_with('#') {
                exceptions.comments.push(line.to_owned());
                continue;
            }
            let (count, rest) = line.split_once(' ').with_context(|| format!("no count in `{line}`"))?;
            let count = count.parse().with_context(|| format!("no count in `{line}`"))?;
            let (path, reason) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
            exceptions.entries.insert(path.to_owned(), Entry { count, reason: reason.to_owned() });
        }
        Ok(exceptions)
    }

    /// Describes findings without an exception, and exceptions without a finding.
    pub fn unexpected(&self, findings: &[Finding]) -> Vec<String> {
        let counts = counts(findings);
        let allowed = |path: &str| self.entries.get(path).map_or(0, |entry| entry.count);
        let excess = |finding: &&Finding| counts[finding.path.as_str()] > allowed(&finding.path);
        let found = findings.iter().filter(excess).map(|finding| match allowed(&finding.path) {
            0 => finding.to_string(),
            count => format!("{finding} ({count} in this file are allowed)"),
        });
        let unneeded = self.entries.keys().filter(|path| !counts.contains_key(path.as_str()));
        let advice = "remove it, or use BLESS=1";
        found
            .chain(unneeded.map(|path| format!("{path}: this exception is not needed any more; {advice}")))
            .collect()
    }

    /// Lowers or removes exceptions that are not needed any more. Returns whether there were any.
    pub fn shrink(&mut self, findings: &[Finding]) -> bool {
        let counts = counts(findings);
        let mut has_changed = false;
        self.entries.retain(|path, entry| {
            let count = counts.get(path.as_str()).copied().unwrap_or(0).min(entry.count);
            has_changed |= count != entry.count;
            entry.count = count;
            count > 0
        });
        has_changed
    }

    /// Writes the list.
    pub fn write(&self, list: &Path) -> Result<()> {
        let comments = self.comments.iter().map(|comment| format!("{comment}\n"));
        let entries =
            self.entries.iter().map(|(path, entry)| format!("{} {path}{}\n", entry.count, entry.reason));
        let text: String = comments.chain(entries).collect();
        fs::write(list, text).with_context(|| format!("cannot write {}", list.display()))
    }
}

/// Counts the findings in each file.
fn counts(findings: &[Finding]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.path.as_str()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(paths: &[&str]) -> Vec<Finding> {
        paths.iter().map(|path| Finding { path: (*path).to_owned(), line: 1, text: String::new() }).collect()
    }

    #[test]
    fn a_list_may_only_shrink() {
        let mut exceptions = Exceptions::parse("# why\n2 a.rs\n1 b.rs: because\n").unwrap();
        assert_eq!(exceptions.unexpected(&findings(&["a.rs", "b.rs"])), Vec::<String>::new());
        assert_eq!(exceptions.unexpected(&findings(&["a.rs", "b.rs", "b.rs"])).len(), 2);
        assert_eq!(exceptions.unexpected(&findings(&["a.rs", "b.rs", "c.rs"])).len(), 1);
        assert!(exceptions.unexpected(&findings(&["a.rs"]))[0].contains("b.rs"));
        assert!(exceptions.shrink(&findings(&["b.rs", "b.rs"])));
        assert!(!exceptions.shrink(&findings(&["b.rs"])));
        assert_eq!(exceptions.entries.len(), 1);
        assert_eq!((exceptions.entries["b.rs"].count, exceptions.comments.len()), (1, 1));
        assert!(Exceptions::parse("a.rs\n").is_err());
    }
}

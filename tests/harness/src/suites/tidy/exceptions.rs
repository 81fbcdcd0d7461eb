//! Lists files that may still violate a rule.
//!
//! A line of a list is `COUNT PATH: REASON`. The count is exactly the number of violations in the file. Lines
//! that begin with `#` are comments.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::rules::{Finding, Rule};

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
    /// The reason why they stay.
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
            let (path, reason) = rest.split_once(':').unwrap_or((rest, ""));
            let reason = reason.trim().to_owned();
            if reason.is_empty() {
                bail!("no reason in `{line}`: a line is `COUNT PATH: REASON`");
            }
            if exceptions.entries.insert(path.to_owned(), Entry { count, reason }).is_some() {
                bail!("two lines for {path}");
            }
        }
        Ok(exceptions)
    }

    /// Describes findings without an exception, and exceptions for more than is found.
    pub fn unexpected(&self, findings: &[Finding]) -> Vec<String> {
        let counts = counts(findings);
        let allowed = |path: &str| self.entries.get(path).map_or(0, |entry| entry.count);
        let excess = |finding: &&Finding| counts[finding.path.as_str()] > allowed(&finding.path);
        let found = findings.iter().filter(excess).map(|finding| match allowed(&finding.path) {
            0 => finding.to_string(),
            count => format!("{finding} ({count} in this file are allowed)"),
        });
        let unneeded = self.entries.iter().filter_map(|(path, entry)| {
            match counts.get(path.as_str()).copied().unwrap_or(0) {
                0 => Some(format!("{path}: this exception is not needed any more; remove it, or use BLESS=1")),
                found if found < entry.count => Some(format!(
                    "{path}: {} violations are allowed, but there are {found}; lower the count, or use BLESS=1",
                    entry.count
                )),
                _ => None,
            }
        });
        found.chain(unneeded).collect()
    }

    /// Lowers or removes exceptions that are not needed any more. Returns whether there were any. It never
    /// adds or raises an exception.
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
            self.entries.iter().map(|(path, entry)| format!("{} {path}: {}\n", entry.count, entry.reason));
        let text: String = comments.chain(entries).collect();
        fs::write(list, text).with_context(|| format!("cannot write {}", list.display()))
    }
}

/// Checks that the folder of the lists contains only lists of these rules.
pub fn check_folder(folder: &Path, rules: &[Rule]) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let name = entry?.file_name();
        if !rules.iter().any(|rule| *name == *format!("{}.txt", rule.name)) {
            bail!("no rule has the name of {}", folder.join(name).display());
        }
    }
    Ok(())
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
    use super::super::rules::RULES;
    use super::*;

    fn findings(paths: &[&str]) -> Vec<Finding> {
        paths.iter().map(|path| Finding { path: (*path).to_owned(), line: 1, text: String::new() }).collect()
    }

    #[test]
    fn a_list_may_only_shrink() {
        let mut exceptions = Exceptions::parse("# why\n2 a.rs: old\n1 b.rs: because\n").unwrap();
        let complaints = |paths: &[&str]| exceptions.unexpected(&findings(paths));
        assert_eq!(complaints(&["a.rs", "a.rs", "b.rs"]), Vec::<String>::new());
        assert_eq!(complaints(&["a.rs", "a.rs", "b.rs", "b.rs"]).len(), 2);
        assert_eq!(complaints(&["a.rs", "a.rs", "b.rs", "c.rs"]).len(), 1);
        assert!(complaints(&["a.rs", "a.rs"])[0].starts_with("b.rs: this exception is not needed"));
        assert!(complaints(&["a.rs", "b.rs"])[0].starts_with("a.rs: 2 violations are allowed"));
        assert!(exceptions.shrink(&findings(&["b.rs", "b.rs", "c.rs"])));
        assert!(!exceptions.shrink(&findings(&["b.rs", "b.rs", "c.rs"])));
        assert_eq!(exceptions.entries.len(), 1);
        assert_eq!((exceptions.entries["b.rs"].count, exceptions.comments.len()), (1, 1));
    }

    #[test]
    fn a_line_has_a_count_and_a_reason() {
        for wrong in ["a.rs: because\n", "1 a.rs\n", "1 a.rs: \n", "1 a.rs: b\n1 a.rs: c\n"] {
            assert!(Exceptions::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Exceptions::parse("1 a.rs: because\n").is_ok());
    }

    #[test]
    fn a_list_belongs_to_a_rule() {
        let folder = std::env::temp_dir().join(format!("tidy-lists-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("words.txt"), "").unwrap();
        assert!(check_folder(&folder, RULES).is_ok());
        fs::write(folder.join("word.txt"), "").unwrap();
        assert!(check_folder(&folder, RULES).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}

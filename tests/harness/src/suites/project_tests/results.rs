//! Parses the results of a package's tests, and compares two of them.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::table::Unsteady;

/// The verdict of a test that passed.
pub const PASSED: &str = "ok";
/// The name for the whole program, if it has no tests, does not use libtest, or ended in an unusual way.
pub const WHOLE: &str = "(the program)";
/// How many differences are shown.
const SHOWN: usize = 20;

/// The verdict of each test, by `PROGRAM TEST` (or `doc TEST`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results(BTreeMap<String, String>);

impl Results {
    /// Parses the runner's output: a line for each program. Programs of the same name are numbered.
    pub fn of_programs(text: &str) -> Result<Results> {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut results = BTreeMap::new();
        for line in text.lines() {
            let value: Value =
                serde_json::from_str(line).with_context(|| format!("the results: `{line}`"))?;
            let name = value["program"].as_str().context("the results have no program")?;
            let count = seen.entry(name.to_owned()).or_default();
            *count += 1;
            let program = if *count == 1 { name.to_owned() } else { format!("{name}#{count}") };
            for (test, verdict) in value["tests"].as_object().context("the results have no tests")? {
                let verdict = verdict.as_str().context("a test has no verdict")?;
                results.insert(format!("{program} {test}"), verdict.to_owned());
            }
        }
        Ok(Results(results))
    }

    /// Adds the results of doc tests in rustdoc's output. Fails if their number is not the one that rustdoc
    /// announced.
    pub fn and_doc_tests(mut self, output: &str) -> Result<Results> {
        let mut found = 0;
        let mut announced = 0;
        for line in output.lines() {
            if let Some(count) = line.strip_prefix("running ").and_then(|rest| rest.split(' ').next()) {
                announced += count.parse::<usize>().unwrap_or_default();
            }
            let Some((name, verdict)) = line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... "))
            else {
                continue;
            };
            found += 1;
            let verdict = verdict.split(',').next().unwrap_or(verdict).to_lowercase();
            self.0.insert(format!("doc {name}"), verdict);
        }
        if found != announced {
            bail!("rustdoc announced {announced} doc tests, but printed the results of {found}");
        }
        Ok(self)
    }

    /// Reads the output of [`Results::to_json`].
    pub fn from_json(text: &str) -> Option<Results> {
        let value: Value = serde_json::from_str(text).ok()?;
        let entry = |(name, verdict): (&String, &Value)| Some((name.clone(), verdict.as_str()?.to_owned()));
        value.as_object()?.iter().map(entry).collect::<Option<_>>().map(Results)
    }

    /// Writes all results as text.
    pub fn to_json(&self) -> String {
        serde_json::json!(self.0).to_string()
    }

    /// Returns how many tests passed.
    pub fn passed(&self) -> usize {
        self.0.values().filter(|verdict| *verdict == PASSED).count()
    }

    /// Returns the counts as text.
    pub fn summary(&self) -> String {
        let docs = self.0.keys().filter(|name| name.starts_with("doc ")).count();
        let ignored = self.0.values().filter(|verdict| *verdict == "ignored").count();
        let total = self.0.keys().filter(|name| !name.ends_with(WHOLE)).count();
        let failed = total - self.passed() - ignored;
        format!(
            "{total} tests ({docs} doc tests): {} passed, {failed} failed, {ignored} ignored",
            self.passed()
        )
    }

    /// Returns the tests whose verdict differs in `found`, except unsteady ones.
    pub fn differences(&self, found: &Results, unsteady: &[Unsteady]) -> Vec<String> {
        let names: std::collections::BTreeSet<&String> = self.0.keys().chain(found.0.keys()).collect();
        let is_measure = |name: &&&String| !unsteady.iter().any(|(test, _)| name.as_str() == *test);
        let verdict = |results: &Results, name: &String| match results.0.get(name) {
            Some(verdict) => verdict.clone(),
            None => "not there".to_owned(),
        };
        let mut differences: Vec<String> = names
            .iter()
            .filter(is_measure)
            .map(|name| (name, verdict(self, name), verdict(found, name)))
            .filter(|(_, expected, found)| expected != found)
            .map(|(name, expected, found)| format!("{name}: {found}, with LLVM {expected}"))
            .collect();
        if differences.len() > SHOWN {
            let more = differences.len() - SHOWN;
            differences.truncate(SHOWN);
            differences.push(format!("... and {more} more"));
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_programs_and_doc_tests_are_read() {
        let programs = concat!(
            "{\"program\":\"lib\",\"tests\":{\"a\":\"ok\",\"b\":\"failed\"}}\n",
            "{\"program\":\"lib\",\"tests\":{\"a\":\"signal 11\",\"(the program)\":\"signal 11\"}}\n"
        );
        let docs = "\nrunning 2 tests\ntest src/lib.rs - x (line 3) ... ok\n\
                    test src/lib.rs - y (line 9) - compile ... FAILED\n\ntest result: FAILED.\n";
        let results = Results::of_programs(programs).unwrap().and_doc_tests(docs).unwrap();
        let names: Vec<_> = results.0.iter().map(|(name, verdict)| format!("{name}: {verdict}")).collect();
        let expected = [
            "doc src/lib.rs - x (line 3): ok",
            "doc src/lib.rs - y (line 9) - compile: failed",
            "lib a: ok",
            "lib b: failed",
            "lib#2 (the program): signal 11",
            "lib#2 a: signal 11",
        ];
        assert_eq!(names, expected);
        assert_eq!(results.summary(), "5 tests (2 doc tests): 2 passed, 3 failed, 0 ignored");
        assert_eq!(Results::from_json(&results.to_json()), Some(results));
        assert!(Results::default().and_doc_tests("running 2 tests\ntest a ... ok\n").is_err());
    }

    #[test]
    fn differences_are_of_both_kinds_and_leave_out_what_is_unsteady() {
        let results = |text: &str| Results::from_json(text).unwrap();
        let expected = results(r#"{"a x": "ok", "a y": "ok", "a z": "ok"}"#);
        let found = results(r#"{"a x": "ok", "a y": "failed", "b w": "ok"}"#);
        let all = expected.differences(&found, &[]);
        assert_eq!(
            all,
            ["a y: failed, with LLVM ok", "a z: not there, with LLVM ok", "b w: ok, with LLVM not there"]
        );
        assert_eq!(expected.differences(&found, &[("a y", "time"), ("a z", "time")]), [all[2].as_str()]);
        assert!(expected.differences(&expected, &[]).is_empty());
    }
}

//! A project's own expectations (`--expect FILE`): differences that are known to be right.
//!
//! The file is TOML. Each entry `[[expect]]` names a property, a subject, and a reason; what it matches
//! becomes expected, with that reason.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::Error;
use crate::model::{Difference, Layer};
use crate::report::Finding;
use crate::report::selection::Pattern;
use crate::rules::Verdict;

/// The entries of a file.
pub struct Expectations {
    path: PathBuf,
    entries: Vec<Expectation>,
}

/// One entry.
struct Expectation {
    line: usize,
    layer: Layer,
    /// The property's name in its layer.
    property: Pattern,
    subject: Pattern,
    of: Option<Pattern>,
    /// The values of both sides.
    values: [Option<Pattern>; 2],
    reason: String,
    /// Whether it matched a difference.
    is_used: bool,
}

/// The file, as TOML has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    expect: Vec<Spanned<Entry>>,
}

/// An entry, as TOML has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    property: Spanned<String>,
    subject: String,
    of: Option<String>,
    left: Option<String>,
    right: Option<String>,
    reason: Spanned<String>,
}

impl Expectations {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, or has a mistake.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::File { path: path.into(), error })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let mistake = |span: Option<Range<usize>>, reason: &str| Error::Expectations {
            path: path.into(),
            line: span.map_or(1, |span| line(text, span.start)),
            reason: reason.into(),
        };
        let document: Document =
            toml::from_str(text).map_err(|error| mistake(error.span(), error.message()))?;
        let mut entries = Vec::new();
        for entry in document.expect {
            let line = line(text, entry.span().start);
            let entry = entry.into_inner();
            let span = entry.property.span();
            let (layer, property) =
                property(entry.property.get_ref()).map_err(|reason| mistake(Some(span), &reason))?;
            if entry.reason.get_ref().trim().is_empty() {
                return Err(mistake(Some(entry.reason.span()), "the reason is empty"));
            }
            let whole = |text: Option<String>| text.map(|text| Pattern::whole(&text));
            entries.push(Expectation {
                line,
                layer,
                property: Pattern::whole(property),
                subject: Pattern::whole(&entry.subject),
                of: whole(entry.of),
                values: [whole(entry.left), whole(entry.right)],
                reason: entry.reason.into_inner(),
                is_used: false,
            });
        }
        Ok(Self { path: path.into(), entries })
    }

    /// Turns matching findings into expected ones. The first entry that matches gives the reason.
    pub fn apply<'f>(&mut self, findings: impl Iterator<Item = &'f mut Finding>) {
        for finding in findings {
            let mut matching = self.entries.iter_mut().filter(|entry| entry.matches(&finding.difference));
            let Some(entry) = matching.next() else { continue };
            entry.is_used = true;
            finding.verdict = Verdict::Expected;
            finding.reason = Some(entry.reason.clone());
        }
    }

    /// Returns a warning for each entry that matched nothing. `is_read` tells which layers were compared.
    pub fn warnings(&self, is_read: impl Fn(Layer) -> bool) -> Vec<String> {
        let unused = self.entries.iter().filter(|entry| !entry.is_used && is_read(entry.layer));
        unused
            .map(|entry| {
                format!("`{}`, line {}: this expects what does not happen", self.path.display(), entry.line)
            })
            .collect()
    }
}

impl Expectation {
    fn matches(&self, difference: &Difference) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        let value = |side: usize| {
            let value = difference.values[side].as_deref().unwrap_or_default();
            fits(&self.values[side], value)
        };
        difference.property.layer == self.layer
            && self.property.matches(difference.property.name)
            && self.subject.matches(&difference.subject.name)
            && fits(&self.of, &difference.of)
            && value(0)
            && value(1)
    }
}

/// Splits the name of a property.
fn property(name: &str) -> Result<(Layer, &str), String> {
    let (layer, property) =
        name.split_once('/').ok_or("a property is `layer/name`, such as `symbols/size`")?;
    let known = Layer::ALL.into_iter().find(|known| known.name() == layer);
    let layer = known.ok_or_else(|| {
        format!("there is no layer `{layer}`; the layers are {}", Layer::ALL.map(Layer::name).join(", "))
    })?;
    Ok((layer, property))
}

/// The number of the line at an offset, from 1.
fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{sections, symbols};
    use crate::report::samples::finding;

    fn parse(text: &str) -> Result<Expectations, String> {
        Expectations::parse(Path::new("e.toml"), text).map_err(|error| error.to_string())
    }

    fn mistake(text: &str) -> String {
        parse(text).err().unwrap_or_default()
    }

    #[test]
    fn findings_become_expected() {
        let mut expectations = parse(
            "[[expect]]\nproperty = 'symbols/*'\nsubject = 'main::*'\nleft = '4'\nreason = 'known'\n\
             [[expect]]\nproperty = 'symbols/size'\nsubject = 'main'\nreason = 'not the whole name'\n\
             [[expect]]\nproperty = 'symbols/size'\nsubject = '*'\nright = '9'\nreason = 'not this value'\n\
             [[expect]]\nproperty = 'symbols/size'\nsubject = '*'\nof = 'x'\nreason = 'not of this'\n\
             [[expect]]\nproperty = 'code/*'\nsubject = '*'\nreason = 'not compared'",
        )
        .unwrap();
        let mut findings = [
            finding("main::f", symbols::SIZE, Verdict::Wrong),
            finding("main::f", sections::SIZE, Verdict::Wrong),
            finding("std::f", symbols::SIZE, Verdict::Wrong),
        ];
        expectations.apply(findings.iter_mut());
        let verdicts = findings.each_ref().map(|finding| (finding.verdict, finding.reason.as_deref()));
        let wrong = (Verdict::Wrong, None);
        assert_eq!(verdicts, [(Verdict::Expected, Some("known")), wrong, wrong]);
        let lines = expectations.warnings(|layer| layer != Layer::Code);
        let starts = lines.iter().map(|line| line.split(':').next().unwrap_or_default());
        assert!(starts.eq(["`e.toml`, line 6", "`e.toml`, line 10", "`e.toml`, line 15"]), "{lines:?}");
    }

    #[test]
    fn the_documented_example_is_valid() {
        let document = include_str!("../../../docs/objdiff.md");
        let example = document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        assert_eq!(parse(example.unwrap()).unwrap().entries.len(), 1);
    }

    #[test]
    fn mistakes_have_a_line() {
        assert!(mistake("\n\n[[expect]\n").starts_with("`e.toml`, line 3: "));
        let entry = "[[expect]]\nsubject = '*'\n";
        let layer = mistake(&format!("{entry}reason = 'a'\nproperty = 'symbol/size'\n"));
        assert!(layer.starts_with("`e.toml`, line 4: there is no layer `symbol`"), "{layer}");
        let name = mistake(&format!("{entry}reason = 'a'\nproperty = 'size'\n"));
        assert!(name.starts_with("`e.toml`, line 4: a property is `layer/name`"), "{name}");
        let empty = mistake(&format!("{entry}property = 'symbols/size'\nreason = ' '\n"));
        assert_eq!(empty, "`e.toml`, line 4: the reason is empty");
        let missing = mistake(&format!("\n{entry}property = 'symbols/size'\n"));
        assert!(missing.contains("line 2: missing field `reason`"), "{missing}");
        let unknown = mistake(&format!("{entry}property = 'symbols/size'\nwhy = ''\nreason = 'a'\n"));
        assert!(unknown.contains("line 4: unknown field `why`"), "{unknown}");
    }
}

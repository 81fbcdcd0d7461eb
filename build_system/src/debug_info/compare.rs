//! Compares two models: what LLVM's has, ours has to have.

use std::collections::BTreeMap;

use super::model::{Facts, Kind, Model};

/// Differences that are meant to be, with the reason: a fact of LLVM's with this text may be missing.
const EXPECTED: [(&str, &str); 0] = [];

/// What a comparison found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many things LLVM's has, by kind.
    pub counted: BTreeMap<Kind, usize>,
    /// What ours lacks.
    pub missing: Vec<String>,
    /// What ours has in addition; nobody minds.
    pub extra: Vec<String>,
    /// What ours lacks and may, with the reason.
    pub expected: Vec<String>,
}

/// Compares.
pub fn compare(llvm: &Model, ours: &Model) -> Report {
    let mut report = Report::default();
    for (key @ (kind, name), variants) in &llvm.things {
        *report.counted.entry(*kind).or_default() += 1;
        match ours.things.get(key) {
            None => report.lacks(format!("{kind} {name}")),
            Some(own) => {
                for variant in variants.iter().filter(|variant| !own.contains(*variant)) {
                    report.differs(*kind, name, variant, own.iter());
                }
            }
        }
    }
    let unknown = ours.things.keys().filter(|key| !llvm.things.contains_key(*key));
    report.extra.extend(unknown.map(|(kind, name)| format!("{kind} {name}")));
    report
}

impl Report {
    /// Notes what ours lacks.
    fn lacks(&mut self, what: String) {
        match EXPECTED.iter().find(|(text, _)| what.contains(text)) {
            Some((_, reason)) => self.expected.push(format!("{what} ({reason})")),
            None => self.missing.push(what),
        }
    }

    /// Notes the difference to the variant that is most like LLVM's.
    fn differs<'a>(&mut self, kind: Kind, name: &str, llvm: &Facts, own: impl Iterator<Item = &'a Facts>) {
        let nearest = own.min_by_key(|facts| llvm.difference(facts).count());
        let Some(nearest) = nearest else { return };
        for fact in llvm.difference(nearest) {
            self.lacks(format!("{kind} {name}: {fact}"));
        }
        self.extra.extend(nearest.difference(llvm).map(|fact| format!("{kind} {name}: {fact}")));
    }

    /// How many of what were compared.
    pub fn summary(&self) -> String {
        let counts: Vec<String> =
            self.counted.iter().map(|(kind, count)| format!("{count} {kind}s")).collect();
        format!("{}; {} missing, {} in addition", counts.join(", "), self.missing.len(), self.extra.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(things: &[(&str, &[&str])]) -> Model {
        let mut model = Model::default();
        for (name, facts) in things {
            let facts = facts.iter().map(|fact| (*fact).to_owned()).collect();
            model.things.entry((Kind::Type, (*name).to_owned())).or_default().insert(facts);
        }
        model
    }

    #[test]
    fn equal_models_have_no_differences() {
        let one = model(&[("a", &["size 1"]), ("a", &["size 2"])]);
        let report = compare(&one, &one);
        assert!(report.missing.is_empty() && report.extra.is_empty());
        assert_eq!(report.counted[&Kind::Type], 1);
    }

    #[test]
    fn differences_are_named() {
        let llvm = model(&[("a", &["size 1", "member x"]), ("b", &[])]);
        let ours = model(&[("a", &["size 2", "member x"]), ("a", &["size 9"]), ("c", &[])]);
        let report = compare(&llvm, &ours);
        assert_eq!(report.missing, ["type a: size 1", "type b"]);
        assert_eq!(report.extra, ["type a: size 2", "type c"]);
    }
}

//! The reports of a comparison.
//!
//! 1. [`Report`] holds what was compared, and what was found.
//! 2. [`selection`] says which findings are shown.
//! 3. [`summary`] counts them.
//! 4. [`terminal`], [`json`] and [`html`] show them; [`sizes`] and [`listing`] are parts of all three.

pub mod html;
pub mod json;
pub mod listing;
mod printable;
pub mod selection;
pub mod sizes;
pub mod summary;
pub mod terminal;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::model::{Backend, Difference, Layer, Relation};
use crate::report::listing::Listing;
use crate::report::selection::Selection;
use crate::report::sizes::FunctionSize;
use crate::rules::{self, Verdict};

/// Everything that was compared.
pub struct Report {
    /// The two paths of the command line, or the names of what was built.
    pub inputs: [String; 2],
    pub comparisons: Vec<Comparison>,
}

/// The comparison of two files.
#[derive(Default)]
pub struct Comparison {
    /// The common name of the files.
    pub name: String,
    /// The files; `None` where there is not one.
    pub paths: [Option<PathBuf>; 2],
    /// How they are related; `None` if there is only one.
    pub relation: Option<Relation>,
    pub findings: Vec<Finding>,
    /// The sizes of all functions with a symbol.
    pub sizes: Vec<FunctionSize>,
    /// The functions that are shown side by side.
    pub listings: Vec<Listing>,
}

/// A difference and what it means.
pub struct Finding {
    pub difference: Difference,
    pub verdict: Verdict,
    /// Why, if a rule says so.
    pub reason: Option<String>,
}

impl Finding {
    /// Judges a difference.
    pub fn new(difference: Difference, relation: &Relation) -> Self {
        let (verdict, reason) = rules::judge(&difference, relation);
        Finding { difference, verdict, reason: reason.map(Into::into) }
    }

    pub fn layer(&self) -> Layer {
        self.difference.property.layer
    }
}

impl Report {
    /// What the inputs are: `x86_64 clif`. Several, if one is compared with several others.
    pub fn kinds(&self) -> [String; 2] {
        let relations = || self.comparisons.iter().filter_map(|comparison| comparison.relation);
        [0, 1].map(|side: usize| {
            let kinds = relations().map(|relation| (relation.machines[side], relation.backends[side]));
            let mut kinds: BTreeSet<_> = kinds.collect();
            // Files of assembly or C beside those of a backend say nothing new.
            let machines: Vec<_> =
                kinds.iter().filter(|kind| kind.1 != Backend::Other).map(|kind| kind.0).collect();
            kinds.retain(|kind| kind.1 != Backend::Other || !machines.contains(&kind.0));
            let shown =
                kinds.iter().map(|(machine, backend)| format!("{} {}", machine.name(), backend.name()));
            Vec::from_iter(shown.map(|kind| kind.trim_end().to_owned())).join(", ")
        })
    }

    /// Whether there is a function that is selected, with or without differences.
    pub fn has_function(&self, selection: &Selection) -> bool {
        let mut functions = self.comparisons.iter().flat_map(|comparison| &comparison.sizes);
        functions.any(|function| selection.includes_function(&function.name))
    }

    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.comparisons.iter().flat_map(|comparison| &comparison.findings)
    }
}

#[cfg(test)]
pub mod samples {
    //! Reports for tests.

    use super::*;
    use crate::layers::{sections, symbols};
    use crate::model::{Backend, Kind, Property, Subject};
    use crate::report::listing::Row;
    use crate::view::Machine;

    /// A finding about a function.
    pub fn finding(name: &str, property: Property, verdict: Verdict) -> Finding {
        let difference = Difference {
            subject: Subject { kind: Kind::Function, name: name.into() },
            property,
            of: String::new(),
            values: [Some("4".into()), Some("8".into())],
            units: ["left-unit".into(), "right-unit".into()],
            places: [None, None],
        };
        let reason = (verdict == Verdict::Expected).then(|| "both are right".into());
        Finding { difference, verdict, reason }
    }

    /// Three findings of two functions, one of each verdict.
    pub fn report() -> Report {
        let findings = vec![
            finding("main::quiet", symbols::SIZE, Verdict::Interesting),
            finding("main::loud", symbols::BINDING, Verdict::Expected),
            finding("main::loud", sections::FLAGS, Verdict::Wrong),
        ];
        let line = |text: &str| Some(text.to_owned());
        let rows = vec![
            Row { left: line("push rbp"), right: line("push rbp") },
            Row { left: line("ret"), right: None },
        ];
        let comparison = Comparison {
            name: "main.o".into(),
            paths: [Some("left/main.o".into()), Some("right/main.o".into())],
            relation: Some(Relation {
                machines: [Machine::X86_64, Machine::X86_64],
                backends: [Backend::Llvm, Backend::Clif],
            }),
            findings,
            sizes: vec![FunctionSize { name: "main::loud".into(), sizes: [Some(4), Some(8)] }],
            listings: vec![Listing { function: "main::loud".into(), units: Default::default(), rows }],
        };
        Report { inputs: ["left/main.o".into(), "right/main.o".into()], comparisons: vec![comparison] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Machine;

    #[test]
    fn inputs_are_named_by_machine_and_backend() {
        let mut report = samples::report();
        assert_eq!(report.kinds(), ["x86_64 llvm", "x86_64 clif"]);
        let machines = [Machine::X86_64, Machine::Aarch64];
        for backends in [[Backend::Other, Backend::Other], [Backend::Other, Backend::Clif]] {
            let relation = Some(Relation { machines, backends });
            report.comparisons.push(Comparison { relation, ..Comparison::default() });
        }
        assert_eq!(report.kinds(), ["x86_64 llvm", "x86_64 clif, aarch64 clif"]);
    }
}

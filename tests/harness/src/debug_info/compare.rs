//! Compares two models: everything in LLVM's debug information must be in ours.

use std::collections::BTreeMap;

use super::model::{Facts, Kind, Model};

/// The result of a comparison.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The number of entities in LLVM's, by kind.
    pub counted: BTreeMap<Kind, usize>,
    /// Facts that are missing in ours.
    pub missing: Vec<String>,
    /// Facts that are only in ours, which is allowed.
    pub extra: Vec<String>,
    /// Facts that may be missing in ours, with the reason.
    pub expected: Vec<String>,
    /// The number of inlined functions in LLVM's, and of their variables.
    pub inlined: usize,
    /// The number of those that are called functions in ours.
    pub called: usize,
    /// The others that are missing in ours, because we have no instruction for them. Also variables of blocks
    /// that are a jump in LLVM's, if no instruction of ours has the jump's position: Cranelift removes jumps
    /// to the next instruction (`MachBuffer::optimize_branches`).
    pub without_code: Vec<String>,
}

/// Compares LLVM's model with ours.
pub fn compare(llvm: &Model, ours: &Model) -> Report {
    let mut report = Report::default();
    for (key @ (kind, name), variants) in &llvm.things {
        *report.counted.entry(*kind).or_default() += 1;
        let Some(own) = ours.things.get(key) else {
            if *kind == Kind::Type && !llvm.needed.contains(name) {
                report.expected.push(format!("{kind} {name} (only inlined functions without code need it)"));
            } else {
                report.missing.push(format!("{kind} {name}"));
            }
            continue;
        };
        for variant in variants.iter().filter(|variant| !own.contains(*variant)) {
            let Some(nearest) = own.iter().min_by_key(|facts| variant.own.difference(&facts.own).count())
            else {
                continue;
            };
            report.differs(&format!("{kind} {name}"), variant, nearest);
            report.compare_inlined(&format!("{kind} {name}"), variant, nearest, ours);
        }
    }
    let unknown = ours.things.keys().filter(|key| !llvm.things.contains_key(*key));
    report.extra.extend(unknown.map(|(kind, name)| format!("{kind} {name}")));
    report
}

impl Report {
    /// Records the differences of an entity.
    fn differs(&mut self, what: &str, llvm: &Facts, ours: &Facts) {
        let is_absent = |fact: &String| !ours.own.contains(fact) && !ours.of_jumps.contains_key(fact);
        let text = |fact: &String| format!("{what}: {fact}");
        self.missing.extend(llvm.own.iter().filter(|fact| is_absent(fact)).map(text));
        for (fact, jump) in llvm.of_jumps.iter().filter(|(fact, _)| is_absent(fact)) {
            let list =
                if jump.is_disjoint(&ours.positions) { &mut self.without_code } else { &mut self.missing };
            list.push(text(fact));
        }
        self.extra.extend(ours.own.difference(&llvm.own).map(|fact| format!("{what}: {fact}")));
    }

    /// Records the inlined functions that LLVM's has and ours lacks.
    ///
    /// Without optimisation, LLVM gives everything an instruction, and we do not. A debugger cannot stop in a
    /// function without instructions.
    fn compare_inlined(&mut self, what: &str, llvm: &Facts, ours: &Facts, all: &Model) {
        self.inlined += llvm.inlined.len();
        for (callee, fact) in llvm.inlined.difference(&ours.inlined) {
            if all.things.contains_key(&(Kind::Function, callee.clone())) {
                self.called += 1;
            } else {
                self.without_code.push(format!("{what}: in {callee}: {fact}"));
            }
        }
    }

    /// Returns the counts as text.
    pub fn summary(&self) -> String {
        let counts: Vec<String> =
            self.counted.iter().map(|(kind, count)| format!("{count} {kind}s")).collect();
        format!(
            "{}; {} missing, {} expected to be, {} in addition; {} inlined, {} of them called in ours, {} without code",
            counts.join(", "),
            self.missing.len(),
            self.expected.len(),
            self.extra.len(),
            self.inlined,
            self.called,
            self.without_code.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::rc::Rc;

    use super::*;

    fn facts(own: &[&str], inlined: &[(&str, &str)]) -> Facts {
        let pair = |(callee, fact): &(&str, &str)| ((*callee).to_owned(), (*fact).to_owned());
        Facts {
            own: own.iter().map(|fact| (*fact).to_owned()).collect(),
            inlined: inlined.iter().map(pair).collect(),
            ..Facts::default()
        }
    }

    fn model(things: &[(&str, &[&str])]) -> Model {
        let mut model = Model::default();
        for (name, own) in things {
            model.things.entry((Kind::Type, (*name).to_owned())).or_default().insert(facts(own, &[]));
            model.needed.insert((*name).to_owned());
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

    #[test]
    fn variables_of_jumps_may_have_no_code() {
        let at = |line| BTreeSet::from([(Rc::from("a.rs"), line, 9)]);
        let mut llvm = facts(&["variable a"], &[]);
        let of_jumps = [("variable b", 1), ("variable c", 2), ("variable d", 3)];
        llvm.of_jumps = of_jumps.map(|(fact, line)| (fact.to_owned(), at(line))).into();
        let mut ours = facts(&["variable b"], &[]);
        // The jump of the last variable's block has an instruction in ours.
        ours.positions = at(3);
        let mut report = Report::default();
        report.differs("f", &llvm, &ours);
        assert_eq!(report.missing, ["f: variable a", "f: variable d"]);
        assert_eq!(report.without_code, ["f: variable c"]);
    }

    #[test]
    fn types_that_nothing_needs_may_be_missing() {
        let mut llvm = model(&[("a", &[]), ("b", &[])]);
        llvm.needed.remove("b");
        let report = compare(&llvm, &model(&[]));
        assert_eq!(report.missing, ["type a"]);
        assert_eq!(report.expected.len(), 1);
    }

    #[test]
    fn inlined_functions_may_be_called_or_have_no_code() {
        let function = |name: &str, inlined: &[(&str, &str)]| {
            let mut model = Model::default();
            let key = (Kind::Function, name.to_owned());
            model.things.entry(key).or_default().insert(facts(&[], inlined));
            model
        };
        let llvm = function("f", &[("called", "x"), ("gone", "y"), ("both", "z")]);
        let mut ours = function("f", &[("both", "z")]);
        ours.things.extend(function("called", &[]).things);
        let report = compare(&llvm, &ours);
        assert_eq!((report.inlined, report.called, report.missing.len()), (3, 1, 0));
        assert_eq!(report.without_code, ["function f: in gone: y"]);
    }
}

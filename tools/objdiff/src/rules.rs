//! The verdicts: which differences are expected, interesting or wrong, by their property and by how the two
//! objects are related. The first rule that fits decides. Without a rule, a difference is wrong.

use crate::layers::{header, sections, symbols};
use crate::model::{Difference, Property, Relation};

/// What a difference means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Both are right. The rule says why.
    Expected,
    /// Worth a look, such as another size.
    Interesting,
    /// One of them is wrong, or no rule knows the difference.
    Wrong,
}

/// A rule of the table.
pub struct Rule {
    pub property: Property,
    pub applies: fn(&Difference, &Relation) -> bool,
    pub verdict: Verdict,
    pub reason: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        property: header::MACHINE,
        applies: |_, relation| !relation.same_machine(),
        verdict: Verdict::Expected,
        reason: "the objects are for different machines",
    },
    Rule {
        property: header::FLAGS,
        applies: |_, relation| !relation.same_machine(),
        verdict: Verdict::Expected,
        reason: "the flags have a meaning of their own on each machine",
    },
    Rule {
        property: symbols::SIZE,
        applies: |_, relation| !relation.same_code(),
        verdict: Verdict::Interesting,
        reason: "code of other backends and machines has another size",
    },
    Rule {
        property: sections::SIZE,
        applies: |_, relation| !relation.same_code(),
        verdict: Verdict::Interesting,
        reason: "code of other backends and machines has another size",
    },
];

/// Judges a difference. Returns the reason of the rule, if there is one.
pub fn judge(difference: &Difference, relation: &Relation) -> (Verdict, Option<&'static str>) {
    let mut rules = RULES.iter().filter(|rule| rule.property == difference.property);
    let rule = rules.find(|rule| (rule.applies)(difference, relation));
    match rule {
        Some(rule) => (rule.verdict, Some(rule.reason)),
        // Between objects of the same code generator, everything may be what the user looks for.
        None if relation.same_code() => (Verdict::Interesting, None),
        None => (Verdict::Wrong, None),
    }
}

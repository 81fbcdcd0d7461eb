//! The verdicts: which differences are expected, interesting or wrong, by their property and by how the two
//! objects are related.
//!
//! Each layer has a file with its rows. The first row of a property that applies decides. Without one, a
//! difference is interesting between objects of one codegen backend and machine, and wrong between all
//! others.
//!
//! To add a rule: 1. add a row to the file of its layer, before the more general ones of its property; 2.
//! give it one of the conditions below, or one of its own with [`When::new`]; 3. say in the reason why both
//! sides are right, for a reader who does not know this program.

mod debug;
mod header;
mod notes;
mod sections;
mod symbols;
mod unwinding;

use std::fmt::Write as _;

use crate::model::{Difference, Layer, Property, Relation};

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

impl Verdict {
    /// The worst first, as in reports.
    pub const ALL: [Verdict; 3] = [Verdict::Wrong, Verdict::Interesting, Verdict::Expected];

    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Expected => "expected",
            Verdict::Interesting => "interesting",
            Verdict::Wrong => "wrong",
        }
    }
}

/// A row of the table.
pub struct Rule {
    pub property: Property,
    pub when: When,
    pub verdict: Verdict,
    pub reason: &'static str,
}

/// The condition of a rule.
#[derive(Clone, Copy)]
pub struct When {
    /// The condition in words, for the printed table.
    pub words: &'static str,
    pub holds: fn(&Difference, &Relation) -> bool,
}

impl When {
    pub const fn new(words: &'static str, holds: fn(&Difference, &Relation) -> bool) -> Self {
        Self { words, holds }
    }
}

/// Whatever the objects are.
pub const ALWAYS: When = When::new("always", |_, _| true);
/// One machine and one backend.
pub const SAME_CODE: When = When::new("same code", |_, relation| relation.same_code());
/// Another machine or another backend.
pub const OTHER_CODE: When = When::new("other code", |_, relation| !relation.same_code());
pub const OTHER_MACHINE: When = When::new("other machine", |_, relation| !relation.same_machine());
pub const OTHER_BACKEND: When = When::new("other backend", |_, relation| !relation.same_backend());

/// The subject, or what the difference is about, belongs to a library that has other source for each machine.
pub const SOURCE_PER_MACHINE: When = When::new("other machine, such source", |difference, relation| {
    let libraries = [
        "hashbrown::",
        "memchr::",
        "core_arch::",
        "std_detect::",
        "compiler_builtins::",
        // The alignment of a cache line.
        "std::sync::mpmc::",
        "CachePadded<",
        // Vectors for x86_64.
        "core::str::pattern::",
        "str::pattern::Pattern>",
    ];
    let texts = difference.values.iter().flatten().chain([&difference.subject.name, &difference.of]);
    let is_of = |text: &String| libraries.iter().any(|library| text.contains(library));
    !relation.same_machine() && texts.into_iter().any(is_of)
});

/// The rows of each layer.
fn rules(layer: Layer) -> &'static [Rule] {
    match layer {
        Layer::Header => header::RULES,
        Layer::Sections => sections::RULES,
        Layer::Symbols => symbols::RULES,
        Layer::Unwinding => unwinding::RULES,
        Layer::Debug => debug::RULES,
        Layer::Notes => notes::RULES,
        _ => &[],
    }
}

/// Judges a difference. Returns the reason of the rule, if there is one.
pub fn judge(difference: &Difference, relation: &Relation) -> (Verdict, Option<&'static str>) {
    let mut rules = rules(difference.property.layer).iter();
    let rule =
        rules.find(|rule| rule.property == difference.property && (rule.when.holds)(difference, relation));
    match rule {
        Some(rule) => (rule.verdict, Some(rule.reason)),
        // Between objects of the same codegen backend and machine, everything may be what the user looks for.
        None if relation.same_code() => (Verdict::Interesting, None),
        None => (Verdict::Wrong, None),
    }
}

/// Returns the whole table, for `--rules`.
pub fn table() -> String {
    let rows: Vec<&Rule> = Layer::ALL.into_iter().flat_map(rules).collect();
    let width = |text: fn(&Rule) -> usize| rows.iter().map(|rule| text(rule)).max().unwrap_or(0);
    let properties = width(|rule| rule.property.to_string().len());
    let conditions = width(|rule| rule.when.words.len());
    let mut text = String::new();
    for rule in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:<properties$}  {:<conditions$}  {:<11}  {}",
            rule.property.to_string(),
            rule.when.words,
            rule.verdict.name(),
            rule.reason
        );
    }
    text.push_str(
        "All others: interesting with the same code (one machine, one backend), wrong otherwise.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_file_of_their_layer() {
        for layer in Layer::ALL {
            for rule in rules(layer) {
                assert_eq!(rule.property.layer, layer, "{}", rule.property);
            }
        }
    }

    /// A row after one of its property that always applies has no effect.
    #[test]
    fn rows_have_an_effect() {
        for layer in Layer::ALL {
            for (index, rule) in rules(layer).iter().enumerate() {
                let hidden = rules(layer)[..index].iter().any(|earlier| {
                    let words = earlier.when.words;
                    earlier.property == rule.property && (words == ALWAYS.words || words == rule.when.words)
                });
                assert!(!hidden, "{}, {}: an earlier row decides", rule.property, rule.when.words);
            }
        }
    }

    #[test]
    fn the_table_has_all_rows() {
        let table = table();
        assert!(table.contains("header/machine"), "{table}");
        assert_eq!(table.lines().count(), Layer::ALL.into_iter().flat_map(rules).count() + 1);
    }
}

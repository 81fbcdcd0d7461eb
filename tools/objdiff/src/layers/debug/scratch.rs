//! The facts of one entity before they are stored. Most types are described by many units: writing them into
//! one buffer, and storing those that are new, avoids most allocations.

use std::fmt::{Arguments, Write as _};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::model::{Fact, Property};

/// A buffer for facts.
#[derive(Default)]
pub struct Scratch {
    text: String,
    /// The property, and where its `of` and its value begin and end in the text.
    facts: Vec<(Property, [usize; 3])>,
}

impl Scratch {
    pub fn clear(&mut self) {
        self.text.clear();
        self.facts.clear();
    }

    pub fn add(&mut self, property: Property, of: Arguments<'_>, value: Arguments<'_>) {
        let start = self.text.len();
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(of);
        let middle = self.text.len();
        let _ = self.text.write_fmt(value);
        self.facts.push((property, [start, middle, self.text.len()]));
    }

    /// How much text there is.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Returns a hash of the facts that does not depend on their order.
    pub fn hash(&self, name: &str) -> u64 {
        let hash_of = |(property, [start, middle, end]): &(Property, [usize; 3])| {
            let mut hasher = DefaultHasher::new();
            property.name.hash(&mut hasher);
            self.text.as_bytes()[*start..*middle].hash(&mut hasher);
            self.text.as_bytes()[*middle..*end].hash(&mut hasher);
            hasher.finish()
        };
        let sum = self.facts.iter().map(hash_of).fold(0_u64, u64::wrapping_add);
        let mut hasher = DefaultHasher::new();
        (name, sum, self.facts.len()).hash(&mut hasher);
        hasher.finish()
    }

    /// Returns the facts, each once.
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts: Vec<Fact> = self
            .facts
            .iter()
            .map(|(property, [start, middle, end])| Fact {
                property: *property,
                of: self.text[*start..*middle].to_owned(),
                value: self.text[*middle..*end].to_owned(),
            })
            .collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LINE, SIZE};
    use super::*;

    #[test]
    fn the_order_of_facts_does_not_matter() {
        let scratch = |facts: &[(Property, &str)]| {
            let mut scratch = Scratch::default();
            for (property, value) in facts {
                scratch.add(*property, format_args!(""), format_args!("{value}"));
            }
            scratch
        };
        let one = scratch(&[(SIZE, "4"), (LINE, "1")]);
        let other = scratch(&[(LINE, "1"), (SIZE, "4"), (SIZE, "4")]);
        assert_eq!(one.hash("a"), scratch(&[(LINE, "1"), (SIZE, "4")]).hash("a"));
        assert_ne!(one.hash("a"), one.hash("b"));
        assert_ne!(one.hash("a"), scratch(&[(SIZE, "1"), (LINE, "4")]).hash("a"));
        assert_eq!(one.facts(), other.facts());
    }
}

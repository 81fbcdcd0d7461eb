//! Functions side by side: their code, or all facts about them where code is not read.

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use std::time::{Duration, Instant};

use crate::compare::{Side, pairing};
use crate::model::{Entity, Kind, Subject};

/// How long lines of one function are aligned at most. After that, the rest is one change.
const PATIENCE: Duration = Duration::from_millis(500);

/// A function side by side.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Listing {
    pub function: String,
    /// The objects that it is in.
    pub units: [String; 2],
    pub rows: Vec<Row>,
}

/// A line of one side beside that of the other. They are equal, or one is missing, or it was changed.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Row {
    pub left: Option<String>,
    pub right: Option<String>,
}

/// Lists functions side by side, at most `limit` rows in all. Functions that are too long for the rest of it
/// are left out.
pub fn of_functions(sides: [Side<'_, '_>; 2], names: &[String], limit: usize) -> Vec<Listing> {
    let mut listings = Vec::new();
    let mut rows_left = limit;
    for name in names {
        let subject = Subject { kind: Kind::Function, name: name.clone() };
        let entities = sides.map(|side| side.model.entities.get(&subject).map_or(&[][..], Vec::as_slice));
        for [left, right] in pairing::pair(entities) {
            let lines = [lines(left, sides[0]), lines(right, sides[1])];
            // Aligned, it has at least as many rows as either side, and at most the sum.
            if lines[0].len() + lines[1].len() > rows_left {
                continue;
            }
            let rows = align([&lines[0], &lines[1]]);
            rows_left -= rows.len();
            let units = [left, right].map(|entity| entity.map(|own| own.unit.clone()).unwrap_or_default());
            listings.push(Listing { function: name.clone(), units, rows });
        }
    }
    listings
}

/// Returns the lines of a function.
fn lines(entity: Option<&Entity>, _side: Side<'_, '_>) -> Vec<String> {
    entity.map(facts).unwrap_or_default()
}

/// Returns all facts about a function, by property.
fn facts(entity: &Entity) -> Vec<String> {
    let mut facts: Vec<_> = entity.facts.iter().collect();
    facts.sort_unstable();
    let line = |fact: &&crate::model::Fact| {
        let of = if fact.of.is_empty() { String::new() } else { format!(" of {}", fact.of) };
        format!("{}{of}: {}", fact.property, fact.value)
    };
    facts.iter().map(line).collect()
}

/// Puts equal lines beside each other, and changed ones beside those that they replace.
fn align(sides: [&[String]; 2]) -> Vec<Row> {
    let [left, right] = sides;
    let deadline = Some(Instant::now() + PATIENCE);
    let mut rows = Vec::new();
    for operation in capture_diff_slices_deadline(Algorithm::Myers, left, right, deadline) {
        let (left, right) = match operation {
            DiffOp::Equal { old_index, new_index, len } => {
                (&left[old_index..old_index + len], &right[new_index..new_index + len])
            }
            DiffOp::Delete { old_index, old_len, .. } => (&left[old_index..old_index + old_len], &[][..]),
            DiffOp::Insert { new_index, new_len, .. } => (&[][..], &right[new_index..new_index + new_len]),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                (&left[old_index..old_index + old_len], &right[new_index..new_index + new_len])
            }
        };
        for index in 0..left.len().max(right.len()) {
            rows.push(Row { left: left.get(index).cloned(), right: right.get(index).cloned() });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::symbols;
    use crate::model::Model;

    #[test]
    fn equal_lines_are_beside_each_other() {
        let lines = |text: &str| -> Vec<String> { text.split(' ').map(Into::into).collect() };
        let rows = align([&lines("a b c d"), &lines("a x c d e")]);
        let shown: Vec<_> = rows.iter().map(|row| [row.left.as_deref(), row.right.as_deref()]).collect();
        let same = |text| [Some(text), Some(text)];
        assert_eq!(shown, [same("a"), [Some("b"), Some("x")], same("c"), same("d"), [None, Some("e")]]);
    }

    #[test]
    fn functions_that_are_too_long_are_left_out() {
        let mut model = Model::default();
        for (name, facts) in [("long", 9), ("short", 2), ("other", 2)] {
            let entity = model.add(Kind::Function, name, name, "unit");
            (0..facts).for_each(|number| entity.add(symbols::SIZE, number.to_string()));
        }
        let side = Side { model: &model, views: &[] };
        let names = ["long", "short", "other"].map(String::from);
        let listed = |limit| -> Vec<String> {
            let listings = of_functions([side, side], &names, limit).into_iter();
            listings.map(|listing| listing.function).collect()
        };
        assert_eq!(listed(100), ["long", "short", "other"]);
        assert_eq!(listed(6), ["short", "other"]);
        assert_eq!(listed(5), ["short"]);
    }
}

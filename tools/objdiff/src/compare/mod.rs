//! Compares two models.
//!
//! 1. Entities with the same name are paired ([`pairing`]). One without a counterpart is one difference.
//! 2. The facts of a pair are compared.
//! 3. What follows from another difference is left out ([`IMPLIED`]).

pub mod body;
pub mod pairing;

use std::collections::BTreeMap;

use object::Object as _;

use crate::error::Error;
use crate::layers::{code, debug, header, relocations, sections, symbols, unwinding};
use crate::model::{Difference, Entity, Fact, Kind, Model, Property, Relation, Subject};
use crate::view::View;

/// A property whose difference says nothing new if the same subject also differs in one of the others.
const IMPLIED: &[(Property, &[Property])] = &[
    (unwinding::CALLS, &[unwinding::ACTION]),
    (unwinding::CALLS_WITHOUT_UNWINDING, &[unwinding::ACTION, unwinding::ENTRY]),
    (unwinding::RULES, &[unwinding::FRAME]),
    (unwinding::SITES, &[unwinding::ACTION, unwinding::TABLE, unwinding::ENTRY]),
    (unwinding::CALLS, &[unwinding::ENTRY]),
    (unwinding::RULES, &[unwinding::ENTRY]),
    (unwinding::PERSONALITY, &[unwinding::TABLE, unwinding::ENTRY]),
    (unwinding::IDLE_PERSONALITY, &[unwinding::PERSONALITY, unwinding::TABLE, unwinding::ENTRY]),
    (unwinding::TABLE, &[unwinding::CALLS, unwinding::CALLS_WITHOUT_UNWINDING, unwinding::ENTRY]),
    (unwinding::TABLE_ENCODING, &[unwinding::AUGMENTATION, unwinding::ENTRY]),
    (unwinding::AUGMENTATION, &[unwinding::ENTRY]),
    (unwinding::RETURN_REGISTER, &[unwinding::ENTRY]),
    (unwinding::UNCOVERED, &[unwinding::ENTRY]),
    (debug::VARIABLE_LINE, &[debug::VARIABLE, debug::PARAMETER, debug::LINE, debug::PATH]),
    (debug::LOCATION, &[debug::VARIABLE, debug::PARAMETER, debug::PATH]),
    (debug::UNLOCATED, &[debug::VARIABLE, debug::PARAMETER, debug::LOCATION, debug::PATH]),
    (debug::LINES, &[debug::ROW, debug::LINE, debug::FILE, debug::PATH]),
    (debug::INLINED, &[debug::LINE, debug::PATH]),
    (debug::INLINED_VARIABLE, &[debug::PATH]),
    (debug::VARIABLE, &[debug::PATH]),
    (debug::PARAMETER, &[debug::PATH]),
    (debug::FILE, &[debug::PATH]),
    (debug::LINE, &[debug::PATH]),
    (debug::RETURN, &[debug::PATH]),
    (debug::GENERIC, &[debug::PATH]),
    (debug::TYPE, &[debug::PATH]),
    (symbols::SIZE, &[code::INSTRUCTIONS]),
    (unwinding::CALLS, &[code::INSTRUCTIONS, relocations::REFERENCE]),
];

/// Properties that only code of one machine and backend has in common.
const SAME_CODE_ONLY: &[Property] = &[unwinding::RULES, unwinding::SITES, debug::LOCATION];

/// Properties of things with a name or place. If one is missing and another one with the same value is new,
/// it has another name or place.
const NAMED: &[(Property, &str)] =
    &[(debug::MEMBER, "name"), (debug::ENUMERATOR, "name"), (relocations::REFERENCE, "place")];

/// One of the two inputs.
#[derive(Clone, Copy)]
pub struct Side<'s, 'd> {
    pub model: &'s Model,
    /// The objects that [`Place`](crate::model::Place)s of the model refer to.
    pub views: &'s [View<'d>],
}

/// Lists the differences of two inputs, in the order of subjects and layers.
///
/// # Errors
///
/// Fails if an object contradicts itself.
pub fn compare(sides: [Side<'_, '_>; 2], relation: &Relation) -> Result<Vec<Difference>, Error> {
    let [left, right] = [sides[0].model, sides[1].model];
    let mut subjects: Vec<&Subject> = left.entities.keys().chain(right.entities.keys()).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut differences = Vec::new();
    for subject in subjects {
        let entities = [left, right].map(|model| model.entities.get(subject).map_or(&[][..], Vec::as_slice));
        for pair in pairing::pair(entities) {
            let contents = if relation.same_code() { differing_contents(sides, pair)? } else { Vec::new() };
            compare_pair(subject, pair, contents, &mut differences);
        }
    }
    if !relation.same_code() {
        differences.retain(|difference| !SAME_CODE_ONLY.contains(&difference.property));
    }
    Ok(differences)
}

/// Compares the contents of two definitions. The addresses in code and data of linked files move with
/// everything else, so that only those of relocatable objects are compared.
fn differing_contents(
    sides: [Side<'_, '_>; 2],
    pair: [Option<&Entity>; 2],
) -> Result<Vec<(Property, String, Values)>, Error> {
    let found = [0, 1].map(|side| {
        let place = pair[side]?.place?;
        let view = sides[side].views.get(place.view)?;
        let is_relocatable = view.elf.kind() == object::ObjectKind::Relocatable;
        is_relocatable.then_some((view, view.definitions.get(place.definition)?))
    });
    match found {
        [Some((left, own)), Some((right, other))] => body::compare([left, right], [own, other]),
        _ => Ok(Vec::new()),
    }
}

fn compare_pair(
    subject: &Subject,
    pair: [Option<&Entity>; 2],
    contents: Vec<(Property, String, Values)>,
    differences: &mut Vec<Difference>,
) {
    let [left, right] = pair;
    let (Some(left), Some(right)) = (left, right) else {
        differences.push(difference(
            subject,
            pair,
            presence(subject.kind),
            "",
            [left, right].map(|entity| shown_presence(subject, entity)),
        ));
        return;
    };
    let facts = differing_facts(&left.facts, &right.facts);
    let mut own: Vec<Difference> = with_renames(facts.into_iter().chain(contents).collect())
        .into_iter()
        .map(|(property, of, values)| difference(subject, pair, property, &of, values))
        .collect();
    let properties: Vec<Property> = own.iter().map(|difference| difference.property).collect();
    own.retain(|difference| {
        let mut implying = IMPLIED.iter().filter(|(implied, _)| *implied == difference.property);
        !implying.any(|(_, by)| by.iter().any(|property| properties.contains(property)))
    });
    differences.append(&mut own);
}

/// The property in which an entity without a counterpart differs.
fn presence(kind: Kind) -> Property {
    match kind {
        Kind::File => header::PRESENCE,
        Kind::Section => sections::PRESENCE,
        Kind::Type => debug::PRESENCE,
        Kind::Function | Kind::Static | Kind::Import => symbols::PRESENCE,
    }
}

fn shown_presence(subject: &Subject, entity: Option<&Entity>) -> Option<String> {
    let entity = entity?;
    let is_clear = entity.unit.is_empty() || entity.unit == subject.name;
    Some(if is_clear { "present".into() } else { format!("in {}", entity.unit) })
}

fn difference(
    subject: &Subject,
    pair: [Option<&Entity>; 2],
    property: Property,
    of: &str,
    values: [Option<String>; 2],
) -> Difference {
    Difference {
        subject: subject.clone(),
        property,
        of: of.to_owned(),
        values,
        units: pair.map(|entity| entity.map(|entity| entity.unit.clone()).unwrap_or_default()),
        places: pair.map(|entity| entity.and_then(|entity| entity.place)),
    }
}

/// The values of one property on both sides.
type Values = [Option<String>; 2];

/// Returns the properties that differ. Several facts with one property and one `of` are a set.
fn differing_facts(left: &[Fact], right: &[Fact]) -> Vec<(Property, String, Values)> {
    let mut by_key: BTreeMap<(Property, &str), [Vec<&str>; 2]> = BTreeMap::new();
    for (side, facts) in [left, right].into_iter().enumerate() {
        for fact in facts {
            by_key.entry((fact.property, &fact.of)).or_default()[side].push(&fact.value);
        }
    }
    let mut found = Vec::new();
    for ((property, of), mut values) in by_key {
        values.iter_mut().for_each(|values| values.sort_unstable());
        if values[0] != values[1] {
            let [left, right] = &values;
            let only = |own: &[&str], other: &[&str]| {
                let own: Vec<&str> = own.iter().filter(|value| !other.contains(value)).copied().collect();
                (!own.is_empty()).then(|| own.join(", "))
            };
            let mut shown = [only(left, right), only(right, left)];
            if shown == [None, None] {
                // The same values, but not as often.
                shown = [left, right].map(|values| Some(format!("{} times", values.len())));
            }
            found.push((property, of.to_owned(), shown));
        }
    }
    found
}

/// Makes one difference of a missing thing and a new one with the same value ([`NAMED`]). Its values are the
/// names or places.
fn with_renames(mut differing: Vec<(Property, String, Values)>) -> Vec<(Property, String, Values)> {
    let mut index = 0;
    while index < differing.len() {
        let (property, old, values) = &differing[index];
        let what = NAMED.iter().find(|(named, _)| named == property).map(|(_, what)| *what);
        let new = match values {
            [Some(value), None] => differing.iter().position(|(other, _, values)| {
                other == property && matches!(values, [None, Some(new)] if new == value)
            }),
            _ => None,
        };
        if let (Some(what), Some(position)) = (what, new) {
            let values = [Some(old.clone()), Some(differing[position].1.clone())];
            differing[index] = (*property, what.to_owned(), values);
            differing.remove(position);
            index -= usize::from(position < index);
        }
        index += 1;
    }
    differing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(property: Property, of: &str, value: &str) -> Fact {
        Fact { property, of: of.into(), value: value.into() }
    }

    #[test]
    fn facts_with_other_values_differ() {
        let left = [fact(symbols::SIZE, "", "4"), fact(symbols::TYPE, "", "object")];
        let right = [fact(symbols::SIZE, "", "8"), fact(symbols::TYPE, "", "object")];
        let values = [Some("4".to_owned()), Some("8".to_owned())];
        assert_eq!(differing_facts(&left, &right), [(symbols::SIZE, String::new(), values)]);
    }

    #[test]
    fn facts_of_one_side_have_one_value() {
        let left = [fact(symbols::TYPE, "a", "x"), fact(symbols::TYPE, "a", "y")];
        let right = [fact(symbols::TYPE, "a", "y")];
        let values = [Some("x".to_owned()), None];
        assert_eq!(differing_facts(&left, &right), [(symbols::TYPE, "a".to_owned(), values)]);
    }

    #[test]
    fn another_name_is_one_difference() {
        let left = [fact(debug::MEMBER, "b", "u8 at 0"), fact(debug::MEMBER, "x", "u8 at 1")];
        let right = [fact(debug::MEMBER, "a", "u8 at 0"), fact(debug::MEMBER, "y", "u8 at 2")];
        let renamed = with_renames(differing_facts(&left, &right));
        let names = [Some("b".to_owned()), Some("a".to_owned())];
        let of = |of: &str, values| (debug::MEMBER, of.to_owned(), values);
        let old = of("x", [Some("u8 at 1".to_owned()), None]);
        let new = of("y", [None, Some("u8 at 2".to_owned())]);
        assert_eq!(renamed, [of("name", names), old, new]);
    }
}

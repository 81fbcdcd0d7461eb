//! Pairs entities with the same name: those with the same symbol in the same object first, then those with
//! the same symbol, then those that the debug information gives the same path with type parameters, then
//! those in the same object, then the rest in their order.

use crate::layers::debug;
use crate::model::Entity;

/// Returns the pairs. Entities without a counterpart come last.
pub fn pair(entities: [&[Entity]; 2]) -> Vec<[Option<&Entity>; 2]> {
    let [left, right] = entities;
    if let ([left], [right]) = (left, right) {
        return vec![[Some(left), Some(right)]];
    }
    let mut open = [left, right].map(|entities| entities.iter().collect::<Vec<_>>());
    let mut pairs = Vec::new();
    let same: [fn(&Entity, &Entity) -> bool; 6] = [
        |left, right| left.instance == right.instance && left.unit == right.unit,
        |left, right| left.instance == right.instance,
        |left, right| left.unit == right.unit && path(left).is_some() && path(left) == path(right),
        |left, right| path(left).is_some() && path(left) == path(right),
        |left, right| left.unit == right.unit,
        |_, _| true,
    ];
    for is_same in same {
        let [left, right] = &mut open;
        left.retain(|entity| {
            let position = right.iter().position(|other| is_same(entity, other));
            if let Some(position) = position {
                pairs.push([Some(*entity), Some(right.remove(position))]);
            }
            position.is_none()
        });
    }
    let [left, right] = open;
    pairs.extend(left.into_iter().map(|entity| [Some(entity), None]));
    pairs.extend(right.into_iter().map(|entity| [None, Some(entity)]));
    pairs
}

/// Returns the path in the debug information, which tells apart instances of generic functions.
fn path(entity: &Entity) -> Option<&str> {
    let fact = entity.facts.iter().find(|fact| fact.property == debug::PATH);
    fact.map(|fact| fact.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(instance: &str, unit: &str) -> Entity {
        Entity { instance: instance.into(), unit: unit.into(), ..Entity::default() }
    }

    fn names(pairs: Vec<[Option<&Entity>; 2]>) -> Vec<[String; 2]> {
        let name = |entity: Option<&Entity>| {
            entity.map(|entity| format!("{}@{}", entity.instance, entity.unit)).unwrap_or_default()
        };
        pairs.into_iter().map(|pair| pair.map(name)).collect()
    }

    #[test]
    fn the_same_symbol_comes_first() {
        let left = [entity("f1", "a"), entity("f2", "a"), entity("f3", "b")];
        let right = [entity("f3", "c"), entity("f2", "a")];
        let pairs = names(pair([&left, &right]));
        assert_eq!(pairs, [["f2@a", "f2@a"], ["f3@b", "f3@c"], ["f1@a", ""]]);
    }
}

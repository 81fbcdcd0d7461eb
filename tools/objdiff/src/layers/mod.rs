//! The layers of meaning. Each reads a [`View`] and adds facts to a [`Model`].
//!
//! What belongs to one function or static is a fact of that one: also the flags of its own section, its
//! unwind rules, its debug information. So a function that is missing on one side is one difference.

pub mod code;
pub mod data;
pub mod debug;
pub mod header;
pub mod notes;
pub mod relocations;
pub mod sections;
pub mod symbols;
pub mod unwinding;

use std::collections::BTreeSet;

use crate::error::Error;
use crate::model::{Layer, Model, Place};
use crate::view::View;

/// The entity of each definition of a view: its subject's position in the model.
pub struct Reader<'v, 'd> {
    pub view: &'v View<'d>,
    pub model: Model,
    /// The index of the view in its model's list of views.
    pub index: usize,
}

/// Reads the facts of a view. Facts of other layers than `layers` are left out.
///
/// # Errors
///
/// Fails if the object contradicts itself.
pub fn read(view: &View<'_>, index: usize, layers: &BTreeSet<Layer>) -> Result<Model, Error> {
    read_new(view, index, layers, &debug::Seen::default())
}

/// As [`read`], without the types that another view of the same file has described already.
///
/// # Errors
///
/// Fails if the object contradicts itself.
pub fn read_new(
    view: &View<'_>,
    index: usize,
    layers: &BTreeSet<Layer>,
    seen: &debug::Seen,
) -> Result<Model, Error> {
    let mut reader = Reader { view, model: Model::default(), index };
    reader.add_definitions();
    header::read(&mut reader);
    sections::read(&mut reader);
    symbols::read(&mut reader);
    if layers.contains(&Layer::Unwinding) {
        unwinding::read(&mut reader)?;
    }
    if layers.contains(&Layer::Debug) {
        debug::read(&mut reader, seen)?;
    }
    if layers.contains(&Layer::Notes) {
        notes::read(&mut reader)?;
    }
    for entity in reader.model.entities.values_mut().flatten() {
        entity.facts.retain(|fact| layers.contains(&fact.property.layer));
    }
    Ok(reader.model)
}

impl Reader<'_, '_> {
    /// Adds an entity for each definition.
    fn add_definitions(&mut self) {
        for (index, definition) in self.view.definitions.iter().enumerate() {
            let symbol = &self.view.symbols[definition.symbol.0];
            let entity =
                self.model.add(definition.kind, definition.name.clone(), symbol.name, &self.view.unit);
            entity.place = Some(Place { view: self.index, definition: index });
        }
    }

    /// Returns the entity of a definition.
    pub fn entity(&mut self, definition: usize) -> &mut crate::model::Entity {
        let place = Some(Place { view: self.index, definition });
        let own = &self.view.definitions[definition];
        let subject = crate::model::Subject { kind: own.kind, name: own.name.clone() };
        let entities = self.model.entities.entry(subject).or_default();
        let position = entities.iter().position(|entity| entity.place == place);
        let position = position.unwrap_or_else(|| {
            entities.push(crate::model::Entity { place, ..Default::default() });
            entities.len() - 1
        });
        &mut entities[position]
    }
}

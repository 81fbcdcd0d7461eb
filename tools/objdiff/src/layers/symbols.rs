//! The symbols of functions and statics, and imports.

use object::{SymbolSection, elf};

use crate::layers::Reader;
use crate::model::{Entity, Kind, Layer, Property};
use crate::names;
use crate::view::Symbol;

pub const PRESENCE: Property = Property::new(Layer::Symbols, "presence");
pub const BINDING: Property = Property::new(Layer::Symbols, "binding");
pub const VISIBILITY: Property = Property::new(Layer::Symbols, "visibility");
pub const TYPE: Property = Property::new(Layer::Symbols, "type");
pub const SIZE: Property = Property::new(Layer::Symbols, "size");

/// Adds the facts of all symbols.
pub fn read(reader: &mut Reader<'_, '_>) {
    for index in 0..reader.view.definitions.len() {
        let symbol = &reader.view.symbols[reader.view.definitions[index].symbol.0];
        add_facts(reader.entity(index), symbol);
    }
    let view = reader.view;
    for symbol in &view.symbols {
        let is_import = symbol.section == SymbolSection::Undefined && !symbol.name.is_empty();
        if is_import || symbol.section == SymbolSection::Common {
            let kind = if is_import { Kind::Import } else { Kind::Static };
            let entity = reader.model.add(kind, names::symbol(symbol.name), symbol.name, &view.unit);
            add_facts(entity, symbol);
        }
    }
}

fn add_facts(entity: &mut Entity, symbol: &Symbol<'_>) {
    entity.add(BINDING, binding(symbol.binding));
    entity.add(VISIBILITY, visibility(symbol.visibility));
    entity.add(TYPE, symbol_type(symbol.kind));
    entity.add(SIZE, symbol.size.to_string());
}

/// Names a binding (`STB_*`).
fn binding(number: u8) -> String {
    match number {
        elf::STB_LOCAL => "local".into(),
        elf::STB_GLOBAL => "global".into(),
        elf::STB_WEAK => "weak".into(),
        elf::STB_GNU_UNIQUE => "unique".into(),
        number => number.to_string(),
    }
}

/// Names a visibility (`STV_*`).
fn visibility(number: u8) -> String {
    match number {
        elf::STV_DEFAULT => "default".into(),
        elf::STV_INTERNAL => "internal".into(),
        elf::STV_HIDDEN => "hidden".into(),
        elf::STV_PROTECTED => "protected".into(),
        number => number.to_string(),
    }
}

/// Names a symbol type (`STT_*`).
fn symbol_type(number: u8) -> String {
    match number {
        elf::STT_NOTYPE => "none".into(),
        elf::STT_OBJECT => "object".into(),
        elf::STT_FUNC => "function".into(),
        elf::STT_COMMON => "common".into(),
        elf::STT_TLS => "thread-local".into(),
        elf::STT_GNU_IFUNC => "indirect function".into(),
        number => number.to_string(),
    }
}

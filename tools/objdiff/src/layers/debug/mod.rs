//! Debug information: types, functions with their parameters and variables, statics, lines.
//!
//! 1. [`sections`] loads the sections, also those of split DWARF.
//! 2. [`entries`] reads the entries of a unit into a table.
//! 3. [`names`] builds full names, which have no hashes.
//! 4. [`types`] and [`functions`] write the facts of an entity into a [`scratch`] buffer.
//! 5. [`lines`] reads the line tables.
//!
//! A type is one entity however many units describe it; if they do not agree, it has several variants. Facts
//! of functions and statics belong to the definition at their address. In `.dwo` files, which have no
//! addresses, they belong to the symbol that the debug information names.

mod entries;
mod functions;
pub mod lines;
mod names;
mod scratch;
mod sections;
mod types;

use std::collections::HashSet;
use std::sync::Mutex;

use gimli::Dwarf;

use crate::error::Error;
use crate::layers::Reader;
use crate::model::{Kind, Layer, Model, Property};
use crate::view::{Definition, View};
use entries::Entries;
use functions::Functions;
use names::Names;
use scratch::Scratch;
use sections::{Bytes, Sections, Unit};

pub use lines::Lines;

/// Whether there is a type of this name.
pub const PRESENCE: Property = Property::new(Layer::Debug, "presence");
/// What kind of type it is.
pub const TAG: Property = Property::new(Layer::Debug, "kind");
pub const SIZE: Property = Property::new(Layer::Debug, "size");
pub const ALIGNMENT: Property = Property::new(Layer::Debug, "alignment");
pub const ENCODING: Property = Property::new(Layer::Debug, "encoding");
/// What a pointer points to.
pub const TARGET: Property = Property::new(Layer::Debug, "target");
/// The type that a vtable is for.
pub const HOLDER: Property = Property::new(Layer::Debug, "vtable-of");
pub const MEMBER: Property = Property::new(Layer::Debug, "member");
pub const ENUMERATOR: Property = Property::new(Layer::Debug, "enumerator");
pub const DISCRIMINANT: Property = Property::new(Layer::Debug, "discriminant");
pub const VARIANT: Property = Property::new(Layer::Debug, "variant");
/// What a type parameter of a type stands for.
pub const PARAMETER_TYPE: Property = Property::new(Layer::Debug, "type-parameter");

/// Whether the function or static is described.
pub const PATH: Property = Property::new(Layer::Debug, "path");
pub const FILE: Property = Property::new(Layer::Debug, "file");
pub const LINE: Property = Property::new(Layer::Debug, "line");
pub const RETURN: Property = Property::new(Layer::Debug, "return-type");
/// What a type parameter of a function stands for.
pub const GENERIC: Property = Property::new(Layer::Debug, "generic");
pub const PARAMETER: Property = Property::new(Layer::Debug, "parameter");
pub const VARIABLE: Property = Property::new(Layer::Debug, "variable");
/// The line of each variable, and how many blocks it is in.
pub const VARIABLE_LINE: Property = Property::new(Layer::Debug, "variable-line");
/// Where variables and statics are.
pub const LOCATION: Property = Property::new(Layer::Debug, "location");
/// A variable without a location.
pub const UNLOCATED: Property = Property::new(Layer::Debug, "unlocated-variable");
pub const INLINED: Property = Property::new(Layer::Debug, "inlined");
pub const INLINED_VARIABLE: Property = Property::new(Layer::Debug, "inlined-variable");
/// The type of a static.
pub const TYPE: Property = Property::new(Layer::Debug, "type");

/// All lines of a function's code.
pub const LINES: Property = Property::new(Layer::Debug, "lines");
/// The position of one instruction.
pub const ROW: Property = Property::new(Layer::Debug, "row");

/// Who made a unit.
pub const PRODUCER: Property = Property::new(Layer::Debug, "producer");
pub const LANGUAGE: Property = Property::new(Layer::Debug, "language");
/// The version of DWARF.
pub const VERSION: Property = Property::new(Layer::Debug, "dwarf-version");

/// The types that some unit of a file has described already, by a hash of their facts.
#[derive(Default)]
pub struct Seen(Mutex<HashSet<u64>>);

impl Seen {
    /// Returns whether a type is new.
    fn insert(&self, hash: u64) -> bool {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(hash)
    }
}

/// Adds the facts of all types, functions and statics. Types of `seen` are left out.
///
/// # Errors
///
/// Fails if the debug information is damaged.
pub fn read(reader: &mut Reader<'_, '_>, seen: &Seen) -> Result<(), Error> {
    let view = reader.view;
    let at = |error: gimli::Error| view.damaged(".debug_info", error);
    let sections = Sections::load(view)?;
    let main = sections.main();
    let size: u64 = view.sections.iter().filter(|section| section.is_debug()).map(|own| own.size).sum();
    let mut units = Units {
        reader,
        seen,
        scratch: Scratch::default(),
        known: HashSet::new(),
        budget: usize::try_from(size).unwrap_or(usize::MAX).saturating_mul(64).saturating_add(1 << 20),
    };
    let mut skeletons = Vec::new();
    let mut headers = main.units();
    while let Some(header) = headers.next().map_err(at)? {
        let unit = main.unit(header).map_err(at)?;
        match unit.dwo_id {
            Some(_) => skeletons.push(unit),
            None => units.unit(&main, &unit, (&main, &unit))?,
        }
    }
    for split in sections.split(&main).map_err(at)? {
        let mut headers = split.units();
        while let Some(header) = headers.next().map_err(at)? {
            let mut unit = split.unit(header).map_err(at)?;
            let skeleton = skeletons.iter().find(|skeleton| skeleton.dwo_id == unit.dwo_id);
            if let Some(skeleton) = skeleton {
                unit.copy_relocated_attributes(skeleton);
                units.unit(&split, &unit, (&main, skeleton))?;
            } else {
                units.unit(&split, &unit, (&split, &unit))?;
            }
        }
    }
    let view = units.reader.view;
    let lines = view.lines()?;
    for (index, definition) in view.definitions.iter().enumerate() {
        if definition.kind == Kind::Function {
            let facts = lines.facts(definition);
            units.reader.entity(index).facts.extend(facts);
        }
    }
    Ok(())
}

/// The state of reading the units of an object.
struct Units<'r, 'v, 'd> {
    reader: &'r mut Reader<'v, 'd>,
    seen: &'r Seen,
    scratch: Scratch,
    /// The definitions that a unit has described.
    known: HashSet<usize>,
    /// How much text may still be stored. Few bytes of a hostile file can make much text.
    budget: usize,
}

impl Units<'_, '_, '_> {
    fn unit<'b>(
        &mut self,
        dwarf: &Dwarf<Bytes<'b>>,
        unit: &Unit<'b>,
        line_unit: (&Dwarf<Bytes<'b>>, &Unit<'b>),
    ) -> Result<(), Error> {
        let view = self.reader.view;
        let at = |error: gimli::Error| view.damaged(".debug_info", error);
        let entries = Entries::read(dwarf, unit).map_err(at)?;
        if entries.all.is_empty() {
            return Ok(());
        }
        self.about_unit(&entries, unit);
        let names = Names::new(&entries);
        let functions = Functions { view, dwarf, unit, line_unit, entries: &entries, names: &names };
        for number in 0..entries.all.len() as u32 {
            self.scratch.clear();
            match entries.get(number).tag {
                gimli::DW_TAG_subprogram if entries.has_code(number) => self.function(&functions, number),
                gimli::DW_TAG_variable => self.static_variable(&functions, number),
                tag if names::is_type(tag) => self.add_type(&entries, &names, number),
                _ => {}
            }
            let left = self.budget.checked_sub(self.scratch.len());
            self.budget = left.ok_or_else(|| view.damaged(".debug_info", "too much text"))?;
        }
        Ok(())
    }

    fn add_type<'b>(&mut self, entries: &Entries<'b>, names: &Names<'_, 'b>, number: u32) {
        if !types::facts(entries, names, number, &mut self.scratch) {
            return;
        }
        let name = names.type_name(number);
        let hash = self.scratch.hash(&name);
        if self.seen.insert(hash) {
            let facts = self.scratch.facts();
            let entity = self.reader.model.add(Kind::Type, &*name, &format!("{hash:016x}"), "");
            entity.facts = facts;
        }
    }

    fn function(&mut self, functions: &Functions<'_, '_, '_, '_>, number: u32) {
        let address = functions.entries.low_address(number);
        let is_split = self.reader.view.sections.iter().all(|section| !section.is_code());
        // With line tables only, a function has an entry only for the functions inlined into it.
        if functions.symbol(number).is_none() {
            return;
        }
        functions.function(number, &mut self.scratch);
        self.store(Kind::Function, address, is_split, functions.symbol(number));
    }

    fn static_variable(&mut self, functions: &Functions<'_, '_, '_, '_>, number: u32) {
        let entries = functions.entries;
        let parent = entries.get(number).parent.map(|parent| entries.get(parent).tag);
        let inside =
            [gimli::DW_TAG_subprogram, gimli::DW_TAG_lexical_block, gimli::DW_TAG_inlined_subroutine];
        if parent.is_none_or(|tag| inside.contains(&tag)) {
            return;
        }
        let is_split = self.reader.view.definitions.is_empty();
        let address = functions.static_address(number);
        functions.static_variable(number, &mut self.scratch);
        let linkage = entries.text(number, gimli::DW_AT_linkage_name).map(Into::into);
        let name = linkage.unwrap_or_else(|| functions.names.path(number).to_string());
        self.store(Kind::Static, address, is_split, Some(name));
    }

    /// Adds the facts in the buffer to the definition at an address, or to a symbol of a file that has none.
    fn store(&mut self, kind: Kind, address: Option<u64>, is_split: bool, symbol: Option<String>) {
        let view = self.reader.view;
        let place = address.and_then(|address| view.layout().place(address));
        let definition = place.and_then(|(section, offset)| view.definition_at(section, offset));
        let definition = definition.map(|definition| wrapper_of(view, definition, symbol.as_deref()));
        match (definition, symbol) {
            // The first unit that describes it decides.
            (Some(definition), _) if self.known.insert(definition) => {
                let facts = self.scratch.facts();
                self.reader.entity(definition).facts.extend(facts);
            }
            (None, Some(symbol)) if is_split => {
                let facts = self.scratch.facts();
                let name = crate::names::symbol(&symbol);
                self.reader.model.add(kind, name, &symbol, &view.unit).facts = facts;
            }
            // Code that the linker removed, and symbols that were stripped.
            _ => {}
        }
    }

    /// Adds what the unit says about itself to the facts of the file.
    fn about_unit(&mut self, entries: &Entries<'_>, unit: &Unit<'_>) {
        let view = self.reader.view;
        let entity = file_entity(&mut self.reader.model, &view.unit);
        let mut add = |property, value: String| {
            let fact = crate::model::Fact { property, of: String::new(), value };
            if !entity.facts.contains(&fact) {
                entity.facts.push(fact);
            }
        };
        if let Some(producer) = entries.text(0, gimli::DW_AT_producer) {
            add(PRODUCER, producer.into());
        }
        if let Some(language) = entries.number(0, gimli::DW_AT_language) {
            let name = u16::try_from(language).ok().and_then(|number| gimli::DwLang(number).static_string());
            add(LANGUAGE, name.unwrap_or("unknown").trim_start_matches("DW_LANG_").to_owned());
        }
        add(VERSION, unit.encoding().version.to_string());
    }
}

/// Returns the function that debug information at `definition` is about. The backend gives functions
/// with vectors as C passes them a wrapper in assembly: the symbol is the wrapper's, the source the body's.
fn wrapper_of(view: &View<'_>, definition: usize, symbol: Option<&str>) -> usize {
    let name = |definition: &Definition| view.symbols.get(definition.symbol.0).map_or("", |own| own.name);
    let own = view.definitions.get(definition).map_or("", name);
    let Some(wrapper) = own.strip_suffix(".body").filter(|wrapper| symbol == Some(*wrapper)) else {
        return definition;
    };
    view.definitions.iter().position(|other| name(other) == wrapper).unwrap_or(definition)
}

/// Returns the entity of the file.
pub fn file_entity<'m>(model: &'m mut Model, unit: &str) -> &'m mut crate::model::Entity {
    let subject = crate::model::Subject { kind: Kind::File, name: unit.to_owned() };
    let entities = model.entities.entry(subject).or_default();
    if entities.is_empty() {
        let entity = crate::model::Entity { instance: unit.into(), unit: unit.into(), ..Default::default() };
        entities.push(entity);
    }
    let last = entities.len() - 1;
    &mut entities[last]
}

/// Returns the name of a file without its folders, which depend on where the source is.
fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

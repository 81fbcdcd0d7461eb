//! The CGU's symbols as ELF symbols.
//!
//! First every definition is given its [`Place`], and aliases that of their targets; then
//! [`Symbols::add_definitions`] enters them in the order of their ids; an import enters when something refers
//! to it ([`Symbols::reference`]): an unused import would only make the linker search for it.
//!
//! Local definitions whose name begins with `.L` are private, as in an assembler: they get no entry in the
//! symbol table unless a relocation cannot do without, and are referred to as section plus offset.

use std::collections::HashMap;

use cranelift_codegen::entity::SecondaryMap;
use object::write::{Object, SectionId, Symbol, SymbolId as ElfSymbolId, SymbolSection};
use object::{SymbolFlags, SymbolKind as ElfSymbolKind, SymbolScope, elf};

use super::ObjectError;
use crate::cgu::{
    self, Binding, ExternalData, ReferenceOptions, SymbolId, SymbolKind, SymbolTable, Visibility,
};
use crate::machine::Form;

/// Where a definition is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// `offset` and `size` in bytes.
    Section { section: SectionId, offset: u64, size: u64 },
    /// Tentative: the linker finds a place (`SHN_COMMON`).
    Common { alignment: u64, size: u64 },
}

/// What a relocation can be written against: symbol + addend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    pub(super) symbol: ElfSymbolId,
    /// To be added to the relocation's own.
    pub(super) addend: i64,
}

/// Binding, type and visibility, as ELF has them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SymbolAttributes {
    /// `STB_*`
    pub(super) binding: u8,
    /// `STT_*`
    pub(super) kind: u8,
    /// `st_other`
    pub(super) other: u8,
}

impl SymbolAttributes {
    pub(super) fn of(st_info: u8, st_other: u8) -> SymbolAttributes {
        SymbolAttributes { binding: st_info >> 4, kind: st_info & 0xf, other: st_other }
    }

    /// What is said of an import of which `rust` is said besides.
    pub(super) fn over(self, rust: SymbolAttributes) -> SymbolAttributes {
        // Global and without a type is what nothing was said of.
        SymbolAttributes {
            binding: if self.binding == elf::STB_GLOBAL { rust.binding } else { self.binding },
            kind: if self.kind == elf::STT_NOTYPE { rust.kind } else { self.kind },
            other: if self.other == elf::STV_DEFAULT { rust.other } else { self.other },
        }
    }

    fn flags(self) -> SymbolFlags<SectionId, ElfSymbolId> {
        SymbolFlags::Elf { st_info: (self.binding << 4) | self.kind, st_other: self.other }
    }
}

/// The symbols of one CGU while its object is written.
pub(super) struct Symbols<'a> {
    table: &'a SymbolTable,
    references: ReferenceOptions,
    /// Set by `place`.
    places: SecondaryMap<SymbolId, Option<Place>>,
    /// Set when the symbol enters the ELF symbol table.
    entries: SecondaryMap<SymbolId, Option<ElfSymbolId>>,
    /// What assembly says of symbols that it does not define.
    attributes: HashMap<SymbolId, SymbolAttributes>,
    /// Imports that only the engine knows of (`__tls_get_addr`), by name.
    routines: HashMap<&'static str, ElfSymbolId>,
}

impl<'a> Symbols<'a> {
    pub(super) fn new(table: &'a SymbolTable, references: ReferenceOptions) -> Self {
        Symbols {
            table,
            references,
            places: SecondaryMap::with_capacity(table.len()),
            entries: SecondaryMap::with_capacity(table.len()),
            attributes: HashMap::new(),
            routines: HashMap::new(),
        }
    }

    pub(super) fn get(&self, id: SymbolId) -> &'a cgu::Symbol {
        self.table.get(id)
    }

    pub(super) fn name(&self, id: SymbolId) -> &'a str {
        &self.table.get(id).name
    }

    /// Records where the definition of `id` is.
    pub(super) fn place(&mut self, id: SymbolId, place: Place) -> Result<(), ObjectError> {
        if !self.get(id).binding.is_definition() {
            return Err(ObjectError::DefinedImport { symbol: self.name(id).to_owned() });
        }
        if self.places[id].replace(place).is_some() {
            return Err(ObjectError::Twice { symbol: self.name(id).to_owned() });
        }
        Ok(())
    }

    /// Places every alias where its target is.
    pub(super) fn place_aliases(&mut self) -> Result<(), ObjectError> {
        for &(alias, target) in self.table.aliases() {
            let Some(place) = self.places[target] else {
                return Err(ObjectError::Undefined { symbol: self.name(target).to_owned() });
            };
            self.place(alias, place)?;
        }
        Ok(())
    }

    pub(super) fn place_of(&self, id: SymbolId) -> Option<Place> {
        self.places[id]
    }

    /// The ELF symbol of `id`, if it has been entered.
    pub(super) fn entry(&self, id: SymbolId) -> Option<ElfSymbolId> {
        self.entries[id]
    }

    /// Records that `entry`, from another object, is the definition of `id`, which may have been taken for an
    /// import.
    pub(super) fn adopt(&mut self, id: SymbolId, entry: ElfSymbolId) -> Result<(), ObjectError> {
        if self.places[id].is_some() || self.entries[id].replace(entry).is_some() {
            return Err(ObjectError::TwiceInAssembly { symbol: self.name(id).to_owned() });
        }
        Ok(())
    }

    /// What the symbol table says of `id`, which the object defines or imports.
    pub(super) fn attributes(&self, id: SymbolId) -> SymbolAttributes {
        let own = || attributes(self.get(id), self.places[id].is_none());
        self.attributes.get(&id).copied().unwrap_or_else(own)
    }

    /// Says it, before `id` is entered.
    pub(super) fn set_attributes(&mut self, id: SymbolId, attributes: SymbolAttributes) {
        self.attributes.insert(id, attributes);
    }

    pub(super) fn lookup(&self, name: &str) -> Option<SymbolId> {
        self.table.lookup(name)
    }

    /// How code refers to what other objects define.
    pub(super) fn options(&self) -> ReferenceOptions {
        self.references
    }

    /// Whether the symbol is sure to be the definition in the same executable or shared object, so that its
    /// distance is a constant for the linker.
    pub(super) fn is_within_link(&self, id: SymbolId) -> bool {
        let symbol = self.get(id);
        match symbol.binding {
            Binding::Local => true,
            // If another object defines it, the linker copies data, and makes a PLT entry for a function.
            Binding::Import if self.references.external_data == ExternalData::Direct => true,
            Binding::Import | Binding::Global | Binding::Weak => symbol.visibility == Visibility::Hidden,
            Binding::WeakImport | Binding::Common => false,
        }
    }

    /// Enters every definition that is not private.
    pub(super) fn add_definitions(&mut self, object: &mut Object<'_>) {
        for (id, symbol) in self.table.iter() {
            if self.places[id].is_some() && !is_private(symbol) {
                self.enter(object, id);
            }
        }
    }

    /// What to write a relocation to `id` against.
    pub(super) fn reference(
        &mut self,
        object: &mut Object<'_>,
        id: SymbolId,
        form: Form,
    ) -> Result<Reference, ObjectError> {
        if let Some(symbol) = self.entries[id] {
            return Ok(Reference { symbol, addend: 0 });
        }
        let symbol = self.get(id);
        match self.places[id] {
            None if symbol.binding.is_definition() => {
                Err(ObjectError::Undefined { symbol: symbol.name.to_string() })
            }
            Some(Place::Section { section, offset, .. }) if form == Form::Address => {
                Ok(Reference { symbol: object.section_symbol(section), addend: offset as i64 })
            }
            _ => Ok(Reference { symbol: self.enter(object, id), addend: 0 }),
        }
    }

    /// What to write a relocation to a routine of the runtime libraries against.
    pub(super) fn routine(
        &mut self,
        object: &mut Object<'_>,
        name: &'static str,
    ) -> Result<Reference, ObjectError> {
        if let Some(id) = self.table.lookup(name) {
            return self.reference(object, id, Form::Entry);
        }
        let symbol = *self
            .routines
            .entry(name)
            .or_insert_with(|| object.add_symbol(undefined(name.as_bytes(), elf::STB_GLOBAL)));
        Ok(Reference { symbol, addend: 0 })
    }

    fn enter(&mut self, object: &mut Object<'_>, id: SymbolId) -> ElfSymbolId {
        let (symbol, attributes) = (self.get(id), self.attributes(id));
        let (section, value, size) = match self.places[id] {
            None => (SymbolSection::Undefined, 0, 0),
            Some(Place::Section { section, offset, size }) => (SymbolSection::Section(section), offset, size),
            // ELF gABI, "Symbol Values": the value of a common symbol is its alignment.
            Some(Place::Common { alignment, size }) => (SymbolSection::Common, alignment, size),
        };
        let entry = object.add_symbol(Symbol {
            name: symbol.name.as_bytes().to_vec(),
            value,
            size,
            // The flags below say all there is to say.
            kind: ElfSymbolKind::Unknown,
            // Only tells the ELF writer which symbols are local and come first.
            scope: match attributes.binding {
                elf::STB_LOCAL => SymbolScope::Compilation,
                _ => SymbolScope::Dynamic,
            },
            weak: false,
            section,
            flags: attributes.flags(),
        });
        self.entries[id] = Some(entry);
        entry
    }
}

fn is_private(symbol: &cgu::Symbol) -> bool {
    symbol.binding == Binding::Local && symbol.name.starts_with(".L")
}

/// What is said of a symbol of whom assembly says nothing.
fn attributes(symbol: &cgu::Symbol, undefined: bool) -> SymbolAttributes {
    let binding = match symbol.binding {
        Binding::Local => elf::STB_LOCAL,
        Binding::Import | Binding::Global | Binding::Common => elf::STB_GLOBAL,
        Binding::WeakImport | Binding::Weak => elf::STB_WEAK,
    };
    let kind = match symbol.kind {
        SymbolKind::ThreadLocal => elf::STT_TLS,
        _ if undefined => elf::STT_NOTYPE,
        SymbolKind::Function => elf::STT_FUNC,
        SymbolKind::Data => elf::STT_OBJECT,
    };
    let visibility = match (symbol.binding, symbol.visibility) {
        (Binding::Local, _) | (_, Visibility::Default) => elf::STV_DEFAULT,
        (_, Visibility::Hidden) => elf::STV_HIDDEN,
        // An import is protected by its definition, not by its users.
        (Binding::Import | Binding::WeakImport, Visibility::Protected) => elf::STV_DEFAULT,
        (_, Visibility::Protected) => elf::STV_PROTECTED,
    };
    SymbolAttributes { binding, kind, other: visibility }
}

fn undefined(name: &[u8], binding: u8) -> Symbol {
    Symbol {
        name: name.to_vec(),
        value: 0,
        size: 0,
        kind: ElfSymbolKind::Unknown,
        scope: SymbolScope::Dynamic,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::Elf { st_info: (binding << 4) | elf::STT_NOTYPE, st_other: elf::STV_DEFAULT },
    }
}

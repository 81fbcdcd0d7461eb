//! Turns the CGU's symbols into ELF symbols.
//!
//! 1. Every definition is given its [`Place`], and aliases get that of their targets.
//! 2. [`Symbols::add_definitions`] adds the definitions to the symbol table, in the order of their ids.
//! 3. An import is added when a relocation refers to it ([`Symbols::reference`]). An unused import would only
//!    make the linker search for it.
//!
//! Local definitions with a name that begins with `.L` are private, as in an assembler. They get no entry in
//! the symbol table unless a relocation needs one; references to them are section plus offset.

use std::collections::HashMap;

use cranelift_codegen::entity::SecondaryMap;
use object::write::{Object, SectionId, Symbol, SymbolId as ElfSymbolId, SymbolSection};
use object::{SymbolFlags, SymbolKind as ElfSymbolKind, SymbolScope, elf};

use super::ObjectError;
use crate::cgu::{
    self, Binding, ExternalData, ReferenceOptions, SymbolId, SymbolKind, SymbolTable, Visibility,
};
use crate::machine::Form;

/// The location of a definition in the object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// `offset` and `size` in bytes.
    Section { section: SectionId, offset: u64, size: u64 },
    /// A tentative definition, for which the linker allocates space (`SHN_COMMON`).
    Common { alignment: u64, size: u64 },
}

/// The symbol and addend of a relocation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    pub(super) symbol: ElfSymbolId,
    /// Added to the relocation's own addend.
    pub(super) addend: i64,
}

/// Binding, type and visibility in ELF's encoding.
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

    /// Combines the attributes that assembly sets on an import with those of Rust's declaration.
    pub(super) fn over(self, rust: SymbolAttributes) -> SymbolAttributes {
        // A global binding, no type and default visibility mean that the assembly set nothing.
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
    /// Set by [`Symbols::place`].
    places: SecondaryMap<SymbolId, Option<Place>>,
    /// The ELF symbols of symbols that were added to the symbol table.
    entries: SecondaryMap<SymbolId, Option<ElfSymbolId>>,
    /// Attributes that assembly sets on symbols that it does not define.
    attributes: HashMap<SymbolId, SymbolAttributes>,
    /// Imports that are not in the CGU's symbol table (`__tls_get_addr`, `__tdata_start`), by name.
    imports: HashMap<&'static str, ElfSymbolId>,
}

impl<'a> Symbols<'a> {
    pub(super) fn new(table: &'a SymbolTable, references: ReferenceOptions) -> Self {
        Symbols {
            table,
            references,
            places: SecondaryMap::with_capacity(table.len()),
            entries: SecondaryMap::with_capacity(table.len()),
            attributes: HashMap::new(),
            imports: HashMap::new(),
        }
    }

    pub(super) fn get(&self, id: SymbolId) -> &'a cgu::Symbol {
        self.table.get(id)
    }

    pub(super) fn name(&self, id: SymbolId) -> &'a str {
        &self.table.get(id).name
    }

    /// Records the location of the definition of `id`.
    ///
    /// # Errors
    ///
    /// Fails if `id` is an import or was already placed.
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
    ///
    /// # Errors
    ///
    /// Fails if a target has no definition, or an alias has one.
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

    /// Returns the ELF symbol of `id`, if it is in the symbol table.
    pub(super) fn entry(&self, id: SymbolId) -> Option<ElfSymbolId> {
        self.entries[id]
    }

    /// Records that `entry`, from the assembled object, is the definition of `id`, which may be declared as
    /// an import.
    ///
    /// # Errors
    ///
    /// Fails if `id` already has a definition.
    pub(super) fn adopt(&mut self, id: SymbolId, entry: ElfSymbolId) -> Result<(), ObjectError> {
        if self.places[id].is_some() || self.entries[id].replace(entry).is_some() {
            return Err(ObjectError::TwiceInAssembly { symbol: self.name(id).to_owned() });
        }
        Ok(())
    }

    /// Returns the ELF attributes of `id`, which the object defines or imports.
    pub(super) fn attributes(&self, id: SymbolId) -> SymbolAttributes {
        let own = || attributes(self.get(id), self.places[id].is_none());
        self.attributes.get(&id).copied().unwrap_or_else(own)
    }

    /// Sets the ELF attributes of `id`, before it is added to the symbol table.
    pub(super) fn set_attributes(&mut self, id: SymbolId, attributes: SymbolAttributes) {
        self.attributes.insert(id, attributes);
    }

    pub(super) fn lookup(&self, name: &str) -> Option<SymbolId> {
        self.table.lookup(name)
    }

    /// Returns how code refers to symbols of other objects.
    pub(super) fn options(&self) -> ReferenceOptions {
        self.references
    }

    /// Returns whether the symbol's definition is certainly in the same executable or shared object, so that
    /// the linker knows its distance.
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

    /// Adds every definition that is not private to the symbol table.
    pub(super) fn add_definitions(&mut self, object: &mut Object<'_>) {
        for (id, symbol) in self.table.iter() {
            if self.places[id].is_some() && !is_private(symbol) {
                self.enter(object, id);
            }
        }
    }

    /// Returns the reference for a relocation to `id`. Adds `id` to the symbol table if needed.
    ///
    /// # Errors
    ///
    /// Fails if `id` is declared as a definition, but has none.
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

    /// Returns the reference for a relocation to a routine of the runtime libraries.
    ///
    /// # Errors
    ///
    /// Fails as [`Symbols::reference`] does, if the CGU has a symbol of that name.
    pub(super) fn routine(
        &mut self,
        object: &mut Object<'_>,
        name: &'static str,
    ) -> Result<Reference, ObjectError> {
        self.import(object, name, elf::STB_GLOBAL, elf::STV_DEFAULT)
    }

    /// Returns the reference for a relocation to a symbol that some linkers define. With the others, it is
    /// zero.
    ///
    /// # Errors
    ///
    /// Fails as [`Symbols::reference`] does, if the CGU has a symbol of that name.
    pub(super) fn defined_by_linkers(
        &mut self,
        object: &mut Object<'_>,
        name: &'static str,
    ) -> Result<Reference, ObjectError> {
        // Hidden, so that a shared library does not import it.
        self.import(object, name, elf::STB_WEAK, elf::STV_HIDDEN)
    }

    /// Returns the reference to the CGU's symbol of this name or, if it has none, to an undefined one.
    fn import(
        &mut self,
        object: &mut Object<'_>,
        name: &'static str,
        binding: u8,
        visibility: u8,
    ) -> Result<Reference, ObjectError> {
        if let Some(id) = self.table.lookup(name) {
            return self.reference(object, id, Form::Entry);
        }
        let new = || object.add_symbol(undefined(name.as_bytes(), binding, visibility));
        let symbol = *self.imports.entry(name).or_insert_with(new);
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
            // The flags below contain binding and type.
            kind: ElfSymbolKind::Unknown,
            // The ELF writer only uses it to write local symbols first.
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

/// Returns the attributes of a symbol on which assembly sets none.
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
        // The definition decides that a symbol is protected, not its users.
        (Binding::Import | Binding::WeakImport, Visibility::Protected) => elf::STV_DEFAULT,
        (_, Visibility::Protected) => elf::STV_PROTECTED,
    };
    SymbolAttributes { binding, kind, other: visibility }
}

fn undefined(name: &[u8], binding: u8, visibility: u8) -> Symbol {
    Symbol {
        name: name.to_vec(),
        value: 0,
        size: 0,
        kind: ElfSymbolKind::Unknown,
        scope: SymbolScope::Dynamic,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::Elf { st_info: (binding << 4) | elf::STT_NOTYPE, st_other: visibility },
    }
}

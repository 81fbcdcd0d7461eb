//! Merges the object that LLVM made of a CGU's assembly and vendor intrinsics: its sections, symbols and
//! relocations.
//!
//! 1. [`place`] copies the sections that are not empty, and adds the definitions with the binding and
//!    visibility that the assembly gave them. If the CGU knows a definition by name, even as an import, the
//!    two are one symbol.
//! 2. Attributes that the assembly sets on other symbols are copied: to the CGU's definitions
//!    ([`crate::assembly::stand_ins`]), aliases included, and to imports.
//! 3. [`Assembled::relocate`] copies the relocations. A symbol that the assembly does not define is one of
//!    the CGU's symbols, local ones included, or else an import.

use std::collections::HashMap;

use object::read::{self, Object as _, ObjectComdat as _, ObjectSection as _, ObjectSymbol as _};
use object::write::{Comdat, Object, Relocation, SectionId, Symbol, SymbolId as ElfSymbolId, SymbolSection};
use object::{
    FileFlags, RelocationTarget, SectionFlags, SectionIndex, SectionKind, SymbolFlags, SymbolIndex,
    SymbolKind, SymbolScope, elf,
};

use super::ObjectError;
use super::symbols::{Place, Reference, SymbolAttributes, Symbols};
use crate::assembly::stand_ins;
use crate::cgu::{Binding, SymbolId};
use crate::machine::Form;

/// An assembled object whose sections were copied.
pub(super) struct Assembled<'d> {
    cgu: &'d str,
    file: read::File<'d>,
    sections: HashMap<SectionIndex, SectionId>,
    /// The sections of stand-ins, with the definitions that these stand for.
    stand_ins: HashMap<SectionIndex, SymbolId>,
    /// Definitions, and imports that were added to the symbol table.
    symbols: HashMap<SymbolIndex, ElfSymbolId>,
}

/// Copies the sections, definitions and attributes of the object `bytes`.
///
/// # Errors
///
/// Fails if the object is not valid, or defines a symbol that the CGU defines.
pub(super) fn place<'d>(
    object: &mut Object<'_>,
    symbols: &mut Symbols<'_>,
    cgu: &'d str,
    bytes: &'d [u8],
) -> Result<Assembled<'d>, ObjectError> {
    let file = read::File::parse(bytes)
        .map_err(|error| ObjectError::Assembled { cgu: cgu.to_owned(), reason: error.to_string() })?;
    copy_os_abi(object, &file);
    let mut assembled =
        Assembled { cgu, file, sections: HashMap::new(), stand_ins: HashMap::new(), symbols: HashMap::new() };
    assembled.place_sections(object)?;
    assembled.place_definitions(object, symbols)?;
    assembled.copy_attributes(symbols)?;
    assembled.place_groups(object);
    Ok(assembled)
}

/// Declares GNU's ABI if the assembled object does (see `data::os_abi`).
fn copy_os_abi(object: &mut Object<'_>, file: &read::File<'_>) {
    if let (FileFlags::Elf { os_abi: theirs, .. }, FileFlags::Elf { os_abi, .. }) =
        (file.flags(), &mut object.flags)
        && theirs == elf::ELFOSABI_GNU
    {
        *os_abi = theirs;
    }
}

impl Assembled<'_> {
    fn place_sections(&mut self, object: &mut Object<'_>) -> Result<(), ObjectError> {
        for section in self.file.sections() {
            let name = section.name_bytes().map_err(|error| self.unreadable(error))?;
            if let Some(definition) = stand_ins::symbol_of_section(name) {
                self.stand_ins.insert(section.index(), definition);
                continue;
            }
            let SectionFlags::Elf { sh_flags } = section.flags() else { continue };
            let Some(kind) = copied_kind(&section, name) else { continue };
            let id = object.add_section(Vec::new(), name.to_vec(), kind);
            // Merging needs an entry size, which the writer does not know. Groups are declared again.
            let dropped = elf::SHF_MERGE | elf::SHF_STRINGS | elf::SHF_GROUP | elf::SHF_INFO_LINK;
            object.section_mut(id).flags = SectionFlags::Elf { sh_flags: sh_flags & !u64::from(dropped) };
            if matches!(kind, SectionKind::UninitializedData | SectionKind::UninitializedTls) {
                object.append_section_bss(id, section.size(), section.align().max(1));
            } else {
                let data = section.data().map_err(|error| self.unreadable(error))?;
                object.set_section_data(id, data.to_vec(), section.align().max(1));
            }
            self.sections.insert(section.index(), id);
        }
        Ok(())
    }

    fn place_definitions(
        &mut self,
        object: &mut Object<'_>,
        symbols: &mut Symbols<'_>,
    ) -> Result<(), ObjectError> {
        for symbol in self.file.symbols() {
            if matches!(symbol.kind(), SymbolKind::Section | SymbolKind::File)
                || self.stood_in(symbols, &symbol).is_some()
            {
                continue;
            }
            let (section, offset) = match symbol.section() {
                read::SymbolSection::Section(index) => {
                    let copied = self.sections.get(&index).map(|&section| (section, 0));
                    match copied.or_else(|| self.place_of_stood_in(symbols, index)) {
                        Some((section, offset)) => (SymbolSection::Section(section), offset),
                        None => continue,
                    }
                }
                read::SymbolSection::Absolute => (SymbolSection::Absolute, 0),
                read::SymbolSection::Common => (SymbolSection::Common, 0),
                _ => continue,
            };
            let mut copy = self.copied_symbol(&symbol, section)?;
            copy.value = copy.value.wrapping_add(offset);
            let entry = object.add_symbol(copy);
            self.symbols.insert(symbol.index(), entry);
            let known = symbol.name().ok().and_then(|name| symbols.lookup(name));
            if let Some(id) = known {
                symbols.adopt(id, entry)?;
            }
        }
        Ok(())
    }

    /// Returns the definition for which `symbol` itself is the stand-in; `None` for other symbols, such as
    /// aliases of one.
    fn stood_in(&self, symbols: &Symbols<'_>, symbol: &read::Symbol<'_, '_>) -> Option<SymbolId> {
        let id = symbols.lookup(symbol.name().ok()?)?;
        let stands_in = match symbol.section() {
            read::SymbolSection::Section(index) => self.stand_ins.get(&index) == Some(&id),
            // A tentative definition is in no section; the linker merges it with others.
            read::SymbolSection::Common => symbols.get(id).binding == Binding::Common,
            _ => false,
        };
        stands_in.then_some(id)
    }

    /// Returns the section and offset of the definition whose stand-in is in the section `index`.
    fn place_of_stood_in(&self, symbols: &Symbols<'_>, index: SectionIndex) -> Option<(SectionId, u64)> {
        match symbols.place_of(*self.stand_ins.get(&index)?)? {
            Place::Section { section, offset, size: _ } => Some((section, offset)),
            Place::Common { .. } => None,
        }
    }

    /// Copies the attributes that the assembly sets on definitions with stand-ins and on imports.
    fn copy_attributes(&self, symbols: &mut Symbols<'_>) -> Result<(), ObjectError> {
        for symbol in self.file.symbols() {
            let SymbolFlags::Elf { st_info, st_other } = symbol.flags() else { continue };
            let said = SymbolAttributes::of(st_info, st_other);
            if let Some(id) = self.stood_in(symbols, &symbol) {
                symbols.set_attributes(id, said);
            } else if symbol.section() == read::SymbolSection::Undefined
                && let Some(id) = symbol.name().ok().and_then(|name| symbols.lookup(name))
                && !symbols.get(id).binding.is_definition()
            {
                symbols.set_attributes(id, said.over(symbols.attributes(id)));
            }
        }
        Ok(())
    }

    fn copied_symbol(
        &self,
        symbol: &read::Symbol<'_, '_>,
        section: SymbolSection,
    ) -> Result<Symbol, ObjectError> {
        let SymbolFlags::Elf { st_info, st_other } = symbol.flags() else {
            return Err(self.unreadable("a symbol without ELF flags"));
        };
        Ok(Symbol {
            name: symbol.name_bytes().map_err(|error| self.unreadable(error))?.to_vec(),
            value: symbol.address(),
            size: symbol.size(),
            // The flags contain binding and type.
            kind: SymbolKind::Unknown,
            scope: if symbol.is_local() { SymbolScope::Compilation } else { SymbolScope::Dynamic },
            weak: false,
            section,
            flags: SymbolFlags::Elf { st_info, st_other },
        })
    }

    /// Copies section groups. The linker keeps one group of each name.
    fn place_groups(&self, object: &mut Object<'_>) {
        for group in self.file.comdats() {
            let Some(&symbol) = self.symbols.get(&group.symbol()) else { continue };
            let sections = group.sections().filter_map(|index| self.sections.get(&index).copied()).collect();
            object.add_comdat(Comdat { kind: group.kind(), symbol, sections });
        }
    }

    /// Copies the relocations.
    ///
    /// # Errors
    ///
    /// Fails if the object is not valid, or refers to a symbol of the CGU that has no definition.
    pub(super) fn relocate(
        mut self,
        object: &mut Object<'_>,
        symbols: &mut Symbols<'_>,
    ) -> Result<(), ObjectError> {
        let mut copies = Vec::new();
        for section in self.file.sections() {
            let Some(&id) = self.sections.get(&section.index()) else { continue };
            copies.extend(section.relocations().map(|(offset, relocation)| (id, offset, relocation)));
        }
        for (section, offset, relocation) in copies {
            let target = self.target(object, symbols, relocation.target())?;
            let copy = Relocation {
                offset,
                symbol: target.symbol,
                addend: target.addend.wrapping_add(relocation.addend()),
                flags: relocation.flags(),
            };
            object
                .add_relocation(section, copy)
                .map_err(|reason| ObjectError::Elf { cgu: self.cgu.to_owned(), reason })?;
        }
        Ok(())
    }

    fn target(
        &mut self,
        object: &mut Object<'_>,
        symbols: &mut Symbols<'_>,
        target: RelocationTarget,
    ) -> Result<Reference, ObjectError> {
        let RelocationTarget::Symbol(index) = target else {
            return Err(self.unreadable("a relocation without a symbol"));
        };
        if let Some(&symbol) = self.symbols.get(&index) {
            return Ok(Reference { symbol, addend: 0 });
        }
        let symbol = self.file.symbol_by_index(index).map_err(|error| self.unreadable(error))?;
        if symbol.kind() == SymbolKind::Section {
            let index = symbol.section_index();
            if let Some(&id) = index.and_then(|index| self.stand_ins.get(&index)) {
                return symbols.reference(object, id, Form::Entry);
            }
            let section = index.and_then(|index| self.sections.get(&index));
            let section = *section.ok_or_else(|| self.unreadable("a relocation to an empty section"))?;
            return Ok(Reference { symbol: object.section_symbol(section), addend: 0 });
        }
        let known = symbol.name().ok().and_then(|name| symbols.lookup(name));
        if let Some(id) = known {
            return symbols.reference(object, id, Form::Entry);
        }
        let entry = object.add_symbol(self.copied_symbol(&symbol, SymbolSection::Undefined)?);
        self.symbols.insert(index, entry);
        Ok(Reference { symbol: entry, addend: 0 })
    }

    fn unreadable(&self, reason: impl ToString) -> ObjectError {
        ObjectError::Assembled { cgu: self.cgu.to_owned(), reason: reason.to_string() }
    }
}

/// Returns the kind of the copy of a section. `None` for the format's own tables, for notes about whole
/// objects, and for empty standard sections.
fn copied_kind(section: &read::Section<'_, '_>, name: &[u8]) -> Option<SectionKind> {
    let is_standard = matches!(name, b".text" | b".data" | b".bss");
    if (is_standard && section.size() == 0) || name == b".note.GNU-stack" || name == b".note.gnu.property" {
        return None;
    }
    let SectionFlags::Elf { sh_flags } = section.flags() else { return None };
    match section.kind() {
        SectionKind::UninitializedData => Some(SectionKind::UninitializedData),
        SectionKind::UninitializedTls => Some(SectionKind::UninitializedTls),
        SectionKind::Metadata if sh_flags & u64::from(elf::SHF_ALLOC) == 0 => None,
        SectionKind::Elf(sh_type) => Some(SectionKind::Elf(sh_type)),
        SectionKind::Note => Some(SectionKind::Elf(elf::SHT_NOTE)),
        _ => Some(SectionKind::Elf(elf::SHT_PROGBITS)),
    }
}

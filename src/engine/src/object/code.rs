//! Writes functions: their sections, code and relocations.
//!
//! [`place`] gives a function a section and an offset. After all definitions are placed, [`write`](write())
//! writes its code and relocations, and makes references through the GOT direct where possible.

use std::borrow::Cow;
use std::collections::HashMap;

use cranelift_codegen::ir::KnownSymbol;
use object::write::{Object, Relocation as ElfRelocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{RelocationFlags, SymbolFlags, SymbolKind, SymbolScope, elf};

use super::ObjectError;
use super::sections::{Fill, Holds, SectionHeader, Sections};
use super::symbols::{Place, Reference, Symbols};
use crate::cgu::SectionLayout;
use crate::compile::{CompiledFunction, Relocation, RelocationTarget};
use crate::machine::{self, Direct, Form, Machine, Sequence, SequenceRelocation, SequenceTarget};
use crate::routines;

/// The section and offset of a function's code.
#[derive(Clone, Copy, Debug)]
pub(super) struct CodePlace {
    pub(super) section: SectionId,
    /// In bytes from the start of the section.
    pub(super) offset: u64,
    /// Whether the section may contain other functions or data.
    pub(super) shared: bool,
}

/// Places `function`. If it has its own section, [`write`](write()) adds the code.
///
/// # Errors
///
/// Fails if the symbol is an import or already defined.
pub(super) fn place<'a>(
    object: &mut Object<'a>,
    sections: &mut Sections<'a>,
    symbols: &mut Symbols<'a>,
    function: &'a CompiledFunction,
    layout: SectionLayout,
) -> Result<CodePlace, ObjectError> {
    let header = match (&function.section, layout) {
        (Some(name), _) => Some(SectionHeader::named(name, Holds::Code, Fill::Bytes)),
        (None, layout) => (!layout.separates()).then(SectionHeader::text),
    };
    let place = match header {
        None => {
            let name = symbols.name(function.symbol);
            let section = Sections::of_symbol(object, &SectionHeader::text(), name, layout);
            CodePlace { section, offset: 0, shared: false }
        }
        Some(header) => {
            let section = sections.shared(object, header);
            let alignment = u64::from(function.alignment);
            let offset = object.append_section_data(section, &function.code, alignment);
            CodePlace { section, offset, shared: true }
        }
    };
    let size = function.code.len() as u64;
    symbols.place(function.symbol, Place::Section { section: place.section, offset: place.offset, size })?;
    Ok(place)
}

/// Writes the code of `function` and its relocations.
///
/// # Errors
///
/// Fails if a relocation has no ELF equivalent, or refers to an undefined symbol or an unknown routine.
pub(super) fn write<'a>(
    object: &mut Object<'a>,
    symbols: &mut Symbols<'_>,
    machine: &'static Machine,
    function: &'a CompiledFunction,
    place: CodePlace,
) -> Result<(), ObjectError> {
    let mut writer = CodeWriter { object, symbols, machine, function, place, labels: HashMap::new() };
    let mut code = Cow::Borrowed(&*function.code);
    let mut relocations = function.relocations.iter();
    while let Some(relocation) = relocations.next() {
        match writer.thread_local_sequence(relocation) {
            Some(sequence) => {
                writer.replace_thread_local(relocation, &sequence, &mut code)?;
                relocations.by_ref().take(sequence.replaced - 1).for_each(drop);
            }
            None => writer.relocate(relocation, &mut code)?,
        }
    }
    if !place.shared {
        object.set_section_data(place.section, code, u64::from(function.alignment));
    } else if let Cow::Owned(code) = code {
        let start = place.offset as usize;
        object.section_mut(place.section).data_mut()[start..start + code.len()].copy_from_slice(&code);
    }
    Ok(())
}

struct CodeWriter<'w, 'a, 'b> {
    object: &'w mut Object<'a>,
    symbols: &'w mut Symbols<'b>,
    machine: &'static Machine,
    function: &'a CompiledFunction,
    place: CodePlace,
    /// The labels made so far, by offset in the code.
    labels: HashMap<u32, SymbolId>,
}

impl<'a> CodeWriter<'_, 'a, '_> {
    fn relocate(&mut self, relocation: &Relocation, code: &mut Cow<'a, [u8]>) -> Result<(), ObjectError> {
        if let Some(direct) = self.direct(relocation) {
            let end = direct.at + direct.length;
            if direct.length > 0 {
                code.to_mut()[direct.at..end].copy_from_slice(&direct.bytes[..direct.length]);
            }
            let reference = self.reference(relocation, Form::Address)?;
            return self.add(relocation, reference, direct.elf_type);
        }
        let got_loads = self.symbols.options().got_loads;
        let machine::CodeRelocation { elf_type, form } =
            (self.machine.code_relocation)(self.code_reference(relocation), got_loads)
                .ok_or_else(|| self.unknown_kind(relocation))?;
        let reference = self.reference(relocation, form)?;
        self.add(relocation, reference, elf_type)
    }

    fn code_reference(&self, relocation: &Relocation) -> machine::CodeReference<'a> {
        let offset = relocation.offset as usize;
        machine::CodeReference { kind: relocation.kind, code: &self.function.code, offset }
    }

    fn unknown_kind(&self, relocation: &Relocation) -> ObjectError {
        ObjectError::Relocation { function: self.name(), kind: relocation.kind }
    }

    /// Returns the instructions that replace a general dynamic access to a thread-local, if the session
    /// selects another model.
    fn thread_local_sequence(&self, relocation: &Relocation) -> Option<Sequence> {
        let model = self.symbols.options().thread_locals;
        (self.machine.thread_local)(self.code_reference(relocation), model)
    }

    fn replace_thread_local(
        &mut self,
        relocation: &Relocation,
        sequence: &Sequence,
        code: &mut Cow<'a, [u8]>,
    ) -> Result<(), ObjectError> {
        let Sequence { start, bytes, relocations, .. } = sequence;
        code.to_mut()[*start..start + bytes.len()].copy_from_slice(bytes);
        for &SequenceRelocation { offset, elf_type, target } in relocations {
            let (target, addend) = match target {
                SequenceTarget::ThreadLocal(addend) => (relocation.target, addend),
                SequenceTarget::Label(offset) => (RelocationTarget::Function((start + offset) as u32), 0),
            };
            let offset = (start + offset) as u32;
            let relocation = Relocation { offset, target, addend, ..relocation.clone() };
            let reference = self.reference(&relocation, Form::Entry)?;
            self.add(&relocation, reference, elf_type)?;
        }
        Ok(())
    }

    fn direct(&self, relocation: &Relocation) -> Option<Direct> {
        match relocation.target {
            RelocationTarget::Symbol(id) if self.symbols.is_within_link(id) => {
                (self.machine.direct)(self.code_reference(relocation))
            }
            _ => None,
        }
    }

    fn reference(&mut self, relocation: &Relocation, form: Form) -> Result<Reference, ObjectError> {
        match relocation.target {
            RelocationTarget::Symbol(id) => self.symbols.reference(self.object, id, form),
            RelocationTarget::LibCall(libcall) => {
                let name = routines::name(libcall).ok_or_else(|| ObjectError::Routine {
                    function: self.name(),
                    routine: libcall.to_string(),
                })?;
                self.symbols.routine(self.object, name)
            }
            RelocationTarget::Known(KnownSymbol::ElfGlobalOffsetTable) => {
                self.symbols.routine(self.object, "_GLOBAL_OFFSET_TABLE_")
            }
            RelocationTarget::Known(known) => {
                Err(ObjectError::Routine { function: self.name(), routine: known.to_string() })
            }
            RelocationTarget::Function(offset) => {
                let name = self.machine.pair_label.ok_or_else(|| self.unknown_kind(relocation))?;
                Ok(Reference { symbol: self.label(name, offset), addend: 0 })
            }
        }
    }

    fn add(&mut self, relocation: &Relocation, reference: Reference, r_type: u32) -> Result<(), ObjectError> {
        let relocation = ElfRelocation {
            offset: self.place.offset + u64::from(relocation.offset),
            symbol: reference.symbol,
            addend: reference.addend + relocation.addend,
            flags: RelocationFlags::Elf { r_type },
        };
        self.object
            .add_relocation(self.place.section, relocation)
            .map_err(|reason| ObjectError::Elf { cgu: self.name(), reason })
    }

    /// Returns the symbol of a label in this function, for relocations that refer to one of its instructions.
    fn label(&mut self, name: &str, offset: u32) -> SymbolId {
        let (place, object) = (self.place, &mut *self.object);
        *self.labels.entry(offset).or_insert_with(|| {
            object.add_symbol(Symbol {
                name: name.as_bytes().to_vec(),
                value: place.offset + u64::from(offset),
                size: 0,
                kind: SymbolKind::Label,
                scope: SymbolScope::Compilation,
                weak: false,
                section: SymbolSection::Section(place.section),
                flags: SymbolFlags::Elf {
                    st_info: (elf::STB_LOCAL << 4) | elf::STT_NOTYPE,
                    st_other: elf::STV_DEFAULT,
                },
            })
        })
    }

    fn name(&self) -> String {
        self.symbols.name(self.function.symbol).to_owned()
    }
}

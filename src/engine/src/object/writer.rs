//! Writes the files of a CGU: [`write_cgu`] performs the steps of the parent module's documentation.

use cranelift_codegen::isa::TargetIsa;
use gimli::write::RelocationTarget;
use object::write::{Object, Relocation, SectionId};
use object::{BinaryFormat, Endianness, FileFlags, RelocationFlags, elf};

use super::assembled;
use super::code::{self, CodePlace};
use super::sections::{SectionHeader, Sections};
use super::symbols::{Place, Reference, Symbols};
use super::{ObjectError, data, debug, unwind};
use crate::cgu::SealedCgu;
use crate::compile::CompiledFunction;
use crate::dwarf::RelocatedSection;
use crate::machine::{AttributesSection, Machine};
use crate::machines;
use crate::phases::{Phase, measure};

/// Alignment of `.eh_frame` in bytes: that of an address.
const UNWIND_ALIGNMENT: u64 = 8;

/// The bytes of a CGU's files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CguBytes {
    pub object: Vec<u8>,
    /// The `.dwo` file, if debug information is split into one.
    pub dwarf_object: Option<Vec<u8>>,
}

/// Writes the files of `cgu`. `functions` are all functions of the CGU; their order does not affect the
/// result. `isa` is the one they were compiled for.
///
/// # Errors
///
/// Fails if a definition is missing, malformed or duplicated, if the target has no equivalent of a relocation
/// or routine, or if a limit of ELF or DWARF is exceeded.
pub fn write_cgu(
    isa: &dyn TargetIsa,
    cgu: &SealedCgu,
    functions: &[CompiledFunction],
) -> Result<CguBytes, ObjectError> {
    write_cgu_with_assembly(isa, cgu, functions, None)
}

/// Like [`write_cgu`], and merges `assembled`, the object that LLVM made of the CGU's assembly and vendor
/// intrinsics.
///
/// # Errors
///
/// As [`write_cgu`]; also if `assembled` cannot be read or defines a symbol of the CGU.
pub fn write_cgu_with_assembly(
    isa: &dyn TargetIsa,
    cgu: &SealedCgu,
    functions: &[CompiledFunction],
    assembled: Option<&[u8]>,
) -> Result<CguBytes, ObjectError> {
    let mut functions: Vec<&CompiledFunction> = functions.iter().collect();
    functions.sort_by_key(|function| function.symbol);
    let mut writer = CguWriter::new(isa, cgu)?;
    writer.place_data()?;
    let places = writer.place_functions(&functions)?;
    writer.symbols.place_aliases()?;
    let assembled = match assembled {
        Some(bytes) => Some(assembled::place(&mut writer.object, &mut writer.symbols, &cgu.name, bytes)?),
        None => {
            // LLVM's object has its own.
            writer.write_attributes();
            None
        }
    };
    writer.symbols.add_definitions(&mut writer.object);
    writer.relocate_data()?;
    writer.write_functions(&functions, &places)?;
    let addresses = writer.function_addresses(&functions, &places);
    let has_unwind_tables =
        functions.iter().any(|function| function.unwind.is_some() || !function.call_sites.is_empty());
    if cgu.unwind_tables && has_unwind_tables {
        writer.write_unwind_tables(&functions, &addresses)?;
    }
    let CguWriter { object, symbols, machine, .. } = &mut writer;
    let dwarf_object =
        measure(Phase::DebugInfo, || debug::write(object, symbols, machine, cgu, &functions, &addresses))?;
    if let Some(assembled) = assembled {
        assembled.relocate(&mut writer.object, &mut writer.symbols)?;
    }
    Ok(CguBytes { object: writer.finish()?, dwarf_object })
}

struct CguWriter<'a> {
    isa: &'a dyn TargetIsa,
    machine: &'static Machine,
    cgu: &'a SealedCgu,
    object: Object<'a>,
    sections: Sections<'a>,
    symbols: Symbols<'a>,
}

impl<'a> CguWriter<'a> {
    fn new(isa: &'a dyn TargetIsa, cgu: &'a SealedCgu) -> Result<Self, ObjectError> {
        let machine = machine(isa)?;
        let mut object = Object::new(BinaryFormat::Elf, machine.architecture, Endianness::Little);
        object.flags = FileFlags::Elf {
            os_abi: data::os_abi(&cgu.data),
            abi_version: 0,
            e_flags: (machine.file_flags)(isa),
        };
        object.add_file_symbol(cgu.name.as_bytes().to_vec());
        let (sections, symbols) = (Sections::default(), Symbols::new(&cgu.symbols, cgu.references));
        Ok(CguWriter { isa, machine, cgu, object, sections, symbols })
    }

    fn place_data(&mut self) -> Result<(), ObjectError> {
        for definition in &self.cgu.data {
            let layout = self.cgu.section_layout;
            data::place(&mut self.object, &mut self.sections, &mut self.symbols, definition, layout)?;
        }
        Ok(())
    }

    fn place_functions(&mut self, functions: &[&'a CompiledFunction]) -> Result<Vec<CodePlace>, ObjectError> {
        let layout = self.cgu.section_layout;
        let place = |function: &&'a CompiledFunction| {
            code::place(&mut self.object, &mut self.sections, &mut self.symbols, function, layout)
        };
        functions.iter().map(place).collect()
    }

    fn relocate_data(&mut self) -> Result<(), ObjectError> {
        for definition in &self.cgu.data {
            if let Some(Place::Section { section, offset, .. }) = self.symbols.place_of(definition.symbol) {
                let place = (section, offset);
                data::relocate(&mut self.object, &mut self.symbols, self.machine, definition, place)?;
            }
        }
        Ok(())
    }

    fn write_functions(
        &mut self,
        functions: &[&'a CompiledFunction],
        places: &[CodePlace],
    ) -> Result<(), ObjectError> {
        for (function, place) in functions.iter().zip(places) {
            code::write(&mut self.object, &mut self.symbols, self.machine, function, *place)?;
        }
        Ok(())
    }

    /// Returns the references to functions for tables. They never use a symbol that another object's
    /// definition may replace.
    fn function_addresses(
        &mut self,
        functions: &[&CompiledFunction],
        places: &[CodePlace],
    ) -> Vec<Reference> {
        let mut addresses = Vec::with_capacity(functions.len());
        for (function, place) in functions.iter().zip(places) {
            let own_symbol = self.symbols.entry(function.symbol);
            // Assembly may have made it global, or an indirect function, which has a different address.
            let attributes = self.symbols.attributes(function.symbol);
            let is_local = attributes.binding == elf::STB_LOCAL && attributes.kind == elf::STT_FUNC;
            addresses.push(match own_symbol {
                Some(symbol) if is_local => Reference { symbol, addend: 0 },
                _ => Reference {
                    symbol: self.object.section_symbol(place.section),
                    addend: place.offset as i64,
                },
            });
        }
        addresses
    }

    fn write_unwind_tables(
        &mut self,
        functions: &[&CompiledFunction],
        addresses: &[Reference],
    ) -> Result<(), ObjectError> {
        let tables =
            unwind::build(&mut self.object, &mut self.symbols, self.isa, self.machine, functions, addresses)?;
        let header = SectionHeader {
            name: ".eh_frame",
            kind: self.machine.unwind_section_type,
            flags: elf::SHF_ALLOC,
        };
        let section = Sections::own(&mut self.object, &header);
        self.add_unwind_section(section, tables.eh_frame, &tables.references)
    }

    /// Adds `.eh_frame`. `references` are the references of its symbol indexes.
    fn add_unwind_section(
        &mut self,
        section: SectionId,
        contents: RelocatedSection,
        references: &[Reference],
    ) -> Result<(), ObjectError> {
        for relocation in &contents.relocations {
            let RelocationTarget::Symbol(index) = relocation.target else { continue };
            let r_type = match (relocation.eh_pe, relocation.size) {
                (Some(_), _) => self.machine.data_relocations.relative_32,
                (None, 8) => self.machine.data_relocations.address_64,
                (None, _) => self.machine.data_relocations.address_32,
            };
            let relocation = Relocation {
                offset: relocation.offset as u64,
                symbol: references[index].symbol,
                addend: references[index].addend + relocation.addend,
                flags: RelocationFlags::Elf { r_type },
            };
            self.object.add_relocation(section, relocation).map_err(|reason| self.elf_error(reason))?;
        }
        self.object.set_section_data(section, contents.bytes.into_vec(), UNWIND_ALIGNMENT);
        Ok(())
    }

    fn write_attributes(&mut self) {
        let Some(attributes) = self.machine.attributes else { return };
        let AttributesSection { name, kind, contents } = attributes(self.isa);
        let section = Sections::own(&mut self.object, &SectionHeader::attributes(name, kind));
        self.object.set_section_data(section, contents, 1);
    }

    fn finish(mut self) -> Result<Vec<u8>, ObjectError> {
        if let Some(compiler) = &self.cgu.compiler {
            let section = Sections::own(&mut self.object, &SectionHeader::merged_strings(".comment"));
            // The first string is empty, as with the assembler's `.ident`.
            self.object.set_section_data(section, ["\0", compiler, "\0"].concat().into_bytes(), 1);
        }
        // Tells the linker that the code needs no executable stack.
        Sections::own(&mut self.object, &SectionHeader::unloaded(".note.GNU-stack"));
        self.object.write().map_err(|reason| self.elf_error(reason))
    }

    fn elf_error(&self, reason: object::write::Error) -> ObjectError {
        ObjectError::Elf { cgu: self.cgu.name.to_string(), reason }
    }
}

/// Returns the machine that `isa` compiles for.
fn machine(isa: &dyn TargetIsa) -> Result<&'static Machine, ObjectError> {
    let triple = isa.triple();
    machines::of(triple.architecture)
        .filter(|_| triple.binary_format == target_lexicon::BinaryFormat::Elf)
        .ok_or_else(|| ObjectError::Target { triple: triple.to_string() })
}

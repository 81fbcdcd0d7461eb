//! Writes `.eh_frame` and `.gcc_except_table`.
//!
//! 1. Every function with landing pads gets an LSDA (`lsda`).
//! 2. Every function gets an FDE. Functions with an LSDA share one CIE per personality routine, the others
//!    share a plain one.
//! 3. A CIE refers to its personality routine through a pointer `DW.ref.<name>`, which all objects of a link
//!    share, as in gcc and LLVM. So the CIE has no relocations for the dynamic linker.
//!
//! LSB Core, "Exception Frames", describes the format.

use cranelift_codegen::isa::TargetIsa;
use gimli::write::{CieId, CommonInformationEntry, EhFrame, EndianVec, FrameTable};
use gimli::{DW_EH_PE_indirect, DW_EH_PE_pcrel, DW_EH_PE_sdata4, DwEhPe, LittleEndian};
use object::write::{Comdat, Object, Relocation, Symbol, SymbolSection};
use object::{ComdatKind, RelocationFlags, SymbolFlags, SymbolKind, SymbolScope, elf};

use super::ObjectError;
use super::lsda;
use super::sections::{SectionHeader, Sections};
use super::symbols::{Reference, Symbols};
use crate::cgu::SymbolId;
use crate::compile::CompiledFunction;
use crate::dwarf::{RelocatedSection, SymbolIndex};
use crate::machine::{Form, Machine};

/// The encoding of references to code and LSDAs in `.eh_frame`.
const RELATIVE: DwEhPe = DwEhPe(DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0);

/// The encoding of references to personality routines in `.eh_frame`: the distance to a pointer.
const INDIRECT: DwEhPe = DwEhPe(DW_EH_PE_indirect.0 | RELATIVE.0);

/// Size and alignment of the pointer to a personality routine, in bytes.
const POINTER_SIZE: u64 = 8;

/// The unwind tables of a CGU, before they are put into its object.
pub(super) struct UnwindTables {
    pub(super) eh_frame: RelocatedSection,
    /// The references of the symbol indexes in `eh_frame`.
    pub(super) references: Vec<Reference>,
}

/// Builds the tables for `functions`, whose addresses are the `addresses` at the same index. Adds the LSDAs
/// and the pointers to personality routines to `object`.
///
/// # Errors
///
/// Fails if the ISA has no System V CIE, if a function with landing pads has no unwind information, or if a
/// personality routine is undefined.
pub(super) fn build<'a>(
    object: &mut Object<'a>,
    symbols: &mut Symbols<'_>,
    isa: &dyn TargetIsa,
    machine: &'static Machine,
    functions: &[&CompiledFunction],
    addresses: &[Reference],
) -> Result<UnwindTables, ObjectError> {
    let Some(mut cie) = isa.create_systemv_cie() else {
        return Err(ObjectError::Target { triple: isa.triple().to_string() });
    };
    cie.fde_address_encoding = RELATIVE;
    let mut table = FrameTable::default();
    let plain = table.add_cie(cie.clone());
    let references = addresses.to_vec();
    let mut builder = Builder { cie, plain, table, references, personalities: Vec::new() };
    let lsdas = builder.add_lsdas(object, functions)?;
    for (index, function) in functions.iter().enumerate() {
        builder.add_function(object, symbols, machine, (index, function), lsdas[index])?;
    }
    let mut eh_frame = EhFrame(RelocatedSection::default());
    builder.table.write_eh_frame(&mut eh_frame).map_err(dwarf_error)?;
    Ok(UnwindTables { eh_frame: eh_frame.0, references: builder.references })
}

struct Builder {
    /// The fields that all CIEs share.
    cie: CommonInformationEntry,
    /// The CIE of functions without landing pads.
    plain: CieId,
    table: FrameTable,
    /// References to the functions, the LSDA section, and the pointers to personality routines.
    references: Vec<Reference>,
    /// The CIEs of functions with landing pads, by personality routine.
    personalities: Vec<(SymbolId, CieId)>,
}

impl Builder {
    /// Writes the LSDAs, and returns the address of each function's LSDA, if it has one.
    fn add_lsdas(
        &mut self,
        object: &mut Object<'_>,
        functions: &[&CompiledFunction],
    ) -> Result<Vec<Option<gimli::write::Address>>, ObjectError> {
        if functions.iter().all(|function| function.call_sites.is_empty()) {
            return Ok(vec![None; functions.len()]);
        }
        let header =
            SectionHeader { name: ".gcc_except_table", kind: elf::SHT_PROGBITS, flags: elf::SHF_ALLOC };
        let section = Sections::own(object, &header);
        let symbol = SymbolIndex(self.references.len());
        self.references.push(Reference { symbol: object.section_symbol(section), addend: 0 });
        let mut bytes = EndianVec::new(LittleEndian);
        let lsdas = functions
            .iter()
            .map(|function| {
                if function.call_sites.is_empty() {
                    return Ok(None);
                }
                let offset = lsda::append(&mut bytes, &function.call_sites).map_err(dwarf_error)?;
                Ok(Some(symbol.address(offset as i64)))
            })
            .collect::<Result<Vec<_>, _>>()?;
        object.set_section_data(section, bytes.into_vec(), lsda::ALIGNMENT as u64);
        Ok(lsdas)
    }

    fn add_function(
        &mut self,
        object: &mut Object<'_>,
        symbols: &mut Symbols<'_>,
        machine: &'static Machine,
        (index, function): (usize, &CompiledFunction),
        lsda: Option<gimli::write::Address>,
    ) -> Result<(), ObjectError> {
        let Some(unwind) = &function.unwind else {
            return match lsda {
                None => Ok(()),
                Some(_) => {
                    Err(ObjectError::NoUnwindTables { symbol: symbols.name(function.symbol).to_owned() })
                }
            };
        };
        let mut fde = unwind.entry(SymbolIndex(index).address(0));
        let cie = match (lsda, function.personality) {
            (Some(lsda), Some(personality)) => {
                fde.lsda = Some(lsda);
                self.personality_cie(object, symbols, machine, personality)?
            }
            _ => self.plain,
        };
        self.table.add_fde(cie, fde);
        Ok(())
    }

    /// Returns the CIE of functions with this personality routine.
    fn personality_cie(
        &mut self,
        object: &mut Object<'_>,
        symbols: &mut Symbols<'_>,
        machine: &'static Machine,
        id: SymbolId,
    ) -> Result<CieId, ObjectError> {
        if let Some(&(_, cie)) = self.personalities.iter().find(|(known, _)| *known == id) {
            return Ok(cie);
        }
        let pointer = SymbolIndex(self.references.len());
        self.references.push(add_personality_pointer(object, symbols, machine, id)?);
        let mut cie = self.cie.clone();
        cie.personality = Some((INDIRECT, pointer.address(0)));
        cie.lsda_encoding = Some(RELATIVE);
        let cie = self.table.add_cie(cie);
        self.personalities.push((id, cie));
        Ok(cie)
    }
}

/// Adds `DW.ref.<name>`, a hidden weak pointer in a section group, so that a link keeps one.
fn add_personality_pointer(
    object: &mut Object<'_>,
    symbols: &mut Symbols<'_>,
    machine: &'static Machine,
    id: SymbolId,
) -> Result<Reference, ObjectError> {
    let name = format!("DW.ref.{}", symbols.name(id));
    let section_name = format!(".data.{name}");
    let flags = elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_GROUP;
    let header = SectionHeader { name: &section_name, kind: elf::SHT_PROGBITS, flags };
    let section = Sections::own(object, &header);
    object.set_section_data(section, vec![0; POINTER_SIZE as usize], POINTER_SIZE);
    let pointer = object.add_symbol(Symbol {
        name: name.into_bytes(),
        value: 0,
        size: POINTER_SIZE,
        kind: SymbolKind::Unknown,
        scope: SymbolScope::Dynamic,
        weak: true,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::Elf {
            st_info: (elf::STB_WEAK << 4) | elf::STT_OBJECT,
            st_other: elf::STV_HIDDEN,
        },
    });
    object.add_comdat(Comdat { kind: ComdatKind::Any, symbol: pointer, sections: vec![section] });
    let routine = symbols.reference(object, id, Form::Entry)?;
    object
        .add_relocation(
            section,
            Relocation {
                offset: 0,
                symbol: routine.symbol,
                addend: routine.addend,
                flags: RelocationFlags::Elf { r_type: machine.data_relocations.address_64 },
            },
        )
        .map_err(|reason| ObjectError::Elf { cgu: symbols.name(id).to_owned(), reason })?;
    Ok(Reference { symbol: pointer, addend: 0 })
}

fn dwarf_error(reason: gimli::write::Error) -> ObjectError {
    ObjectError::Dwarf { cgu: ".eh_frame".to_owned(), reason }
}

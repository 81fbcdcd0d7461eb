//! Debug sections: those of the object, and those that the linker does not see.
//!
//! 1. Functions and statics get the addresses that [`crate::dwarf`] refers to by number.
//! 2. Its sections are put into the object with their relocations; those of a split unit are put beside them,
//!    marked for the linker to leave out, or into a file of their own (`.dwo`).
//! 3. On the way each section is compressed, if that is asked for and makes it smaller.

use std::collections::HashMap;
use std::io::Write as _;

use gimli::write::RelocationTarget;
use object::write::{Object, Relocation, SectionId};
use object::{BinaryFormat, Endianness, FileFlags, RelocationFlags, SectionFlags, elf};

use super::ObjectError;
use super::sections::{SectionHeader, Sections};
use super::symbols::{Reference, Symbols};
use crate::cgu::{DebugCompression, SealedCgu, SplitPlace, UnitDebugInfo};
use crate::compile::CompiledFunction;
use crate::dwarf::{self, DebugSections, FrameBase, PlacedStatic, RelocatedSection, SymbolIndex, UnitCode};
use crate::machine::{Form, Machine};

/// What an address in debug information is relative to.
#[derive(Clone, Copy)]
struct Target {
    reference: Reference,
    is_thread_local: bool,
}

/// Alignment of a compressed section, which its header wants.
const COMPRESSED_ALIGNMENT: u64 = 8;

/// Writes the debug information of `cgu` into `object`. `addresses` are those of `functions`. The result is
/// the file with what the linker does not see, if the CGU is split and that is not in the object.
pub(super) fn write(
    object: &mut Object<'_>,
    symbols: &mut Symbols<'_>,
    machine: &'static Machine,
    cgu: &SealedCgu,
    functions: &[&CompiledFunction],
    addresses: &[Reference],
) -> Result<Option<Vec<u8>>, ObjectError> {
    let Some(debug_info) = &cgu.debug_info else { return Ok(None) };
    let mut targets: Vec<Target> =
        addresses.iter().map(|&reference| Target { reference, is_thread_local: false }).collect();
    let statics = place_statics(object, symbols, machine, debug_info, &mut targets)?;
    let functions = describe_functions(machine, functions);
    let code = UnitCode { functions: &functions, statics: &statics };
    if functions.is_empty() && statics.is_empty() {
        return Ok(None);
    }
    let output = dwarf::describe_unit(debug_info, cgu.positions.as_deref(), code)
        .map_err(|reason| ObjectError::Dwarf { cgu: cgu.name.to_string(), reason })?;
    let elf_error = |reason| ObjectError::Elf { cgu: cgu.name.to_string(), reason };
    let compression = debug_info.compression;
    add_linked(object, machine, output.object, &targets, compression).map_err(elf_error)?;
    match debug_info.split.as_ref().map(|split| split.place) {
        None => Ok(None),
        Some(SplitPlace::Object) => {
            add_split(object, output.split, compression);
            Ok(None)
        }
        Some(SplitPlace::File) => {
            let mut file = Object::new(BinaryFormat::Elf, machine.architecture, Endianness::Little);
            file.flags =
                FileFlags::Elf { os_abi: elf::ELFOSABI_NONE, abi_version: 0, e_flags: machine.file_flags };
            add_split(&mut file, output.split, compression);
            file.write().map(Some).map_err(elf_error)
        }
    }
}

/// The statics that are in this object. Their targets follow those of the functions.
fn place_statics<'a>(
    object: &mut Object<'_>,
    symbols: &mut Symbols<'_>,
    machine: &'static Machine,
    debug_info: &'a UnitDebugInfo,
    targets: &mut Vec<Target>,
) -> Result<Vec<PlacedStatic<'a>>, ObjectError> {
    let mut statics = Vec::new();
    for description in &debug_info.description.statics {
        if symbols.place_of(description.symbol).is_none() {
            continue;
        }
        let is_thread_local = description.is_thread_local;
        let mut symbol = None;
        if !is_thread_local || machine.data_relocations.thread_local_offset_64.is_some() {
            let form = if is_thread_local { Form::Entry } else { Form::Address };
            let reference = symbols.reference(object, description.symbol, form)?;
            symbol = Some(SymbolIndex(targets.len()));
            targets.push(Target { reference, is_thread_local });
        }
        statics.push(PlacedStatic { description, symbol });
    }
    Ok(statics)
}

/// Functions that are not described are left out.
fn describe_functions<'a>(
    machine: &'static Machine,
    functions: &[&'a CompiledFunction],
) -> Vec<dwarf::DescribedFunction<'a>> {
    let frame_base = FrameBase::Register(machine.frame_pointer);
    let describe = |(index, function): (usize, &&'a CompiledFunction)| {
        Some(dwarf::DescribedFunction {
            symbol: SymbolIndex(index),
            size: function.code.len() as u32,
            description: function.description.as_deref()?,
            source_ranges: &function.source_ranges,
            frame: function.frame.as_ref(),
            values: &function.values,
            frame_base,
        })
    };
    functions.iter().enumerate().filter_map(describe).collect()
}

/// Sections with relocations, to `targets` and to each other.
fn add_linked(
    object: &mut Object<'_>,
    machine: &'static Machine,
    contents: DebugSections,
    targets: &[Target],
    compression: Option<DebugCompression>,
) -> object::write::Result<()> {
    let mut sections = HashMap::new();
    for (id, _) in &contents {
        let header = if id.is_string() {
            SectionHeader::merged_strings(id.name())
        } else {
            SectionHeader::unloaded(id.name())
        };
        sections.insert(*id, Sections::own(object, &header));
    }
    for (id, contents) in contents {
        for relocation in &contents.relocations {
            let (target, r_type) = match (relocation.target, relocation.size) {
                (RelocationTarget::Symbol(index), _) => {
                    let target = targets[index];
                    let offset_type =
                        machine.data_relocations.thread_local_offset_64.filter(|_| target.is_thread_local);
                    (target.reference, offset_type.unwrap_or(machine.data_relocations.address_64))
                }
                (RelocationTarget::Section(id), _) => {
                    let symbol = object.section_symbol(sections[&id]);
                    (Reference { symbol, addend: 0 }, machine.data_relocations.address_32)
                }
            };
            let relocation = Relocation {
                offset: relocation.offset as u64,
                symbol: target.symbol,
                addend: target.addend + relocation.addend,
                flags: RelocationFlags::Elf { r_type },
            };
            object.add_relocation(sections[&id], relocation)?;
        }
        fill(object, sections[&id], contents, compression);
    }
    Ok(())
}

/// Sections that the linker leaves out; they have no relocations.
fn add_split(object: &mut Object<'_>, contents: DebugSections, compression: Option<DebugCompression>) {
    for (id, contents) in contents {
        debug_assert!(contents.relocations.is_empty());
        let name = id.dwo_name().expect("a section of split DWARF");
        let mut header =
            if id.is_string() { SectionHeader::merged_strings(name) } else { SectionHeader::unloaded(name) };
        header.flags |= elf::SHF_EXCLUDE;
        let section = Sections::own(object, &header);
        fill(object, section, contents, compression);
    }
}

/// Relocations stay as they are: they are about the contents before compression.
fn fill(
    object: &mut Object<'_>,
    section: SectionId,
    contents: RelocatedSection,
    compression: Option<DebugCompression>,
) {
    let bytes = contents.bytes.into_vec();
    let compressed = compression.map(|compression| compressed(&bytes, compression));
    match compressed.filter(|compressed| compressed.len() < bytes.len()) {
        Some(compressed) => {
            let section = object.section_mut(section);
            if let SectionFlags::Elf { sh_flags } = &mut section.flags {
                *sh_flags |= u64::from(elf::SHF_COMPRESSED);
            }
            section.set_data(compressed, COMPRESSED_ALIGNMENT);
        }
        None => object.set_section_data(section, bytes, 1),
    }
}

/// ELF gABI, "Section Compression": a header, then the compressed contents.
fn compressed(bytes: &[u8], compression: DebugCompression) -> Vec<u8> {
    let kind = match compression {
        DebugCompression::Zlib => elf::ELFCOMPRESS_ZLIB,
        DebugCompression::Zstd => elf::ELFCOMPRESS_ZSTD,
    };
    let mut result = Vec::new();
    result.extend_from_slice(&kind.to_le_bytes());
    result.extend_from_slice(&[0; 4]);
    result.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    // Alignment of the contents.
    result.extend_from_slice(&1u64.to_le_bytes());
    match compression {
        DebugCompression::Zlib => {
            let mut encoder = flate2::write::ZlibEncoder::new(result, flate2::Compression::fast());
            encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory is always written")
        }
        DebugCompression::Zstd => {
            let level = ruzstd::encoding::CompressionLevel::Fastest;
            result.extend_from_slice(&ruzstd::encoding::compress_to_vec(bytes, level));
            result
        }
    }
}

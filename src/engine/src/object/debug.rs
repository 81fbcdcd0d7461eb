//! Adds debug sections to the object, or to a `.dwo` file.
//!
//! 1. Functions and statics get the addresses to which [`crate::dwarf`] refers by number.
//! 2. Sections are added to the object with their relocations. Those of a split unit are added to the object
//!    with a flag that makes the linker drop them, or to a second file (`.dwo`).
//! 3. Sections are compressed, if the session enables it and it makes them smaller.

use std::collections::HashMap;
use std::io::Write as _;

use gimli::write::RelocationTarget;
use object::write::{Object, Relocation, SectionId};
use object::{BinaryFormat, Endianness, FileFlags, RelocationFlags, SectionFlags, elf};

use super::ObjectError;
use super::sections::{SectionHeader, Sections};
use super::symbols::{Reference, Symbols};
use crate::cgu::{DebugCompression, SealedCgu, SplitPlace, SymbolId, UnitDebugInfo};
use crate::compile::CompiledFunction;
use crate::dwarf::{self, DebugSections, FrameBase, PlacedStatic, RelocatedSection, SymbolIndex, UnitCode};
use crate::machine::{Form, Machine, ThreadLocalOffset};

/// What an address in debug information is relative to.
#[derive(Clone, Copy)]
struct Target {
    /// The relocation.
    added: (Reference, u32),
    /// A second relocation at the same place, which subtracts.
    subtracted: Option<(Reference, u32)>,
}

impl Target {
    /// The address of a function, or of a static that is not thread-local.
    fn address(machine: &Machine, reference: Reference) -> Target {
        Target { added: (reference, machine.data_relocations.address_64), subtracted: None }
    }
}

/// Alignment of a compressed section in bytes, which its header needs.
const COMPRESSED_ALIGNMENT: u64 = 8;

/// Writes the debug information of `cgu` into `object`. `addresses` are those of `functions`. Returns the
/// `.dwo` file, if the CGU's debug information is split into one.
///
/// # Errors
///
/// Fails if a static is undefined, or if the limits of DWARF or ELF are exceeded.
pub(super) fn write(
    object: &mut Object<'_>,
    symbols: &mut Symbols<'_>,
    machine: &'static Machine,
    cgu: &SealedCgu,
    functions: &[&CompiledFunction],
    addresses: &[Reference],
) -> Result<Option<Vec<u8>>, ObjectError> {
    let Some(debug_info) = &cgu.debug_info else { return Ok(None) };
    let address = |&reference| Target::address(machine, reference);
    let mut targets: Vec<Target> = addresses.iter().map(address).collect();
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
            let FileFlags::Elf { e_flags, .. } = object.flags else { unreachable!("the object is ELF") };
            file.flags = FileFlags::Elf { os_abi: elf::ELFOSABI_NONE, abi_version: 0, e_flags };
            add_split(&mut file, output.split, compression);
            file.write().map(Some).map_err(elf_error)
        }
    }
}

/// Returns the statics that this object defines. Appends their targets to `targets`, after those of the
/// functions.
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
        let offset = machine.data_relocations.thread_local_offset_64;
        let target = match (description.is_thread_local, offset) {
            (false, _) => {
                let reference = symbols.reference(object, description.symbol, Form::Address)?;
                Some(Target::address(machine, reference))
            }
            (true, Some(offset)) => Some(thread_local(object, symbols, description.symbol, offset)?),
            (true, None) => None,
        };
        statics.push(PlacedStatic { description, symbol: target.map(|_| SymbolIndex(targets.len())) });
        targets.extend(target);
    }
    Ok(statics)
}

/// Returns the target for the offset of a thread-local.
fn thread_local(
    object: &mut Object<'_>,
    symbols: &mut Symbols<'_>,
    symbol: SymbolId,
    offset: ThreadLocalOffset,
) -> Result<Target, ObjectError> {
    let added = (symbols.reference(object, symbol, Form::Entry)?, offset.elf_type);
    let subtracted = match offset.base {
        Some(base) => Some((symbols.defined_by_linkers(object, base.symbol)?, base.elf_type)),
        None => None,
    };
    Ok(Target { added, subtracted })
}

/// Returns the functions that have a description.
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

/// Adds sections with relocations, which refer to `targets` and to each other.
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
            let Target { added, subtracted } = match relocation.target {
                RelocationTarget::Symbol(index) => targets[index],
                RelocationTarget::Section(id) => {
                    let symbol = object.section_symbol(sections[&id]);
                    let reference = Reference { symbol, addend: 0 };
                    Target { added: (reference, machine.data_relocations.address_32), subtracted: None }
                }
            };
            let parts = [Some((added, relocation.addend)), subtracted.map(|part| (part, 0))];
            for ((target, r_type), addend) in parts.into_iter().flatten() {
                let relocation = Relocation {
                    offset: relocation.offset as u64,
                    symbol: target.symbol,
                    addend: target.addend + addend,
                    flags: RelocationFlags::Elf { r_type },
                };
                object.add_relocation(sections[&id], relocation)?;
            }
        }
        fill(object, sections[&id], contents, compression);
    }
    Ok(())
}

/// Adds sections that the linker drops. They have no relocations.
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

/// Sets the contents of a section. Relocations stay unchanged, because they refer to the uncompressed
/// contents.
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

/// Returns a header and the compressed contents (ELF gABI, "Section Compression").
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

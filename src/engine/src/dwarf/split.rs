//! Writes split DWARF: a skeleton unit for the linker, and the rest in sections that the linker does not
//! process (DWARF 5 sections 3.1.2 and 3.1.3; before DWARF 5, a GNU extension).
//!
//! These other sections do not depend on addresses: addresses are in the object's `.debug_addr`, lines and
//! files in its `.debug_line`. They need no relocations, so a `.dwo` file is final when it is written.

use std::hash::{DefaultHasher, Hasher};

use gimli::SectionId;
use gimli::write::Result;

use super::addresses::ADDRESSES_BASE;
use super::entries::{Attributes, Children, EntryWriter, FinishedEntries, UnitHeader, Value};
use super::location_lists::WithoutLists;
use super::ranges::{LISTS_BASE, RangeLists};
use super::strings::{OffsetsTable, Strings};
use super::unit::{
    UnitRanges, UnitWriter, finish_lines, push_address_ranges, ranges_attributes, without_empty,
};
use super::{DebugOutput, DebugSections};

/// Adds the name of the split part, which both units contain. Before DWARF 5, their common identifier is an
/// attribute as well.
pub(super) fn push_identity(attributes: &mut Attributes<'_>, name: Value<'static>, version: u16) {
    if version >= 5 {
        attributes.push((gimli::DW_AT_dwo_name, name));
    } else {
        attributes.push((gimli::DW_AT_GNU_dwo_name, name));
        attributes.push((gimli::DW_AT_GNU_dwo_id, Value::Data8(0)));
    }
}

/// Finishes a split unit after its entries were written. Before DWARF 5, `unit_ranges` are the skeleton's
/// ranges.
pub(super) fn finish(mut writer: UnitWriter<'_>, unit_ranges: UnitRanges) -> Result<DebugOutput> {
    let version = writer.unit.version;
    let mut strings = Strings::default();
    let mut skeleton_lists = RangeLists::new(version);
    let unit_ranges = match version {
        5.. => ranges_attributes(&writer.code, &mut skeleton_lists, &mut writer.addresses)?,
        _ => unit_ranges,
    };
    let mut skeleton = skeleton(&writer, unit_ranges, &mut strings)?;
    let mut entries = writer.entries.finish()?;
    let mut split = DebugSections::new();
    // The lists of DWARF 5 refer to addresses by number. Older ones contain addresses, which the linker
    // relocates.
    let lists = match version {
        5.. => {
            split.push(writer.range_lists.finish()?);
            skeleton_lists.finish()?
        }
        _ => writer.range_lists.finish()?,
    };
    split.push(writer.location_lists.finish(WithoutLists::Nothing)?);
    split.push((SectionId::DebugStrOffsets, writer.strings.offsets_table(version, OffsetsTable::Fixed)?));
    split.push((SectionId::DebugStr, writer.strings.finish()));
    let identifier = identifier(&entries, &split);
    entries.set_identifier(identifier)?;
    skeleton.set_identifier(identifier)?;
    split.insert(0, (SectionId::DebugInfo, entries.info));
    split.insert(0, (SectionId::DebugAbbrev, entries.abbreviations));
    let mut object = vec![
        (SectionId::DebugAbbrev, skeleton.abbreviations),
        (SectionId::DebugInfo, skeleton.info),
        lists,
        (SectionId::DebugStr, strings.finish()),
        (SectionId::DebugAddr, writer.addresses.finish(version)?),
    ];
    push_address_ranges(writer.unit, &writer.code, &mut object)?;
    finish_lines(writer.unit, writer.resolver, writer.lines, &writer.files, &mut object)?;
    Ok(DebugOutput { object: without_empty(object), split: without_empty(split) })
}

/// Writes the unit that the linker processes.
fn skeleton(
    writer: &UnitWriter<'_>,
    unit_ranges: UnitRanges,
    strings: &mut Strings,
) -> Result<FinishedEntries> {
    let unit = writer.unit;
    let version = unit.version;
    let mut entries = EntryWriter::new(version, UnitHeader::Skeleton)?;
    let mut attributes = Attributes::new();
    if writer.resolver.is_some() {
        attributes.push((gimli::DW_AT_stmt_list, Value::SectionOffset(SectionId::DebugLine, 0)));
    }
    let directory = strings.offset(&unit.compilation_directory)?;
    attributes.push((gimli::DW_AT_comp_dir, Value::StringOffset(directory)));
    let name = unit.split.as_ref().map_or("", |split| &split.name);
    push_identity(&mut attributes, Value::StringOffset(strings.offset(name)?), version);
    let has_code = !unit_ranges.is_empty();
    attributes.extend(unit_ranges);
    if !writer.addresses.is_empty() {
        let (name, base) = match version {
            5.. => (gimli::DW_AT_addr_base, ADDRESSES_BASE),
            _ => (gimli::DW_AT_GNU_addr_base, 0),
        };
        attributes.push((name, Value::SectionOffset(SectionId::DebugAddr, base)));
    }
    if has_code {
        let (name, section, base) = match version {
            5.. => (gimli::DW_AT_rnglists_base, SectionId::DebugRngLists, LISTS_BASE),
            _ => (gimli::DW_AT_GNU_ranges_base, SectionId::DebugRanges, 0),
        };
        attributes.push((name, Value::SectionOffset(section, base)));
    }
    let tag = match version {
        5.. => gimli::DW_TAG_skeleton_unit,
        _ => gimli::DW_TAG_compile_unit,
    };
    entries.open(tag, Children::No, &attributes)?;
    entries.finish()
}

/// Returns the identifier by which a debugger matches a skeleton and its `.dwo` file: a hash of the file's
/// contents.
fn identifier(entries: &FinishedEntries, split: &DebugSections) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(entries.info.bytes.slice());
    for (_, section) in split {
        hasher.write(section.bytes.slice());
    }
    hasher.finish()
}

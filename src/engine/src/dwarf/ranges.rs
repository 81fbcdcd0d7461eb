//! The list of address ranges that a unit covers: `.debug_rnglists` (DWARF 5 section 7.25) or `.debug_ranges`
//! (DWARF 4 section 2.17.3).

use gimli::write::{Result, Writer};
use gimli::{DW_RLE_end_of_list, DW_RLE_start_length, Format, SectionId};

use super::entries::ADDRESS_SIZE;
use super::{RelocatedSection, SymbolIndex};

/// Writes one list and returns its section and its offset there. Addresses are absolute: the unit's base is 0.
pub fn write(version: u16, ranges: &[(SymbolIndex, u32)]) -> Result<(SectionId, u32, RelocatedSection)> {
    if version >= 5 { write_version_5(ranges) } else { write_version_4(ranges) }
}

fn write_version_5(ranges: &[(SymbolIndex, u32)]) -> Result<(SectionId, u32, RelocatedSection)> {
    let mut section = RelocatedSection::default();
    let length_offset = section.write_initial_length(Format::Dwarf32)?;
    let start = section.len();
    section.write_u16(5)?;
    section.write_u8(ADDRESS_SIZE)?;
    // No segment selectors, no table of offsets.
    section.write_u8(0)?;
    section.write_u32(0)?;
    let list = section.len() as u32;
    for &(symbol, size) in ranges {
        section.write_u8(DW_RLE_start_length.0)?;
        section.write_address(symbol.address(0), ADDRESS_SIZE)?;
        section.write_uleb128(u64::from(size))?;
    }
    section.write_u8(DW_RLE_end_of_list.0)?;
    let length = (section.len() - start) as u64;
    section.write_initial_length_at(length_offset, length, Format::Dwarf32)?;
    Ok((SectionId::DebugRngLists, list, section))
}

fn write_version_4(ranges: &[(SymbolIndex, u32)]) -> Result<(SectionId, u32, RelocatedSection)> {
    let mut section = RelocatedSection::default();
    for &(symbol, size) in ranges {
        section.write_address(symbol.address(0), ADDRESS_SIZE)?;
        section.write_address(symbol.address(i64::from(size)), ADDRESS_SIZE)?;
    }
    section.write_u64(0)?;
    section.write_u64(0)?;
    Ok((SectionId::DebugRanges, 0, section))
}

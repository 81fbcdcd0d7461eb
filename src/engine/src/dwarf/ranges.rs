//! Writes lists of address ranges: `.debug_rnglists` (DWARF 5 section 7.25) or `.debug_ranges` (DWARF 4
//! section 2.17.3).
//!
//! The lists of DWARF 5 contain no addresses; those are in `.debug_addr`. The linker has nothing to relocate
//! there.

use gimli::write::{Result, Writer};
use gimli::{
    DW_RLE_base_addressx, DW_RLE_end_of_list, DW_RLE_offset_pair, DW_RLE_startx_length, Format, SectionId,
};

use super::addresses::Addresses;
use super::entries::{ADDRESS_SIZE, Value};
use super::scopes::CodeRange;
use super::{RelocatedSection, SymbolIndex};

/// The offset of the table of offsets in `.debug_rnglists` and `.debug_loclists`, which is the base of list
/// numbers and offsets.
pub const LISTS_BASE: u32 = 12;

/// How the offsets of DWARF 4's lists are resolved. DWARF 5 numbers its lists instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListOffsets {
    /// By a relocation.
    Linked,
    /// Relative to `DW_AT_GNU_ranges_base`.
    FromBase,
}

/// The lists under construction.
pub enum RangeLists {
    Version4 { section: RelocatedSection },
    Version5 { lists: RelocatedSection, offsets: Vec<u32> },
}

impl RangeLists {
    pub fn new(version: u16) -> Self {
        if version >= 5 {
            RangeLists::Version5 { lists: RelocatedSection::default(), offsets: Vec::new() }
        } else {
            RangeLists::Version4 { section: RelocatedSection::default() }
        }
    }

    /// Adds a list of whole functions with their sizes in bytes, and returns the value of `DW_AT_ranges`.
    pub fn functions(
        &mut self,
        functions: impl Iterator<Item = (SymbolIndex, u32)>,
        addresses: &mut Addresses,
    ) -> Result<Value<'static>> {
        match self {
            RangeLists::Version4 { section } => {
                let list = section.len() as u32;
                for (symbol, size) in functions {
                    section.write_address(symbol.address(0), ADDRESS_SIZE)?;
                    section.write_address(symbol.address(i64::from(size)), ADDRESS_SIZE)?;
                }
                end_version_4(section)?;
                Ok(Value::SectionOffset(SectionId::DebugRanges, list))
            }
            RangeLists::Version5 { lists, offsets } => {
                offsets.push(lists.len() as u32);
                for (symbol, size) in functions {
                    lists.write_u8(DW_RLE_startx_length.0)?;
                    lists.write_uleb128(u64::from(addresses.number(symbol, 0)))?;
                    lists.write_uleb128(u64::from(size))?;
                }
                lists.write_u8(DW_RLE_end_of_list.0)?;
                Ok(Value::RangeListIndex(offsets.len() as u32 - 1))
            }
        }
    }

    /// Adds a list of ranges in one function, and returns the value of `DW_AT_ranges`.
    pub fn pieces(
        &mut self,
        symbol: SymbolIndex,
        ranges: &[CodeRange],
        addresses: &mut Addresses,
        list_offsets: ListOffsets,
    ) -> Result<Value<'static>> {
        match self {
            RangeLists::Version4 { section } => {
                let list = section.len() as u32;
                // The ranges are relative to the function's address.
                section.write_u64(u64::MAX)?;
                section.write_address(symbol.address(0), ADDRESS_SIZE)?;
                for range in ranges {
                    section.write_u64(u64::from(range.start))?;
                    section.write_u64(u64::from(range.end))?;
                }
                end_version_4(section)?;
                Ok(match list_offsets {
                    ListOffsets::Linked => Value::SectionOffset(SectionId::DebugRanges, list),
                    ListOffsets::FromBase => Value::FixedOffset(list),
                })
            }
            RangeLists::Version5 { lists, offsets } => {
                offsets.push(lists.len() as u32);
                lists.write_u8(DW_RLE_base_addressx.0)?;
                lists.write_uleb128(u64::from(addresses.number(symbol, 0)))?;
                for range in ranges {
                    lists.write_u8(DW_RLE_offset_pair.0)?;
                    lists.write_uleb128(u64::from(range.start))?;
                    lists.write_uleb128(u64::from(range.end))?;
                }
                lists.write_u8(DW_RLE_end_of_list.0)?;
                Ok(Value::RangeListIndex(offsets.len() as u32 - 1))
            }
        }
    }

    pub fn finish(self) -> Result<(SectionId, RelocatedSection)> {
        let (lists, offsets) = match self {
            RangeLists::Version4 { section } => return Ok((SectionId::DebugRanges, section)),
            RangeLists::Version5 { lists, offsets } => (lists, offsets),
        };
        let section =
            if offsets.is_empty() { RelocatedSection::default() } else { numbered_lists(&lists, &offsets)? };
        Ok((SectionId::DebugRngLists, section))
    }
}

/// Writes a section of numbered lists: a header, the offset of each list, the lists (DWARF 5 sections 7.28
/// and 7.29).
pub(super) fn numbered_lists(lists: &RelocatedSection, offsets: &[u32]) -> Result<RelocatedSection> {
    let mut section = RelocatedSection::default();
    let length_offset = section.write_initial_length(Format::Dwarf32)?;
    let start = section.len();
    section.write_u16(5)?;
    section.write_u8(ADDRESS_SIZE)?;
    // No segment selectors.
    section.write_u8(0)?;
    section.write_u32(offsets.len() as u32)?;
    debug_assert_eq!(section.len(), LISTS_BASE as usize);
    let table_size = 4 * offsets.len() as u32;
    for offset in offsets {
        section.write_u32(table_size + offset)?;
    }
    section.write(lists.bytes.slice())?;
    let length = (section.len() - start) as u64;
    section.write_initial_length_at(length_offset, length, Format::Dwarf32)?;
    Ok(section)
}

fn end_version_4(section: &mut RelocatedSection) -> Result<()> {
    section.write_u64(0)?;
    section.write_u64(0)
}

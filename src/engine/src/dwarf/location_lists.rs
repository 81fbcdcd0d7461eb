//! Writes location lists, which say where a variable is in which code: `.debug_loclists` (DWARF 5 section
//! 7.29) or `.debug_loc` (DWARF 4 section 2.6.2; in split DWARF, a GNU extension).
//!
//! Like range lists, the lists of DWARF 5 contain no addresses, and neither do those of a split unit. The
//! linker has nothing to relocate there.

use gimli::write::{Result, Writer};
use gimli::{DW_LLE_base_addressx, DW_LLE_end_of_list, DW_LLE_offset_pair, DW_LLE_startx_length, SectionId};

use super::addresses::Addresses;
use super::entries::{ADDRESS_SIZE, Value};
use super::ranges::numbered_lists;
use super::scopes::CodeRange;
use super::unit::Dialect;
use super::{RelocatedSection, SymbolIndex};

/// The contents of a section without lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WithoutLists {
    Nothing,
    /// For a section that the unit's entry refers to.
    Header,
}

/// The lists under construction.
pub enum LocationLists {
    Version4 { section: RelocatedSection },
    SplitVersion4 { section: RelocatedSection },
    Version5 { lists: RelocatedSection, offsets: Vec<u32> },
}

impl LocationLists {
    pub(super) fn new(dialect: Dialect) -> Self {
        let section = RelocatedSection::default();
        match dialect {
            Dialect { version: 5.., .. } => LocationLists::Version5 { lists: section, offsets: Vec::new() },
            Dialect { is_split: true, .. } => LocationLists::SplitVersion4 { section },
            Dialect { is_split: false, .. } => LocationLists::Version4 { section },
        }
    }

    /// Adds a list of expressions, each with a range of the function `symbol`, and returns the value of
    /// `DW_AT_location`.
    pub fn add<'e>(
        &mut self,
        symbol: SymbolIndex,
        expressions: impl Iterator<Item = (CodeRange, &'e [u8])>,
        addresses: &mut Addresses,
    ) -> Result<Value<'static>> {
        match self {
            LocationLists::Version4 { section } => {
                let list = section.len() as u32;
                // The ranges are relative to the function's address.
                section.write_u64(u64::MAX)?;
                section.write_address(symbol.address(0), ADDRESS_SIZE)?;
                for (range, expression) in expressions {
                    section.write_u64(u64::from(range.start))?;
                    section.write_u64(u64::from(range.end))?;
                    write_version_4(section, expression)?;
                }
                section.write_u64(0)?;
                section.write_u64(0)?;
                Ok(Value::SectionOffset(SectionId::DebugLoc, list))
            }
            LocationLists::SplitVersion4 { section } => {
                let list = section.len() as u32;
                for (range, expression) in expressions {
                    // This is `DW_LLE_GNU_start_length_entry`, with a length of fixed size.
                    section.write_u8(DW_LLE_startx_length.0)?;
                    section.write_uleb128(u64::from(addresses.number(symbol, i64::from(range.start))))?;
                    section.write_u32(range.end - range.start)?;
                    write_version_4(section, expression)?;
                }
                section.write_u8(DW_LLE_end_of_list.0)?;
                Ok(Value::FixedOffset(list))
            }
            LocationLists::Version5 { lists, offsets } => {
                offsets.push(lists.len() as u32);
                lists.write_u8(DW_LLE_base_addressx.0)?;
                lists.write_uleb128(u64::from(addresses.number(symbol, 0)))?;
                for (range, expression) in expressions {
                    lists.write_u8(DW_LLE_offset_pair.0)?;
                    lists.write_uleb128(u64::from(range.start))?;
                    lists.write_uleb128(u64::from(range.end))?;
                    lists.write_uleb128(expression.len() as u64)?;
                    lists.write(expression)?;
                }
                lists.write_u8(DW_LLE_end_of_list.0)?;
                Ok(Value::LocationListIndex(offsets.len() as u32 - 1))
            }
        }
    }

    /// Returns the section.
    pub fn finish(self, without_lists: WithoutLists) -> Result<(SectionId, RelocatedSection)> {
        Ok(match self {
            LocationLists::Version4 { section } | LocationLists::SplitVersion4 { section } => {
                (SectionId::DebugLoc, section)
            }
            LocationLists::Version5 { lists, offsets } => {
                let section = if without_lists == WithoutLists::Nothing && offsets.is_empty() {
                    RelocatedSection::default()
                } else {
                    numbered_lists(&lists, &offsets)?
                };
                (SectionId::DebugLocLists, section)
            }
        })
    }
}

fn write_version_4(section: &mut RelocatedSection, expression: &[u8]) -> Result<()> {
    let length = u16::try_from(expression.len()).map_err(|_| gimli::write::Error::ValueTooLarge)?;
    section.write_u16(length)?;
    section.write(expression)
}

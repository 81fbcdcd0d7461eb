//! Writes `.debug_aranges`, the address ranges of the unit's code (DWARF 5 section 6.1.2).
//!
//! The unit's entry already has these ranges. But without this table, gdb also takes the addresses of statics
//! for code, and then reports missing code when it prints a pointer to a vtable. Therefore units with statics
//! have the table, and it lists functions only.

use gimli::write::{Result, Writer};
use gimli::{Format, SectionId};

use super::entries::ADDRESS_SIZE;
use super::{DescribedFunction, RelocatedSection};

/// The version of the table's format, which is the same in DWARF 2 to 5.
const VERSION: u16 = 2;

pub fn write(functions: &[DescribedFunction<'_>]) -> Result<RelocatedSection> {
    let mut section = RelocatedSection::default();
    let length_offset = section.write_initial_length(Format::Dwarf32)?;
    let start = section.len();
    section.write_u16(VERSION)?;
    section.write_offset(0, SectionId::DebugInfo, 4)?;
    section.write_u8(ADDRESS_SIZE)?;
    // No segment selectors.
    section.write_u8(0)?;
    // Pairs are aligned to their own size.
    let pair_size = 2 * usize::from(ADDRESS_SIZE);
    let padding = section.len().next_multiple_of(pair_size) - section.len();
    section.write(&[0; 16][..padding])?;
    for function in functions {
        section.write_address(function.symbol.address(0), ADDRESS_SIZE)?;
        section.write_u64(u64::from(function.size))?;
    }
    section.write_u64(0)?;
    section.write_u64(0)?;
    let length = (section.len() - start) as u64;
    section.write_initial_length_at(length_offset, length, Format::Dwarf32)?;
    Ok(section)
}

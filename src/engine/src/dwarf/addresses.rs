//! Writes `.debug_addr`, the table of addresses that are referred to by number (DWARF 5 section 7.27; before
//! DWARF 5, a GNU extension for split DWARF, without a header).

use super::FastMap;
use gimli::Format;
use gimli::write::{Result, Writer};

use super::entries::ADDRESS_SIZE;
use super::{RelocatedSection, SymbolIndex};

/// Offset of the first entry in DWARF 5.
pub const ADDRESSES_BASE: u32 = 8;

/// The table under construction.
#[derive(Default)]
pub struct Addresses {
    numbers: FastMap<(SymbolIndex, i64), u32>,
    addresses: Vec<(SymbolIndex, i64)>,
}

impl Addresses {
    /// Returns the number of the address `addend` bytes after `symbol`.
    pub fn number(&mut self, symbol: SymbolIndex, addend: i64) -> u32 {
        *self.numbers.entry((symbol, addend)).or_insert_with(|| {
            self.addresses.push((symbol, addend));
            self.addresses.len() as u32 - 1
        })
    }

    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    pub fn finish(self, version: u16) -> Result<RelocatedSection> {
        let mut section = RelocatedSection::default();
        if self.addresses.is_empty() {
            return Ok(section);
        }
        if version >= 5 {
            let length_offset = section.write_initial_length(Format::Dwarf32)?;
            section.write_u16(version)?;
            section.write_u8(ADDRESS_SIZE)?;
            // No segment selectors.
            section.write_u8(0)?;
            let length = 4 + u64::from(ADDRESS_SIZE) * self.addresses.len() as u64;
            section.write_initial_length_at(length_offset, length, Format::Dwarf32)?;
        }
        for (symbol, addend) in self.addresses {
            section.write_address(symbol.address(addend), ADDRESS_SIZE)?;
        }
        Ok(section)
    }
}

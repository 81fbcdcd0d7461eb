//! Writes string sections. Each string is stored once; entries refer to it by offset, or by its number in a
//! table of offsets.

use super::FastMap;
use gimli::write::{Result, Writer};
use gimli::{Format, SectionId};

use super::RelocatedSection;

/// The contents of `.debug_str` or `.debug_line_str` under construction.
#[derive(Default)]
pub struct Strings {
    section: RelocatedSection,
    /// The number of each string.
    numbers: FastMap<Box<str>, u32>,
    /// The offset of each string, by number.
    offsets: Vec<u32>,
}

/// How the offsets in `.debug_str_offsets` are resolved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OffsetsTable {
    /// By the linker, which merges string sections.
    Linked,
    /// They are final. Before DWARF 5, such a table has no header.
    Fixed,
}

/// The offset of the first entry of `.debug_str_offsets` in DWARF 5.
pub const OFFSETS_BASE: u32 = 8;

impl Strings {
    /// Returns the number of `text`. A reader would lose what follows a NUL in it.
    pub fn number(&mut self, text: &str) -> Result<u32> {
        if let Some(&number) = self.numbers.get(text) {
            return Ok(number);
        }
        let offset = u32::try_from(self.section.len()).map_err(|_| gimli::write::Error::ValueTooLarge)?;
        self.section.write(text.as_bytes())?;
        self.section.write_u8(0)?;
        let number = self.offsets.len() as u32;
        self.offsets.push(offset);
        self.numbers.insert(text.into(), number);
        Ok(number)
    }

    /// Returns the offset of `text`.
    pub fn offset(&mut self, text: &str) -> Result<u32> {
        let number = self.number(text)?;
        Ok(self.offsets[number as usize])
    }

    /// Writes `.debug_str_offsets` (DWARF 5 section 7.26).
    pub fn offsets_table(&self, version: u16, table: OffsetsTable) -> Result<RelocatedSection> {
        let mut section = RelocatedSection::default();
        if self.offsets.is_empty() {
            return Ok(section);
        }
        if version >= 5 {
            let length_offset = section.write_initial_length(Format::Dwarf32)?;
            section.write_u16(version)?;
            // Padding.
            section.write_u16(0)?;
            let length = 4 + 4 * self.offsets.len() as u64;
            section.write_initial_length_at(length_offset, length, Format::Dwarf32)?;
        }
        for &offset in &self.offsets {
            match table {
                OffsetsTable::Linked => section.write_offset(offset as usize, SectionId::DebugStr, 4)?,
                OffsetsTable::Fixed => section.write_u32(offset)?,
            }
        }
        Ok(section)
    }

    pub fn finish(self) -> RelocatedSection {
        self.section
    }
}

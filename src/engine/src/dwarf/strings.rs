//! String sections: every text is stored once and referred to by its offset.

use std::collections::HashMap;

use gimli::write::{Result, Writer};

use super::RelocatedSection;

/// The contents of `.debug_str` or `.debug_line_str` under construction.
#[derive(Default)]
pub struct Strings {
    section: RelocatedSection,
    offsets: HashMap<Box<str>, u32>,
}

impl Strings {
    /// The offset of `text`, which must not contain a NUL (what follows one would be lost).
    pub fn offset(&mut self, text: &str) -> Result<u32> {
        if let Some(&offset) = self.offsets.get(text) {
            return Ok(offset);
        }
        let offset = u32::try_from(self.section.len()).map_err(|_| gimli::write::Error::ValueTooLarge)?;
        self.section.write(text.as_bytes())?;
        self.section.write_u8(0)?;
        self.offsets.insert(text.into(), offset);
        Ok(offset)
    }

    pub fn finish(self) -> RelocatedSection {
        self.section
    }
}

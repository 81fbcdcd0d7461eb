//! A section whose bytes are known but for relocations.

use gimli::write::{Address, EndianVec, RelocateWriter, Relocation};
use gimli::{LittleEndian, SectionId};

/// What an address in debug or unwind information is relative to; the object writer keeps the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct SymbolIndex(pub usize);

impl SymbolIndex {
    /// The address `addend` bytes after the symbol.
    pub fn address(self, addend: i64) -> Address {
        Address::Symbol { symbol: self.0, addend }
    }
}

/// The contents of a section, written from front to back, and its relocations in the order of writing. All
/// targets are little-endian.
#[derive(Clone, Debug)]
pub struct RelocatedSection {
    pub bytes: EndianVec<LittleEndian>,
    pub relocations: Vec<Relocation>,
}

impl Default for RelocatedSection {
    fn default() -> Self {
        RelocatedSection { bytes: EndianVec::new(LittleEndian), relocations: Vec::new() }
    }
}

impl RelocateWriter for RelocatedSection {
    type Writer = EndianVec<LittleEndian>;

    fn writer(&self) -> &Self::Writer {
        &self.bytes
    }

    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.bytes
    }

    fn relocate(&mut self, relocation: Relocation) {
        self.relocations.push(relocation);
    }
}

/// The sections of a unit's debug information, in the order in which they are to be in the object. Empty ones
/// are left out.
pub type DebugSections = Vec<(SectionId, RelocatedSection)>;

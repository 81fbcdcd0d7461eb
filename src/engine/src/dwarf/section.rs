//! Section contents with relocations, as `gimli` writes them.

use gimli::write::{Address, EndianVec, RelocateWriter, Relocation};
use gimli::{LittleEndian, SectionId};

/// The symbol of an address in debug or unwind information: an index into a list that the object writer
/// keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct SymbolIndex(pub usize);

impl SymbolIndex {
    /// Returns the address `addend` bytes after the symbol.
    pub fn address(self, addend: i64) -> Address {
        Address::Symbol { symbol: self.0, addend }
    }
}

/// The contents of a section, written front to back, and its relocations in the order of writing. All targets
/// are little-endian.
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

/// The sections of a unit's debug information, in the order of the object file. Empty sections are omitted.
pub type DebugSections = Vec<(SectionId, RelocatedSection)>;

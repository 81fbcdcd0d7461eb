//! Debug information: descriptions of a unit's source go in, sections with relocations come out.
//!
//! 1. [`section`]: a section's bytes and what has to be relocated in them; also used for `.eh_frame`.
//!
//! What must not happen here: nothing knows of ELF; an address is a number ([`SymbolIndex`]) whose meaning the
//! object writer chose.

pub mod section;

pub use section::{RelocatedSection, SymbolIndex};

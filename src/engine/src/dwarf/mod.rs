//! Debug information: descriptions of a unit's source go in, sections with relocations come out.
//!
//! The order of work ([`describe_unit`]):
//! 1. [`unit`]: the functions are gone through once, in the order of their symbols: their positions become rows of
//!    the line table, each of them becomes an entry below the compile unit and a range of it.
//! 2. [`lines`]: `.debug_line`. Its header names the files, which are only known after all rows.
//! 3. [`entries`]: `.debug_info` and `.debug_abbrev`, written front to back without a tree in memory.
//! 4. [`ranges`]: `.debug_rnglists` (DWARF 5) or `.debug_ranges` (DWARF 4).
//! 5. [`strings`]: `.debug_str` and `.debug_line_str`, each text once.
//!
//! [`section`] holds what all of them are written to; `.eh_frame` is written to it as well.
//!
//! To add a kind of entry (a variable, a type, a scope): describe it in a struct of its own, write it from `unit`
//! with [`entries::EntryWriter`]; abbreviations take care of themselves.
//!
//! What must not happen here: nothing knows of ELF; an address is a number ([`SymbolIndex`]) whose meaning the
//! object writer chose.

pub mod entries;
pub mod lines;
pub mod ranges;
pub mod section;
pub mod strings;
pub mod unit;

#[cfg(test)]
pub(crate) mod tests;

pub use section::{DebugSections, RelocatedSection, SymbolIndex};
pub use unit::{CompiledFunction, FrameBase, describe_unit};

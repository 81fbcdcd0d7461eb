//! Writes debug info: DWARF sections with relocations, from the descriptions of a CGU's source.
//!
//! The order of work ([`describe_unit`], in [`unit`](mod@unit)):
//! 1. [`tree`] finds the types, namespaces and inlined functions that the unit's functions and statics need,
//!    and the parent of each entry. [`scopes`] finds the code of each scope of a function.
//! 2. [`rows`] and [`lines`] write the line table, function by function in the order of their symbols. The
//!    header names the files, which are only known after all entries are written.
//! 3. [`entries`] writes `.debug_info` and `.debug_abbrev` from the tree, front to back: [`types`],
//!    [`statics`], and [`functions`] with their [`blocks`] and the [`locations`] of variables.
//! 4. Then come the tables that entries refer to, with each list, address and string once: [`ranges`]
//!    (`.debug_rnglists`; DWARF 4: `.debug_ranges`), [`location_lists`] (`.debug_loclists`; DWARF 4:
//!    `.debug_loc`), [`addresses`] (`.debug_addr`), [`strings`] (`.debug_str`, `.debug_str_offsets`,
//!    `.debug_line_str`).
//! 5. [`aranges`] writes `.debug_aranges`, for gdb.
//! 6. [`split`] writes split units: a skeleton for the linker, and all other sections without relocations.
//!
//! All of them write to the sections of [`section`]; the writer of `.eh_frame` does too.
//!
//! To add a kind of entry:
//! 1. Describe it in [`crate::description`].
//! 2. Give it a parent in `tree`.
//! 3. Write it with [`entries::EntryWriter`] in a module for it. Abbreviations are created automatically.
//!
//! Nothing here knows ELF. An address is a number ([`SymbolIndex`]) that the object writer chose.

mod addresses;
mod aranges;
mod blocks;
mod entries;
mod functions;
mod lines;
mod location_lists;
mod locations;
mod ranges;
mod rows;
mod scopes;
mod section;
mod split;
mod statics;
mod strings;
mod tree;
mod types;
mod unit;

#[cfg(test)]
pub(crate) mod tests;

use crate::compile::{Frame, SourceRange, ValueRange};
use crate::description::{FunctionDescription, StaticVariable};

/// A map whose keys an attacker does not choose.
type FastMap<K, V> = std::collections::HashMap<K, V, rustc_hash::FxBuildHasher>;

pub use locations::FrameBase;
pub use section::{DebugSections, RelocatedSection, SymbolIndex};
pub use unit::describe_unit;

/// A compiled function and its description.
#[derive(Clone, Copy, Debug)]
pub struct DescribedFunction<'a> {
    pub symbol: SymbolIndex,
    /// Size of the code in bytes.
    pub size: u32,
    pub description: &'a FunctionDescription,
    /// Sorted by start.
    pub source_ranges: &'a [SourceRange],
    /// The offsets of the stack slots that contain variables.
    pub frame: Option<&'a Frame>,
    /// The locations of the values that variables have, sorted by label and start.
    pub values: &'a [ValueRange],
    pub frame_base: FrameBase,
}

/// A static that is defined in the object.
#[derive(Clone, Copy, Debug)]
pub struct PlacedStatic<'a> {
    pub description: &'a StaticVariable,
    /// `None` if debuggers cannot find it (thread-locals on some machines). For a thread-local, the symbol
    /// stands for its offset in the thread's storage.
    pub symbol: Option<SymbolIndex>,
}

/// The functions and statics of a unit.
#[derive(Clone, Copy, Debug)]
pub struct UnitCode<'a> {
    pub functions: &'a [DescribedFunction<'a>],
    pub statics: &'a [PlacedStatic<'a>],
}

/// The debug sections of a unit.
#[derive(Debug, Default)]
pub struct DebugOutput {
    /// The sections that the linker processes.
    pub object: DebugSections,
    /// The sections of a split unit that the linker does not process. They have no relocations.
    pub split: DebugSections,
}

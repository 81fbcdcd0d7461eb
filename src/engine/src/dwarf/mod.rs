//! Debug information: descriptions of a unit's source go in, sections with relocations come out.
//!
//! The order of work ([`describe_unit`], in [`unit`](mod@unit)):
//! 1. [`tree`]: which types, namespaces and inlined functions the unit's functions and statics need, and what
//!    is inside of what; [`scopes`] finds out which code belongs to each scope of a function.
//! 2. [`rows`], [`lines`]: the functions are gone through in the order of their symbols: their positions
//!    become rows of the line table. Its header names the files, which are only known after all entries.
//! 3. The tree becomes `.debug_info` and `.debug_abbrev`, front to back ([`entries`]): [`types`],
//!    [`statics`], [`functions`] with their [`blocks`] and the [`locations`] of variables.
//! 4. What entries refer to: [`ranges`] (`.debug_rnglists`; DWARF 4: `.debug_ranges`), [`location_lists`]
//!    (`.debug_loclists`; DWARF 4: `.debug_loc`), [`addresses`] (`.debug_addr`),
//!    [`strings`] (`.debug_str`, `.debug_str_offsets`, `.debug_line_str`), each list, address and text once.
//! 5. [`aranges`] (`.debug_aranges`), for gdb.
//! 6. [`split`]: if the unit is split, a skeleton for the linker, and everything else without relocations.
//!
//! [`section`] holds what all of them are written to; `.eh_frame` is written to it as well.
//!
//! To add a kind of entry: describe it in [`crate::description`], give it its place in `tree`, and write it
//! in a module of its own with [`entries::EntryWriter`]; abbreviations take care of themselves.
//!
//! What must not happen here: nothing knows of ELF; an address is a number ([`SymbolIndex`]) whose meaning
//! the object writer chose.

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

/// A map whose keys are not chosen by an attacker.
type FastMap<K, V> = std::collections::HashMap<K, V, rustc_hash::FxBuildHasher>;

pub use locations::FrameBase;
pub use section::{DebugSections, RelocatedSection, SymbolIndex};
pub use unit::describe_unit;

/// A compiled function as debug info sees it.
#[derive(Clone, Copy, Debug)]
pub struct DescribedFunction<'a> {
    pub symbol: SymbolIndex,
    /// Of the code, in bytes.
    pub size: u32,
    pub description: &'a FunctionDescription,
    /// By start.
    pub source_ranges: &'a [SourceRange],
    /// Where the stack slots are that variables live in.
    pub frame: Option<&'a Frame>,
    /// Where the values are that variables are, by label and start.
    pub values: &'a [ValueRange],
    pub frame_base: FrameBase,
}

/// A static as debug info sees it.
#[derive(Clone, Copy, Debug)]
pub struct PlacedStatic<'a> {
    pub description: &'a StaticVariable,
    /// `None`: debuggers cannot find it (thread-locals, on some machines). The symbol of a thread-local
    /// stands for its offset in the thread's storage.
    pub symbol: Option<SymbolIndex>,
}

/// What of a unit debug info describes.
#[derive(Clone, Copy, Debug)]
pub struct UnitCode<'a> {
    pub functions: &'a [DescribedFunction<'a>],
    pub statics: &'a [PlacedStatic<'a>],
}

/// The debug sections of a unit.
#[derive(Debug, Default)]
pub struct DebugOutput {
    /// Those that the linker sees.
    pub object: DebugSections,
    /// Those of a split unit that it does not see; they have no relocations.
    pub split: DebugSections,
}

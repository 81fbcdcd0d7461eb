//! LTO: combines the CGUs that were kept as CLIF into one CGU, and drops unreached definitions.
//!
//! The order of work ([`combine`]):
//! 1. `mentions` collects the names in each CGU's assembly. Their symbols have to be kept with the assembly,
//!    and keep their meaning.
//! 2. `symbols` builds one symbol table. Global symbols with the same name become one symbol, local symbols
//!    with clashing names are renamed, and unexported definitions become local.
//! 3. `reach` finds the definitions that are reachable from the roots: exported and retained ones, those in
//!    sections that are found by name, those that assembly mentions, and the routines that Cranelift calls.
//!    The others are dropped.
//! 4. `remap` renumbers the symbols in CLIF, data and personalities.
//! 5. `positions` renumbers source positions. Each is still resolved by its own CGU's resolver.
//! 6. `descriptions` combines the descriptions for debug info.
//!
//! The result is compiled like any other CGU: the coordinator distributes its functions to the workers,
//! within the jobserver's tokens. Everything is in the order of the CGUs and, within a CGU, of submission.
//! The result depends on nothing else.
//!
//! Nothing here may compile, or depend on the order of a hash table.

mod descriptions;
mod mentions;
mod positions;
mod reach;
mod remap;
mod symbols;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use cranelift_codegen::entity::{EntitySet, PrimaryMap, entity_impl};

use crate::cgu::{
    DataDefinition, LoweredFunction, ReferenceOptions, SealedCgu, SectionLayout, SplitDwarf, SymbolId,
    UnitDebugInfo,
};
use crate::description::UnitDescription;

use descriptions::Descriptions;
use mentions::Mentions;
use positions::Positions;
use symbols::Merged;

/// One of the combined CGUs, numbered in the order in which they were given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct PartId(u32);
entity_impl!(PartId, "part");

/// A complete CGU that is not yet compiled.
pub struct KeptCgu {
    pub sealed: SealedCgu,
    /// In the order of submission.
    pub functions: Vec<LoweredFunction>,
}

/// The properties of the combined CGU.
#[derive(Clone, Debug, Default)]
pub struct CombineRequest {
    /// The name of the combined CGU.
    pub name: Box<str>,
    /// Names that have to be kept and stay global, because other objects may refer to them or for another
    /// reason (`#[used]`). No CGU needs to define them. `main` is always exported.
    pub exported: HashSet<Box<str>>,
    /// How the combined CGU's debug info is split. The parts name `.dwo` files that will not exist.
    pub split: Option<SplitDwarf>,
}

/// The reason why CGUs cannot be combined.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// A user's error: two items have the same exported name.
    #[error("`{symbol}` is defined both in CGU `{first}` and in CGU `{second}`")]
    DefinedTwice { symbol: String, first: String, second: String },
    /// A bug in lowering.
    #[error("the function `{function}` refers to `{name}`, which is not a symbol of CGU `{cgu}`")]
    ForeignName { function: String, name: String, cgu: String },
}

/// Combines `parts` into one CGU.
///
/// # Errors
///
/// Fails if two parts define the same global symbol, or if a function refers to a name that is not a symbol
/// of its CGU.
pub fn combine(parts: Vec<KeptCgu>, request: &CombineRequest) -> Result<KeptCgu, CombineError> {
    let mut parts: PrimaryMap<PartId, KeptCgu> = parts.into_iter().collect();
    let mentions = Mentions::of(&parts);
    let merged = Merged::of(&parts, &mentions, request)?;
    discard_replaced(&mut parts, &merged);
    let reached = reach::reached(&parts, &merged, &mentions, request)?;
    let aliases = aliases(&parts, &merged, &reached);
    let llvm = mentions::merge(&parts, &merged, &reached);
    let debug_info = debug_info(&parts, request);
    let options = SessionOptions::of(&parts);
    let mut items = Items::new(&parts, &merged, &reached);
    for (id, part) in parts {
        items.add(id, part)?;
    }
    let Items { positions, descriptions, functions, data, .. } = items;
    let description = descriptions.finish();
    let mut symbols = merged.table;
    for (alias, target) in aliases {
        symbols.add_alias(alias, target);
    }
    let sealed = SealedCgu {
        name: request.name.clone(),
        symbols,
        data,
        debug_info: debug_info.map(|debug_info| UnitDebugInfo { description, ..debug_info }),
        positions: positions.finish(),
        unwind_tables: options.unwind_tables,
        references: options.references,
        llvm,
        section_layout: options.section_layout,
        compiler: options.compiler,
    };
    Ok(KeptCgu { sealed, functions })
}

/// Options of the session, which all parts share.
struct SessionOptions {
    unwind_tables: bool,
    references: ReferenceOptions,
    section_layout: SectionLayout,
    compiler: Option<Box<str>>,
}

impl SessionOptions {
    fn of(parts: &PrimaryMap<PartId, KeptCgu>) -> Self {
        let first = parts.values().next().map(|part| &part.sealed);
        SessionOptions {
            unwind_tables: parts.values().any(|part| part.sealed.unwind_tables),
            references: first.map(|sealed| sealed.references).unwrap_or_default(),
            section_layout: first.map(|sealed| sealed.section_layout).unwrap_or_default(),
            compiler: first.and_then(|sealed| sealed.compiler.clone()),
        }
    }
}

/// The kept functions and data of the parts so far, with their positions and descriptions, renumbered.
struct Items<'a> {
    merged: &'a Merged,
    reached: &'a EntitySet<SymbolId>,
    positions: Positions,
    descriptions: Descriptions,
    functions: Vec<LoweredFunction>,
    data: Vec<DataDefinition>,
}

impl<'a> Items<'a> {
    fn new(
        parts: &PrimaryMap<PartId, KeptCgu>,
        merged: &'a Merged,
        reached: &'a EntitySet<SymbolId>,
    ) -> Self {
        Items {
            merged,
            reached,
            positions: Positions::of(parts),
            descriptions: Descriptions::default(),
            functions: Vec::new(),
            data: Vec::new(),
        }
    }

    /// Adds the items of `part` that are reached.
    fn add(&mut self, id: PartId, part: KeptCgu) -> Result<(), CombineError> {
        let (merged, reached) = (self.merged, self.reached);
        let map = &merged.maps[id];
        let first_function = self.functions.len();
        for mut function in part.functions {
            if reached.contains(map[function.symbol]) {
                remap::function(&mut function, map, &part.sealed)?;
                self.positions.move_function(id, &mut function);
                self.functions.push(function);
            }
        }
        if let Some(debug_info) = part.sealed.debug_info {
            let is_kept = |symbol| merged.is_used_from(id, symbol) && reached.contains(map[symbol]);
            let functions = &mut self.functions[first_function..];
            let positions = &mut self.positions;
            self.descriptions.add(id, debug_info.description, functions, map, positions, is_kept);
        }
        for mut definition in part.sealed.data {
            if reached.contains(map[definition.symbol]) {
                remap::data(&mut definition, map);
                definition.alignment = definition.alignment.max(merged.common_alignment(definition.symbol));
                self.data.push(definition);
            }
        }
        Ok(())
    }
}

/// Returns the reached aliases, each with its target.
fn aliases(
    parts: &PrimaryMap<PartId, KeptCgu>,
    merged: &Merged,
    reached: &EntitySet<SymbolId>,
) -> Vec<(SymbolId, SymbolId)> {
    let mut aliases = Vec::new();
    for (id, part) in parts {
        let map = &merged.maps[id];
        let used = part.sealed.symbols.aliases().iter().filter(|(alias, _)| merged.is_used_from(id, *alias));
        aliases.extend(used.map(|&(alias, target)| (map[alias], map[target])));
    }
    aliases.retain(|&(alias, _)| reached.contains(alias));
    aliases
}

/// Drops definitions that another CGU's definition replaces.
fn discard_replaced(parts: &mut PrimaryMap<PartId, KeptCgu>, merged: &Merged) {
    for (id, part) in parts.iter_mut() {
        part.functions.retain(|function| merged.is_used_from(id, function.symbol));
        part.sealed.data.retain(|definition| merged.is_used_from(id, definition.symbol));
    }
}

/// Returns the debug info of the first CGU that has some, without its description and with the names of the
/// combined CGU.
fn debug_info(parts: &PrimaryMap<PartId, KeptCgu>, request: &CombineRequest) -> Option<UnitDebugInfo> {
    let described = parts.values().find_map(|part| Some((&part.sealed, part.sealed.debug_info.as_ref()?)));
    let (sealed, debug_info) = described?;
    let mut debug_info = UnitDebugInfo {
        description: UnitDescription::default(),
        split: request.split.clone(),
        ..debug_info.clone()
    };
    if let Some(root) = debug_info.name.strip_suffix(&*sealed.name) {
        debug_info.name = format!("{root}{}", request.name).into();
    }
    Some(debug_info)
}

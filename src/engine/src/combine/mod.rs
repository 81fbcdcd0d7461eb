//! LTO: combines the CGUs that were kept as CLIF into one CGU, without what nothing reaches.
//!
//! The order of work ([`combine`]):
//! 1. `mentions`: the names in each CGU's assembly; they have to stay as long as it stays, and to mean the
//!    same.
//! 2. `symbols`: one symbol table. Global names become one symbol; local names that clash are made distinct;
//!    what is defined here and not exported becomes local.
//! 3. `reach`: which definitions the roots (exported, retained, in sections that are found by their names,
//!    mentioned in assembly, routines that Cranelift calls) lead to; the others are dropped.
//! 4. `remap`: symbols in CLIF, data and personalities get their numbers in the new table.
//! 5. `positions`: source positions of all CGUs become those of one, each resolved by its own CGU's resolver.
//! 6. `descriptions`: what debug info says of all CGUs becomes one description.
//!
//! The result is compiled like any other CGU: the coordinator spreads its functions over the workers, so that
//! the jobserver's tokens hold. Everything is in the order of the CGUs and, within a CGU, of submission; the
//! result depends on nothing else.
//!
//! What must not happen here: no compilation, and no dependence on the order of a hash table.

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

use crate::cgu::{LoweredFunction, SealedCgu, SplitDwarf, SymbolId, UnitDebugInfo};
use crate::description::UnitDescription;

use descriptions::Descriptions;
use mentions::Mentions;
use positions::Positions;
use symbols::Merged;

/// One of the CGUs that are combined, in the order in which they were given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct PartId(u32);
entity_impl!(PartId, "part");

/// A whole CGU, not yet compiled.
pub struct KeptCgu {
    pub sealed: SealedCgu,
    /// In the order of submission.
    pub functions: Vec<LoweredFunction>,
}

/// What the combined CGU is to be.
#[derive(Clone, Debug, Default)]
pub struct CombineRequest {
    /// The name of the combined CGU.
    pub name: Box<str>,
    /// What other objects may refer to by name, or what has to stay for another reason (`#[used]`). Names
    /// that no CGU defines are allowed. `main` is exported in any case.
    pub exported: HashSet<Box<str>>,
    /// Where the combined CGU's debug info is that the linker does not see. The parts name places of their
    /// own, which will not exist.
    pub split: Option<SplitDwarf>,
}

/// Why CGUs cannot be combined.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// The user's program: two items with one exported name.
    #[error("`{symbol}` is defined both in unit `{first}` and in unit `{second}`")]
    DefinedTwice { symbol: String, first: String, second: String },
    /// A bug of lowering.
    #[error("the function `{function}` refers to `{name}`, which is not a symbol of unit `{cgu}`")]
    ForeignName { function: String, name: String, cgu: String },
}

/// Makes one CGU of `parts`. See the module.
pub fn combine(parts: Vec<KeptCgu>, request: &CombineRequest) -> Result<KeptCgu, CombineError> {
    let mut parts: PrimaryMap<PartId, KeptCgu> = parts.into_iter().collect();
    let mentions = Mentions::of(&parts);
    let merged = Merged::of(&parts, &mentions, request)?;
    discard_replaced(&mut parts, &merged);
    let reached = reach::reached(&parts, &merged, &mentions, request)?;
    let aliases = aliases(&parts, &merged, &reached);
    let mut positions = Positions::of(&parts);
    let mut descriptions = Descriptions::default();
    let mut functions: Vec<LoweredFunction> = Vec::new();
    let mut data = Vec::new();
    let llvm = mentions::merge(&parts, &merged, &reached);
    let mut debug_info = debug_info(&parts, request);
    let unwind_tables = parts.values().any(|part| part.sealed.unwind_tables);
    // Of the session, so of every part.
    let first = parts.values().next().map(|part| &part.sealed);
    let references = first.map(|sealed| sealed.references).unwrap_or_default();
    let section_layout = first.map(|sealed| sealed.section_layout).unwrap_or_default();
    let compiler = first.and_then(|sealed| sealed.compiler.clone());
    for (id, part) in parts {
        let map = &merged.maps[id];
        let first_function = functions.len();
        for mut function in part.functions {
            if reached.contains(map[function.symbol]) {
                remap::function(&mut function, map, &part.sealed)?;
                positions.move_function(id, &mut function);
                functions.push(function);
            }
        }
        if let Some(debug_info) = part.sealed.debug_info {
            let is_kept = |symbol| merged.is_used_from(id, symbol) && reached.contains(map[symbol]);
            let functions = &mut functions[first_function..];
            descriptions.add(id, debug_info.description, functions, map, &mut positions, is_kept);
        }
        for mut definition in part.sealed.data {
            if reached.contains(map[definition.symbol]) {
                remap::data(&mut definition, map);
                definition.alignment = definition.alignment.max(merged.common_alignment(definition.symbol));
                data.push(definition);
            }
        }
    }
    if let Some(debug_info) = &mut debug_info {
        debug_info.description = descriptions.finish();
    }
    let mut symbols = merged.table;
    for (alias, target) in aliases {
        symbols.add_alias(alias, target);
    }
    let sealed = SealedCgu {
        name: request.name.clone(),
        symbols,
        data,
        debug_info,
        positions: positions.finish(),
        unwind_tables,
        references,
        llvm,
        section_layout,
        compiler,
    };
    Ok(KeptCgu { sealed, functions })
}

/// The second names that something reaches, each with what it names.
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

/// Drops the definitions that another CGU's definition replaces.
fn discard_replaced(parts: &mut PrimaryMap<PartId, KeptCgu>, merged: &Merged) {
    for (id, part) in parts.iter_mut() {
        part.functions.retain(|function| merged.is_used_from(id, function.symbol));
        part.sealed.data.retain(|definition| merged.is_used_from(id, definition.symbol));
    }
}

/// That of the first CGU which has some, with the names of the combined CGU instead of that CGU's.
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

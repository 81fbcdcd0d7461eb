//! Finds the definitions that the program can reach.
//!
//! 1. The references of every definition become edges between symbols of the new table.
//! 2. The roots are definitions that are kept without a reference: exported ones, retained ones and so on.
//! 3. All symbols to which edges lead from the roots are reached.

use cranelift_codegen::entity::{EntitySet, PrimaryMap, SecondaryMap};
use cranelift_codegen::ir::instructions::CallInfo;
use cranelift_codegen::ir::{
    self, ExternalName, FuncRef, GlobalValue, GlobalValueData, InstructionData, UserExternalNameRef,
};

use crate::cgu::{Binding, DataDefinition, Placement, SymbolId};
use crate::routines::is_routine;

use super::mentions::{self, Mentions};
use super::symbols::Merged;
use super::{CombineError, CombineRequest, KeptCgu, PartId, remap};

/// Sections whose contents run at the start or end of the program.
const RUN_SECTIONS: [&str; 7] =
    [".init_array", ".fini_array", ".preinit_array", ".ctors", ".dtors", ".init", ".fini"];

/// References between symbols.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) edges: SecondaryMap<SymbolId, Vec<SymbolId>>,
    pub(super) roots: Vec<SymbolId>,
}

impl Graph {
    /// Returns all symbols to which edges lead from the roots, and the roots.
    pub(super) fn reached(&self) -> EntitySet<SymbolId> {
        let mut reached = EntitySet::new();
        let mut waiting = self.roots.clone();
        while let Some(symbol) = waiting.pop() {
            if reached.insert(symbol) {
                waiting.extend(&self.edges[symbol]);
            }
        }
        reached
    }
}

/// Returns the symbols of the new table whose definitions are kept.
///
/// # Errors
///
/// Fails if a function refers to a name that is not a symbol of its CGU.
pub(super) fn reached(
    parts: &PrimaryMap<PartId, KeptCgu>,
    merged: &Merged,
    mentions: &Mentions,
    request: &CombineRequest,
) -> Result<EntitySet<SymbolId>, CombineError> {
    let mut graph = Graph::default();
    add_named_roots(&mut graph, merged, mentions, request);
    for (id, part) in parts {
        let map = &merged.maps[id];
        for function in &part.functions {
            let symbol = map[function.symbol];
            if function.section.as_deref().is_some_and(is_found_by_section) {
                graph.roots.push(symbol);
            }
            graph.edges[symbol].extend(function.personality.map(|personality| map[personality]));
            for name in names_in(&function.clif).iter() {
                let name = &function.clif.params.user_named_funcs()[name];
                graph.edges[symbol].push(map[remap::symbol_of(name, function, &part.sealed)?]);
            }
        }
        for &(alias, target) in part.sealed.symbols.aliases() {
            graph.edges[map[alias]].push(map[target]);
        }
        for definition in &part.sealed.data {
            let symbol = map[definition.symbol];
            if is_root(definition) {
                graph.roots.push(symbol);
            }
            graph.edges[symbol]
                .extend(definition.relocations.iter().map(|relocation| map[relocation.target]));
        }
        for (function, symbol) in mentions::references(part, map, merged) {
            graph.edges[function].push(symbol);
        }
    }
    Ok(graph.reached())
}

/// Adds the symbols that other objects or assembly refer to by name.
fn add_named_roots(graph: &mut Graph, merged: &Merged, mentions: &Mentions, request: &CombineRequest) {
    for (id, symbol) in merged.table.iter() {
        // `Merged` made unexported definitions local, so a definition that is not local is one for other
        // objects. Local definitions may be requested as well (`#[used]`).
        let is_for_others = symbol.binding.is_definition() && symbol.binding != Binding::Local;
        let name = &*symbol.name;
        if is_for_others
            || request.exported.contains(name)
            || is_routine(name)
            || mentions.by_any_assembly(name)
        {
            graph.roots.push(id);
        }
    }
    // A local symbol that was renamed because of another CGU's assembly may be mentioned by its own CGU's
    // assembly.
    for (part, names) in merged.renamed.iter() {
        let names = names.iter().filter(|(name, _)| mentions.by_assembly(part, name));
        graph.roots.extend(names.filter_map(|(_, new_name)| merged.table.lookup(new_name)));
    }
}

fn is_root(definition: &DataDefinition) -> bool {
    definition.retain
        || match &definition.placement {
            // Code finds the contents of user-chosen sections through the section.
            Placement::Section { .. } => true,
            Placement::ReadOnly | Placement::Writable | Placement::ThreadLocal | Placement::Code => false,
        }
}

/// Returns whether functions in the section `name` are found through the section: it runs at the start or
/// end, or linkers provide `__start_name` and `__stop_name`.
fn is_found_by_section(name: &str) -> bool {
    let is_or_below =
        |base: &&str| name.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let is_identifier = name.chars().all(|character| character == '_' || character.is_ascii_alphanumeric());
    is_identifier || RUN_SECTIONS.iter().any(is_or_below)
}

/// Returns the names that instructions of `function` use. A function that is only declared does not count.
fn names_in(function: &ir::Function) -> EntitySet<UserExternalNameRef> {
    let mut names = EntitySet::new();
    let graph = &function.dfg;
    for block in function.layout.blocks() {
        for instruction in function.layout.block_insts(block) {
            match &graph.insts[instruction] {
                InstructionData::FuncAddr { func_ref, .. } => add_function(&mut names, function, *func_ref),
                InstructionData::UnaryGlobalValue { global_value, .. } => {
                    add_global(&mut names, function, *global_value);
                }
                other => match other.analyze_call(&graph.value_lists, &graph.exception_tables) {
                    CallInfo::Direct(callee, _) | CallInfo::DirectWithSig(callee, ..) => {
                        add_function(&mut names, function, callee);
                    }
                    CallInfo::NotACall | CallInfo::Indirect(..) => {}
                },
            }
        }
    }
    if let Some(limit) = function.stack_limit {
        add_global(&mut names, function, limit);
    }
    names
}

fn add_function(names: &mut EntitySet<UserExternalNameRef>, function: &ir::Function, callee: FuncRef) {
    if let ExternalName::User(name) = function.dfg.ext_funcs[callee].name {
        names.insert(name);
    }
}

fn add_global(names: &mut EntitySet<UserExternalNameRef>, function: &ir::Function, global: GlobalValue) {
    let mut global = global;
    loop {
        match &function.global_values[global] {
            GlobalValueData::Load { base, .. } | GlobalValueData::IAddImm { base, .. } => global = *base,
            GlobalValueData::Symbol { name: ExternalName::User(name), .. } => {
                names.insert(*name);
                return;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cranelift_codegen::entity::EntityRef;
    use proptest::prelude::*;

    use super::*;

    /// Follows all edges until nothing changes.
    fn naive(roots: &[usize], edges: &[(usize, usize)]) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> = roots.iter().copied().collect();
        loop {
            let before = reached.len();
            for (from, to) in edges {
                if reached.contains(from) {
                    reached.insert(*to);
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    }

    proptest! {
        #[test]
        fn reached_is_the_fixpoint(
            roots in prop::collection::vec(0..30usize, 0..4),
            edges in prop::collection::vec((0..30usize, 0..30usize), 0..60),
        ) {
            let mut graph = Graph::default();
            graph.roots.extend(roots.iter().map(|&root| SymbolId::new(root)));
            for &(from, to) in &edges {
                graph.edges[SymbolId::new(from)].push(SymbolId::new(to));
            }
            let reached: BTreeSet<usize> = graph.reached().iter().map(EntityRef::index).collect();
            prop_assert_eq!(reached, naive(&roots, &edges));
        }
    }

    #[test]
    fn sections_that_are_found_by_name() {
        for name in [".init_array", ".init_array.00100", ".init", "linkme_TESTS"] {
            assert!(is_found_by_section(name), "{name}");
        }
        for name in [".text.cold", ".initial"] {
            assert!(!is_found_by_section(name), "{name}");
        }
    }
}

//! Selects the scopes of a function that become entries, and finds the parent of each.
//!
//! A scope without code has no entry, and neither has a block that declares nothing. The children of a block
//! without an entry belong to the scope around it.

use cranelift_codegen::entity::{EntityRef, PrimaryMap};

use super::scopes::ScopeRanges;
use crate::description::{Scope, ScopeId, ScopeKind, Variable};

/// Items grouped by scope.
struct Groups<T> {
    items: Vec<T>,
    /// The start of each scope's group in `items`, and the end of the last one.
    starts: Vec<u32>,
}

/// The entries and variables inside each scope of a function.
pub(super) struct Blocks {
    variables: Groups<u32>,
    children: Groups<ScopeId>,
}

impl Blocks {
    pub(super) fn of(
        scopes: &PrimaryMap<ScopeId, Scope>,
        variables: &[Variable],
        ranges: &ScopeRanges,
    ) -> Self {
        let has_code = |scope| scope == ScopeId::FUNCTION || !ranges.get(scope).is_empty();
        let variables = Groups::of(scopes.len(), || {
            let with_code = variables.iter().enumerate().filter(|(_, variable)| has_code(variable.scope));
            with_code.map(|(index, variable)| (variable.scope, index as u32))
        });
        // For each scope, the entry to which its children belong.
        let mut entries: Vec<ScopeId> = Vec::with_capacity(scopes.len());
        let mut parents = Vec::new();
        for (scope, Scope { parent, kind }) in scopes {
            let around = parent.map_or(ScopeId::FUNCTION, |parent| entries[parent.index()]);
            let declares = !variables.get(scope).is_empty() || matches!(kind, ScopeKind::Inlined { .. });
            let is_entry = scope != ScopeId::FUNCTION && has_code(scope) && declares;
            if is_entry {
                parents.push((around, scope));
            }
            entries.push(if is_entry { scope } else { around });
        }
        let children = Groups::of(scopes.len(), || parents.iter().copied());
        Blocks { variables, children }
    }

    /// Returns the indexes of the variables of `scope`.
    pub(super) fn variables(&self, scope: ScopeId) -> &[u32] {
        self.variables.get(scope)
    }

    /// Returns the entries directly inside the entry of `scope`.
    pub(super) fn children(&self, scope: ScopeId) -> &[ScopeId] {
        self.children.get(scope)
    }

    pub(super) fn has_children(&self, scope: ScopeId) -> bool {
        !self.variables(scope).is_empty() || !self.children(scope).is_empty()
    }
}

impl<T: Copy> Groups<T> {
    /// Groups the items of `pairs` by scope. Each group keeps their order.
    fn of<I: Iterator<Item = (ScopeId, T)>>(scopes: usize, pairs: impl Fn() -> I) -> Self {
        let mut starts = vec![0u32; scopes + 1];
        for (scope, _) in pairs() {
            starts[scope.index() + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut sorted: Vec<(ScopeId, T)> = pairs().collect();
        sorted.sort_by_key(|(scope, _)| *scope);
        Groups { items: sorted.into_iter().map(|(_, item)| item).collect(), starts }
    }

    fn get(&self, scope: ScopeId) -> &[T] {
        let index = scope.index();
        &self.items[self.starts[index] as usize..self.starts[index + 1] as usize]
    }
}

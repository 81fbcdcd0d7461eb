//! Finds the code ranges of each scope of a function.
//!
//! Code belongs to the scope of its location and to all scopes around it. Code without a location belongs to
//! the scope of the code before it. One pass over the code ends and begins only those scopes that differ
//! between two adjacent pieces, so time and memory are proportional to the result, however deeply the scopes
//! are nested.

use cranelift_codegen::entity::{EntityRef, PrimaryMap};

use crate::compile::SourceRange;
use crate::description::{Scope, ScopeId};

/// Code from `start` to before `end`, in bytes from the start of the function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeRange {
    pub start: u32,
    pub end: u32,
}

/// The code ranges of each scope of a function. Adjacent ranges of a scope are merged.
#[derive(Debug, Default)]
pub struct ScopeRanges {
    /// Grouped by scope, and sorted by start within a scope.
    ranges: Vec<CodeRange>,
    /// The start of each scope's group in `ranges`, and the end of the last one.
    groups: Vec<u32>,
}

impl ScopeRanges {
    /// Computes the ranges of `scopes` in a function whose code is `pieces`, sorted by start. The function's
    /// own scope covers all of the code and is omitted.
    pub fn of(scopes: &PrimaryMap<ScopeId, Scope>, pieces: &[SourceRange]) -> Self {
        if scopes.len() == 1 {
            return ScopeRanges { ranges: Vec::new(), groups: vec![0, 0] };
        }
        let mut walk = Walk::new(scopes);
        let mut current = ScopeId::FUNCTION;
        for piece in pieces {
            walk.step(current, piece.scope, piece.start);
            current = piece.scope;
        }
        if let Some(last) = pieces.last() {
            walk.step(current, ScopeId::FUNCTION, last.end);
        }
        walk.grouped()
    }

    /// Returns the ranges of `scope`; none if its code was removed.
    pub fn get(&self, scope: ScopeId) -> &[CodeRange] {
        let index = scope.index();
        &self.ranges[self.groups[index] as usize..self.groups[index + 1] as usize]
    }
}

/// One pass over the code.
struct Walk<'a> {
    scopes: &'a PrimaryMap<ScopeId, Scope>,
    depths: Vec<u32>,
    /// The start of each scope that has not ended yet.
    starts: Vec<u32>,
    ended: Vec<(ScopeId, CodeRange)>,
}

impl<'a> Walk<'a> {
    fn new(scopes: &'a PrimaryMap<ScopeId, Scope>) -> Self {
        let mut depths: Vec<u32> = Vec::with_capacity(scopes.len());
        for scope in scopes.values() {
            depths.push(scope.parent.map_or(0, |parent| depths[parent.index()] + 1));
        }
        Walk { scopes, depths, starts: vec![0; scopes.len()], ended: Vec::new() }
    }

    /// Moves from the scope `from` to the scope `to` at `offset`: ends and begins the scopes that do not
    /// contain both.
    fn step(&mut self, mut from: ScopeId, mut to: ScopeId, offset: u32) {
        while from != to {
            if self.depths[from.index()] >= self.depths[to.index()] {
                let start = self.starts[from.index()];
                if start < offset {
                    self.ended.push((from, CodeRange { start, end: offset }));
                }
                from = self.parent(from);
            } else {
                self.starts[to.index()] = offset;
                to = self.parent(to);
            }
        }
    }

    fn parent(&self, scope: ScopeId) -> ScopeId {
        self.scopes[scope].parent.unwrap_or(ScopeId::FUNCTION)
    }

    /// Groups the ranges by scope. The ranges of a scope ended in the order of their starts, and keep it.
    fn grouped(self) -> ScopeRanges {
        let mut groups = vec![0; self.scopes.len() + 1];
        for (scope, _) in &self.ended {
            groups[scope.index() + 1] += 1;
        }
        for index in 1..groups.len() {
            groups[index] += groups[index - 1];
        }
        let mut next = groups.clone();
        let mut ranges = vec![CodeRange { start: 0, end: 0 }; self.ended.len()];
        for (scope, range) in self.ended {
            let index = &mut next[scope.index()];
            ranges[*index as usize] = range;
            *index += 1;
        }
        ScopeRanges { ranges, groups }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::description::ScopeKind;

    /// Scope n + 1 is inside one of the scopes before it.
    fn scopes(parents: &[prop::sample::Index]) -> PrimaryMap<ScopeId, Scope> {
        let mut scopes = PrimaryMap::new();
        scopes.push(Scope { parent: None, kind: ScopeKind::Function });
        for parent in parents {
            let parent = Some(ScopeId::new(parent.index(scopes.len())));
            scopes.push(Scope { parent, kind: ScopeKind::Block });
        }
        scopes
    }

    fn is_within(scopes: &PrimaryMap<ScopeId, Scope>, mut inner: ScopeId, outer: ScopeId) -> bool {
        while inner != outer {
            match scopes[inner].parent {
                Some(parent) => inner = parent,
                None => return false,
            }
        }
        true
    }

    proptest! {
        /// Every byte of code is in the ranges of exactly the scopes around it, and no two ranges of a scope
        /// are adjacent.
        #[test]
        fn a_scope_covers_what_is_inside_of_it(
            parents in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
            code in prop::collection::vec((any::<prop::sample::Index>(), 0u32..3, 1u32..4), 0..40),
        ) {
            let scopes = scopes(&parents);
            let mut pieces: Vec<SourceRange> = Vec::new();
            let mut offset = 0;
            for (scope, gap, length) in code {
                let start = offset + gap;
                offset = start + length;
                let scope = ScopeId::new(scope.index(scopes.len()));
                pieces.push(SourceRange { start, end: offset, position: 0, scope });
            }
            let ranges = ScopeRanges::of(&scopes, &pieces);
            for scope in scopes.keys().skip(1) {
                let of_scope = ranges.get(scope);
                prop_assert!(of_scope.iter().all(|range| range.start < range.end));
                prop_assert!(of_scope.windows(2).all(|pair| pair[0].end < pair[1].start));
                for byte in 0..offset {
                    let covered = of_scope.iter().any(|range| (range.start..range.end).contains(&byte));
                    let piece = pieces.iter().rev().find(|piece| piece.start <= byte);
                    let expected = piece.is_some_and(|piece| is_within(&scopes, piece.scope, scope));
                    prop_assert_eq!(covered, expected, "byte {} of {}", byte, scope);
                }
            }
        }
    }
}

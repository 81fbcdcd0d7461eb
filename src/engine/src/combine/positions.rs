//! Combines the source positions of several CGUs.
//!
//! A position has a meaning only for the resolver of its own CGU. In the combined CGU, position `n` is the
//! entry `n` of a table of CGUs and their positions.

use std::collections::HashMap;
use std::sync::Arc;

use cranelift_codegen::entity::PrimaryMap;

use crate::cgu::{LoweredFunction, PositionResolver, SourceFiles, SourceLocation};

use super::{KeptCgu, PartId};

/// The table under construction.
pub(super) struct Positions {
    resolver: CombinedResolver,
    indexes: HashMap<(PartId, u32), u32>,
}

/// The finished table.
struct CombinedResolver {
    positions: Vec<(PartId, u32)>,
    /// `None` for CGUs without source positions.
    resolvers: PrimaryMap<PartId, Option<Arc<dyn PositionResolver>>>,
}

impl Positions {
    pub(super) fn of(parts: &PrimaryMap<PartId, KeptCgu>) -> Self {
        let resolvers = parts.values().map(|part| part.sealed.positions.clone()).collect();
        Positions { resolver: CombinedResolver { positions: Vec::new(), resolvers }, indexes: HashMap::new() }
    }

    /// Replaces the positions in the locations of `function`, which is in `part`, by indexes into the table.
    pub(super) fn move_function(&mut self, part: PartId, function: &mut LoweredFunction) {
        if self.resolver.resolvers[part].is_none() {
            function.locations.clear();
            return;
        }
        for location in &mut function.locations {
            self.renumber(part, &mut location.position);
        }
    }

    /// Replaces a position of `part` by its index into the table.
    pub(super) fn renumber(&mut self, part: PartId, position: &mut u32) {
        *position = self.index(part, *position);
    }

    fn index(&mut self, part: PartId, position: u32) -> u32 {
        let positions = &mut self.resolver.positions;
        *self.indexes.entry((part, position)).or_insert_with(|| {
            positions.push((part, position));
            (positions.len() - 1) as u32
        })
    }

    /// Returns the resolver of the combined CGU, or `None` if no CGU has one.
    pub(super) fn finish(self) -> Option<Arc<dyn PositionResolver>> {
        let is_known = self.resolver.resolvers.values().any(Option::is_some);
        is_known.then(|| Arc::new(self.resolver) as Arc<dyn PositionResolver>)
    }
}

impl PositionResolver for CombinedResolver {
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation> {
        let &(part, position) = self.positions.get(position as usize)?;
        self.resolvers[part].as_ref()?.resolve(position, files)
    }
}

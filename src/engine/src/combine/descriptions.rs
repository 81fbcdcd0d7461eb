//! Combines the debug descriptions of several CGUs: the types, namespaces and inlined functions of each CGU
//! follow those of the CGUs before it.

use cranelift_codegen::entity::EntityRef;

use crate::cgu::{LoweredFunction, SymbolId};
use crate::description::{InlinedFunctionId, NamespaceId, Renumber, TypeId, UnitDescription};

use super::PartId;
use super::positions::Positions;
use super::symbols::SymbolMap;

/// The description of the combined CGU under construction.
#[derive(Default)]
pub(super) struct Descriptions {
    cgu: UnitDescription,
}

/// The offsets that are added to the ids of one part, and its positions and symbols.
struct Renumbering<'a> {
    types: usize,
    namespaces: usize,
    inlined: usize,
    part: PartId,
    positions: &'a mut Positions,
    symbols: &'a SymbolMap,
}

impl Descriptions {
    /// Adds the description of `part`, and renumbers what `functions` of the same part refer to. Keeps the
    /// statics for which `is_kept` returns true.
    pub(super) fn add(
        &mut self,
        part: PartId,
        mut description: UnitDescription,
        functions: &mut [LoweredFunction],
        symbols: &SymbolMap,
        positions: &mut Positions,
        is_kept: impl Fn(SymbolId) -> bool,
    ) {
        description.statics.retain(|variable| is_kept(variable.symbol));
        let cgu = &mut self.cgu;
        let (types, namespaces, inlined) = (cgu.types.len(), cgu.namespaces.len(), cgu.inlined.len());
        let mut renumbering = Renumbering { types, namespaces, inlined, part, positions, symbols };
        description.renumber(&mut renumbering);
        for description in functions.iter_mut().filter_map(|function| function.description.as_mut()) {
            description.renumber(&mut renumbering);
        }
        cgu.types.extend(description.types.into_iter().map(|(_, ty)| ty));
        cgu.namespaces.extend(description.namespaces.into_iter().map(|(_, namespace)| namespace));
        cgu.inlined.extend(description.inlined.into_iter().map(|(_, function)| function));
        cgu.statics.extend(description.statics);
    }

    pub(super) fn finish(self) -> UnitDescription {
        self.cgu
    }
}

impl Renumber for Renumbering<'_> {
    fn ty(&mut self, id: &mut TypeId) {
        *id = TypeId::new(id.index() + self.types);
    }

    fn namespace(&mut self, id: &mut NamespaceId) {
        *id = NamespaceId::new(id.index() + self.namespaces);
    }

    fn inlined(&mut self, id: &mut InlinedFunctionId) {
        *id = InlinedFunctionId::new(id.index() + self.inlined);
    }

    fn symbol(&mut self, id: &mut SymbolId) {
        *id = self.symbols[*id];
    }

    fn position(&mut self, position: &mut u32) {
        self.positions.renumber(self.part, position);
    }
}

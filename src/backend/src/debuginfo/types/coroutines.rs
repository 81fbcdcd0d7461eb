//! Describes coroutines (`async` and `gen` blocks). Each state is a variant.

use clif_engine::description::{Parent, Type, TypeId, VariantPart};
use rustc_abi::{FieldIdx, VariantIdx, Variants};
use rustc_hir::def_id::DefId;
use rustc_middle::bug;
use rustc_middle::mir::CoroutineLayout;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{CoroutineArgs, CoroutineArgsExt, GenericArgsRef, Ty};

use super::{Path, composite, member, numbered_field};
use crate::cgu::context::CodegenCx;

/// A coroutine that is being described.
struct Coroutine<'a, 'tcx> {
    id: TypeId,
    def_id: DefId,
    args: GenericArgsRef<'tcx>,
    layout: TyAndLayout<'tcx>,
    states: &'a CoroutineLayout<'tcx>,
}

impl<'tcx> CodegenCx<'tcx> {
    pub(super) fn describe_coroutine(
        &self,
        ty: Ty<'tcx>,
        def_id: DefId,
        args: GenericArgsRef<'tcx>,
    ) -> TypeId {
        let id = self.reserve_type(ty);
        let layout = self.layout_of(ty);
        let states = match self.tcx.coroutine_layout(def_id, args) {
            Ok(states) => states,
            Err(error) => bug!("the coroutine {ty:?} has no layout: {error:?}"),
        };
        let coroutine = Coroutine { id, def_id, args, layout, states };
        let Variants::Multiple { variants, .. } = &layout.variants else {
            bug!("the coroutine {ty:?} has only one state")
        };
        let describe = |index: VariantIdx| {
            let state = self.describe_state(&coroutine, index);
            let span = states.variant_source_info[index].span;
            let declaration = (!span.is_dummy()).then(|| self.position_of(span.lo()));
            // Debuggers show states by number.
            self.variant_of(layout, index, &index.as_usize().to_string(), state, declaration)
        };
        let variants = variants.indices().map(describe).collect();
        let mut structure =
            composite(self.type_name(ty, Path::InParent), self.parent_namespace(def_id), layout);
        structure.declaration = self.type_declaration(def_id);
        let discriminant = self.discriminant_member("__state", layout);
        structure.variants = Some(VariantPart { discriminant, variants });
        self.define_type(id, Type::Composite(structure));
        id
    }

    /// Describes the structure of one state: what is saved in it, then what is captured, which all states
    /// share.
    fn describe_state(&self, coroutine: &Coroutine<'_, 'tcx>, index: VariantIdx) -> TypeId {
        let Coroutine { layout, states, .. } = *coroutine;
        let mut structure = composite(CoroutineArgs::variant_name(index), Parent::Type(coroutine.id), layout);
        let state = layout.for_variant(self, index);
        let describe = |field: usize| {
            let saved = states.variant_fields[index][FieldIdx::from_usize(field)];
            let field_layout = state.field(self, field);
            let ty = self.describe_type(field_layout.ty);
            let offset = state.fields.offset(field);
            match states.field_names[saved] {
                Some(name) => member(name.as_str(), ty, field_layout, offset),
                None => member(numbered_field(field), ty, field_layout, offset),
            }
        };
        structure.members = (0..state.fields.count()).map(describe).collect();
        let captured = coroutine.args.as_coroutine().prefix_tys();
        let names = self.tcx.closure_saved_names_of_captured_variables(coroutine.def_id);
        structure.members.extend(self.captured_members(layout, captured, names.iter().copied()));
        self.add_type(Type::Composite(structure))
    }
}

//! Describes statics and vtables.

use clif_engine::cgu::SymbolId;
use clif_engine::description::{Parent, StaticVariable};
use rustc_codegen_ssa::debuginfo::type_names::{VTableNameKind, compute_debuginfo_vtable_name};
use rustc_hir::def::DefKind;
use rustc_hir::def_id::DefId;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrFlags;
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf};
use rustc_middle::ty::{ExistentialTraitRef, Instance, Ty};

use super::Detail;
use crate::cgu::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    /// Describes the static `def_id`, which this CGU defines as `symbol`.
    pub fn describe_static(&self, def_id: DefId, symbol: SymbolId) {
        if self.debug.detail != Detail::Full {
            return;
        }
        // Allocations inside a static have no name in the source.
        if let DefKind::Static { nested: true, .. } = self.tcx.def_kind(def_id) {
            return;
        }
        let instance = Instance::mono(self.tcx, def_id);
        let ty = instance.ty(self.tcx, self.typing_env());
        let name = self.tcx.item_name(def_id);
        let linkage_name = self.tcx.symbol_name(instance).name;
        let attributes = self.tcx.codegen_fn_attrs(def_id);
        let variable = StaticVariable {
            name: name.as_str().into(),
            linkage_name: (name.as_str() != linkage_name).then(|| linkage_name.into()),
            symbol,
            parent: self.parent_namespace(def_id),
            ty: self.describe_type(ty),
            alignment: self.layout_of(ty).align.abi.bytes(),
            is_external: self.tcx.is_reachable_non_generic(def_id),
            is_thread_local: attributes.flags.contains(CodegenFnAttrFlags::THREAD_LOCAL),
            declaration: self.item_declaration(def_id),
        };
        self.debug.description.borrow_mut().statics.push(variable);
    }

    /// Describes the vtable `symbol` of `ty` for a trait. Debuggers use it to find the concrete type of a
    /// trait object.
    pub fn describe_vtable_of(
        &self,
        ty: Ty<'tcx>,
        trait_ref: Option<ExistentialTraitRef<'tcx>>,
        symbol: SymbolId,
    ) {
        if self.debug.detail != Detail::Full {
            return;
        }
        let name = compute_debuginfo_vtable_name(self.tcx, ty, trait_ref, VTableNameKind::GlobalVariable);
        let variable = StaticVariable {
            name: name.into(),
            linkage_name: None,
            symbol,
            parent: Parent::Unit,
            ty: self.describe_vtable(ty, trait_ref),
            alignment: 0,
            is_external: false,
            is_thread_local: false,
            declaration: None,
        };
        self.debug.description.borrow_mut().statics.push(variable);
    }
}

//! Describes vtables, as structures that name the type they are for.

use std::borrow::Cow;

use clif_engine::description::{Member, Parent, Type, TypeId};
use rustc_codegen_ssa::debuginfo::type_names::{VTableNameKind, compute_debuginfo_vtable_name};
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{ExistentialTraitRef, Ty, TyCtxt, VtblEntry};

use super::{composite, member};
use crate::cgu::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    /// Describes the type of the vtable of `ty` for a trait. Methods are untyped pointers, since methods of
    /// several traits may have the same name.
    pub fn describe_vtable(&self, ty: Ty<'tcx>, trait_ref: Option<ExistentialTraitRef<'tcx>>) -> TypeId {
        let tcx = self.tcx;
        let entries = match trait_ref {
            Some(trait_ref) => {
                tcx.vtable_entries(tcx.erase_and_anonymize_regions(trait_ref.with_self_ty(tcx, ty)))
            }
            None => TyCtxt::COMMON_VTABLE_ENTRIES,
        };
        let void_pointer = Ty::new_imm_ptr(tcx, tcx.types.unit);
        let layout = self.layout_of(void_pointer);
        let name = compute_debuginfo_vtable_name(tcx, ty, trait_ref, VTableNameKind::Type);
        let mut structure = composite(name, Parent::Unit, layout);
        structure.size = layout.size.bytes() * entries.len() as u64;
        structure.containing_type = Some(self.describe_type(ty));
        let (pointer, usize) = (self.describe_type(void_pointer), self.describe_type(tcx.types.usize));
        let describe = |(index, entry): (usize, &VtblEntry<'tcx>)| -> Option<Member> {
            let (name, ty): (Cow<'static, str>, TypeId) = match entry {
                VtblEntry::MetadataDropInPlace => ("drop_in_place".into(), pointer),
                VtblEntry::MetadataSize => ("size".into(), usize),
                VtblEntry::MetadataAlign => ("align".into(), usize),
                VtblEntry::Method(_) => (format!("__method{index}").into(), pointer),
                VtblEntry::TraitVPtr(_) => (format!("__super_trait_ptr{index}").into(), pointer),
                VtblEntry::Vacant => return None,
            };
            Some(member(name, ty, layout, layout.size * index as u64))
        };
        structure.members = entries.iter().enumerate().filter_map(describe).collect();
        self.add_type(Type::Composite(structure))
    }
}

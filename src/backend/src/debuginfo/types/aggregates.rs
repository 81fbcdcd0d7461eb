//! Describes structs, unions, tuples, arrays and closures.

use clif_engine::description::{CompositeKind, Member, Parent, Type, TypeId};
use rustc_abi::Size;
use rustc_hir::def::CtorKind;
use rustc_hir::def_id::DefId;
use rustc_middle::bug;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{self, AdtDef, GenericArgsRef, List, Ty, VariantDef};
use rustc_span::Symbol;

use super::{Path, composite, member, numbered_field};
use crate::cgu::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    pub(super) fn describe_struct(
        &self,
        ty: Ty<'tcx>,
        definition: AdtDef<'tcx>,
        args: GenericArgsRef<'tcx>,
    ) -> TypeId {
        let id = self.reserve_type(ty);
        let def_id = definition.did();
        let layout = self.layout_of(ty);
        let mut structure =
            composite(self.type_name(ty, Path::InParent), self.parent_namespace(def_id), layout);
        structure.accessibility = self.accessibility(self.tcx.visibility(def_id), def_id);
        structure.declaration = self.type_declaration(def_id);
        self.define_composite(id, ty, structure, |structure| {
            structure.members = self.struct_members(def_id, definition.non_enum_variant(), layout);
            structure.type_parameters = self.type_parameters(def_id, args);
        });
        id
    }

    fn struct_members(&self, def_id: DefId, fields: &VariantDef, layout: TyAndLayout<'tcx>) -> Vec<Member> {
        let is_tuple = fields.ctor_kind() == Some(CtorKind::Fn);
        let describe = |(index, field): (usize, &ty::FieldDef)| {
            let field_layout = layout.field(self, index);
            let ty = self.describe_type(field_layout.ty);
            let offset = layout.fields.offset(index);
            let mut member = if is_tuple {
                member(numbered_field(index), ty, field_layout, offset)
            } else {
                member(field.name.as_str(), ty, field_layout, offset)
            };
            member.accessibility = self.accessibility(field.vis, def_id);
            member.declaration = self.type_declaration(field.did);
            member
        };
        fields.fields.iter().enumerate().map(describe).collect()
    }

    pub(super) fn describe_union(
        &self,
        ty: Ty<'tcx>,
        definition: AdtDef<'tcx>,
        args: GenericArgsRef<'tcx>,
    ) -> TypeId {
        let id = self.reserve_type(ty);
        let def_id = definition.did();
        let layout = self.layout_of(ty);
        let mut union = composite(self.type_name(ty, Path::InParent), self.parent_namespace(def_id), layout);
        union.kind = CompositeKind::Union;
        union.declaration = self.type_declaration(def_id);
        self.define_composite(id, ty, union, |union| {
            let describe = |(index, field): (usize, &ty::FieldDef)| {
                let field_layout = layout.field(self, index);
                let ty = self.describe_type(field_layout.ty);
                let mut member = member(field.name.as_str(), ty, field_layout, Size::ZERO);
                member.declaration = self.type_declaration(field.did);
                member
            };
            union.members = definition.non_enum_variant().fields.iter().enumerate().map(describe).collect();
            union.type_parameters = self.type_parameters(def_id, args);
        });
        id
    }

    pub(super) fn describe_tuple(&self, ty: Ty<'tcx>, elements: &'tcx List<Ty<'tcx>>) -> TypeId {
        let id = self.reserve_type(ty);
        let layout = self.layout_of(ty);
        let mut tuple = composite(self.type_name(ty, Path::InParent), Parent::Unit, layout);
        let describe = |(index, element): (usize, Ty<'tcx>)| {
            let offset = layout.fields.offset(index);
            member(numbered_field(index), self.describe_type(element), self.layout_of(element), offset)
        };
        tuple.members = elements.iter().enumerate().map(describe).collect();
        self.define_type(id, Type::Composite(tuple));
        id
    }

    pub(super) fn describe_array(&self, ty: Ty<'tcx>, element: Ty<'tcx>) -> TypeId {
        let id = self.reserve_type(ty);
        let ty::Array(_, length) = ty.kind() else { bug!("{ty:?} is not an array") };
        let layout = self.layout_of(ty);
        let array = Type::Array {
            element: self.describe_type(element),
            count: length.try_to_target_usize(self.tcx),
            size: layout.size.bytes(),
            alignment: layout.align.abi.bytes(),
            is_vector: false,
        };
        self.define_type(id, array);
        id
    }

    pub(super) fn describe_closure(&self, ty: Ty<'tcx>, def_id: DefId) -> TypeId {
        let id = self.reserve_type(ty);
        let layout = self.layout_of(ty);
        let mut environment =
            composite(self.type_name(ty, Path::InParent), self.parent_namespace(def_id), layout);
        environment.declaration = self.type_declaration(def_id);
        let captured = match ty.kind() {
            ty::Closure(_, args) => args.as_closure().upvar_tys(),
            ty::CoroutineClosure(_, args) => args.as_coroutine_closure().upvar_tys(),
            _ => bug!("{ty:?} is not a closure"),
        };
        let names = self.tcx.closure_saved_names_of_captured_variables(def_id);
        environment.members = self.captured_members(layout, captured, names.iter().copied());
        self.define_type(id, Type::Composite(environment));
        id
    }

    /// Describes the variables that a closure or coroutine captures; they come first in its layout.
    pub(super) fn captured_members(
        &self,
        layout: TyAndLayout<'tcx>,
        types: &'tcx List<Ty<'tcx>>,
        names: impl Iterator<Item = Symbol>,
    ) -> Vec<Member> {
        let describe = |(index, (ty, name)): (usize, (Ty<'tcx>, Symbol))| {
            let offset = layout.fields.offset(index);
            member(name.as_str(), self.describe_type(ty), self.layout_of(ty), offset)
        };
        types.iter().zip(names).enumerate().map(describe).collect()
    }

    /// Describes `unsafe<'a> T`: a structure around the value, which keeps the name of the binder.
    pub(super) fn describe_unsafe_binder(&self, ty: Ty<'tcx>, inner: Ty<'tcx>) -> TypeId {
        let id = self.reserve_type(ty);
        let mut binder = composite(self.type_name(ty, Path::Included), Parent::Unit, self.layout_of(ty));
        let inner_id = self.describe_type(inner);
        binder.members = vec![member("inner", inner_id, self.layout_of(inner), Size::ZERO)];
        self.define_type(id, Type::Composite(binder));
        id
    }
}

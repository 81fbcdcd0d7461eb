//! Describes enums: as enumerations, or as structures with variants.

use clif_engine::description::{
    Accessibility, Enumeration, Member, Parent, Type, TypeId, TypeParameter, Variant, VariantPart,
    VariantValues,
};
use rustc_abi::{FieldIdx, Size, TagEncoding, VariantIdx, Variants};
use rustc_codegen_ssa::debuginfo::{tag_base_type, wants_c_like_enum_debuginfo};
use rustc_hir::def::CtorKind;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{self, AdtDef, GenericArgsRef, Ty, VariantDef};

use super::{Path, composite, member, numbered_field};
use crate::cgu::context::CodegenCx;

/// What all variants of an enum have in common.
struct EnumParts {
    id: TypeId,
    accessibility: Option<Accessibility>,
    type_parameters: Vec<TypeParameter>,
}

impl<'tcx> CodegenCx<'tcx> {
    pub(super) fn describe_enum(
        &self,
        ty: Ty<'tcx>,
        definition: AdtDef<'tcx>,
        args: GenericArgsRef<'tcx>,
    ) -> TypeId {
        let layout = self.layout_of(ty);
        let id = self.reserve_type(ty);
        if wants_c_like_enum_debuginfo(self.tcx, layout) {
            let enumeration = self.enumeration(definition, layout);
            self.define_type(id, Type::Enumeration(enumeration));
            return id;
        }
        let def_id = definition.did();
        let mut structure =
            composite(self.type_name(ty, Path::InParent), self.parent_namespace(def_id), layout);
        structure.accessibility = self.accessibility(self.tcx.visibility(def_id), def_id);
        structure.declaration = self.type_declaration(def_id);
        let accessibility = structure.accessibility;
        // Type parameters belong to the structures of the variants.
        self.define_composite(id, ty, structure, |structure| {
            let type_parameters = self.type_parameters(def_id, args);
            let parts = EnumParts { id, accessibility, type_parameters };
            let variants = definition.variant_range().map(|index| {
                let variant = definition.variant(index);
                let ty = self.describe_variant(&parts, variant, layout, index);
                let declaration = self.type_declaration(variant.def_id);
                self.variant_of(layout, index, variant.name.as_str(), ty, declaration)
            });
            let variants = variants.collect();
            structure.variants =
                Some(VariantPart { discriminant: self.discriminant_member("", layout), variants });
        });
        id
    }

    /// Describes an enum without data.
    fn enumeration(&self, definition: AdtDef<'tcx>, layout: TyAndLayout<'tcx>) -> Enumeration {
        let underlying = tag_base_type(self.tcx, layout);
        let underlying_layout = self.layout_of(underlying);
        let enumerators = definition.discriminants(self.tcx);
        Enumeration {
            name: self.type_name(layout.ty, Path::InParent),
            parent: self.parent_namespace(definition.did()),
            underlying: self.describe_type(underlying),
            size: underlying_layout.size.bytes(),
            alignment: underlying_layout.align.abi.bytes(),
            is_class: true,
            is_signed: matches!(underlying.kind(), ty::Int(_)),
            enumerators: enumerators
                .map(|(index, value)| (definition.variant(index).name.as_str().into(), value.val))
                .collect(),
            declaration: self.type_declaration(definition.did()),
        }
    }

    /// Describes the structure of one variant, which has the size of the whole enum.
    fn describe_variant(
        &self,
        parts: &EnumParts,
        variant: &VariantDef,
        enum_layout: TyAndLayout<'tcx>,
        index: VariantIdx,
    ) -> TypeId {
        let layout = enum_layout.for_variant(self, index);
        let mut structure = composite(variant.name.as_str(), Parent::Type(parts.id), enum_layout);
        structure.accessibility = parts.accessibility;
        structure.declaration = self.type_declaration(variant.def_id);
        structure.type_parameters.clone_from(&parts.type_parameters);
        let is_tuple = variant.ctor_kind() == Some(CtorKind::Fn);
        let describe = |field: usize| {
            let field_layout = layout.field(self, field);
            let ty = self.describe_type(field_layout.ty);
            let offset = layout.fields.offset(field);
            let mut member = if is_tuple {
                member(numbered_field(field), ty, field_layout, offset)
            } else {
                member(variant.fields[FieldIdx::from_usize(field)].name.as_str(), ty, field_layout, offset)
            };
            member.accessibility = parts.accessibility;
            member
        };
        structure.members = (0..layout.fields.count()).map(describe).collect();
        self.add_type(Type::Composite(structure))
    }

    /// Describes the variant `index` of an enum or coroutine. `ty` is its structure.
    pub(super) fn variant_of(
        &self,
        layout: TyAndLayout<'tcx>,
        index: VariantIdx,
        name: &str,
        ty: TypeId,
        declaration: Option<u32>,
    ) -> Variant {
        let mut member = member(name, ty, layout, Size::ZERO);
        member.declaration = declaration;
        Variant { values: self.variant_values(layout, index), member }
    }

    /// Describes the tag of an enum or coroutine; `None` if it has only one variant.
    pub(super) fn discriminant_member(&self, name: &str, layout: TyAndLayout<'tcx>) -> Option<Member> {
        let Variants::Multiple { tag_field, .. } = layout.variants else { return None };
        let tag = tag_base_type(self.tcx, layout);
        let offset = layout.fields.offset(tag_field.as_usize());
        let mut member = member(name, self.describe_type(tag), self.layout_of(tag), offset);
        member.is_artificial = true;
        Some(member)
    }

    /// Returns the tags of the variant `index`. The untagged variant of a niche has all tags that no other
    /// variant has.
    fn variant_values(&self, layout: TyAndLayout<'tcx>, index: VariantIdx) -> VariantValues {
        let Variants::Multiple { tag, ref tag_encoding, .. } = layout.variants else {
            return VariantValues::Default;
        };
        match *tag_encoding {
            TagEncoding::Direct => match layout.ty.discriminant_for_variant(self.tcx, index) {
                Some(discriminant) => VariantValues::One(discriminant.val),
                None => VariantValues::Default,
            },
            TagEncoding::Niche { untagged_variant, .. } if index == untagged_variant => {
                VariantValues::Default
            }
            TagEncoding::Niche { ref niche_variants, niche_start, .. } => {
                let distance =
                    u128::from(index.as_u32()).wrapping_sub(u128::from(niche_variants.start().as_u32()));
                VariantValues::One(tag.size(self).truncate(distance.wrapping_add(niche_start)))
            }
        }
    }
}

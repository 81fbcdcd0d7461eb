//! Describes types, named and laid out as rustc's LLVM backend does for DWARF: debuggers and the pretty
//! printers that rustc ships depend on it.
//!
//! 1. [`CodegenCx::describe_type`] looks the type up. At its first mention, it calls the function for its
//!    kind.
//! 2. A type that can be mentioned in its own description (all that have members or point to something) is
//!    reserved first, then described, then defined.
//! 3. [`pointers`], [`aggregates`], [`enums`], [`coroutines`] and [`vtables`] describe one kind each.
//!
//! To add a kind of type: its line in `describe_new_type`, and a function that ends with `define_type`.

mod aggregates;
mod coroutines;
mod enums;
mod pointers;
mod recursion;
mod vtables;

use std::borrow::Cow;

use clif_engine::description::{
    Accessibility, Composite, CompositeKind, Member, Parent, Type, TypeId, TypeParameter,
};
use gimli::DwAte;
use rustc_abi::Size;
use rustc_codegen_ssa::debuginfo::type_names::compute_debuginfo_type_name;
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def_id::DefId;
use rustc_middle::bug;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{self, AdtKind, GenericArgsRef, Ty, Visibility};

use crate::cgu::context::CodegenCx;
use recursion::OpenType;

/// The types of the CGU that are described or being described.
#[derive(Default)]
pub struct TypeDescriptions<'tcx> {
    ids: FxHashMap<Ty<'tcx>, TypeId>,
    /// Pointers without a name, which wide pointers contain, by pointee.
    unnamed_pointers: FxHashMap<TypeId, TypeId>,
    /// The type that replaces a function type inside its own description.
    recursion_marker: Option<TypeId>,
    /// The nominal types that are being described, outermost first.
    open: Vec<OpenType<'tcx>>,
}

/// Whether a name includes the path of its item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    Included,
    /// The description has the namespace as its parent.
    InParent,
}

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the description of `ty`, which is made at the first mention.
    pub fn describe_type(&self, ty: Ty<'tcx>) -> TypeId {
        let known = self.debug.types.borrow().ids.get(&ty).copied();
        known.unwrap_or_else(|| self.describe_new_type(ty))
    }

    fn describe_new_type(&self, ty: Ty<'tcx>) -> TypeId {
        match *ty.kind() {
            ty::Never => self.describe_base_type(ty, "!", gimli::DW_ATE_unsigned),
            ty::Bool => self.describe_base_type(ty, "bool", gimli::DW_ATE_boolean),
            ty::Char => self.describe_base_type(ty, "char", gimli::DW_ATE_UTF),
            ty::Int(int) => self.describe_base_type(ty, int.name_str(), gimli::DW_ATE_signed),
            ty::Uint(int) => self.describe_base_type(ty, int.name_str(), gimli::DW_ATE_unsigned),
            ty::Float(float) => self.describe_base_type(ty, float.name_str(), gimli::DW_ATE_float),
            ty::Tuple(elements) if elements.is_empty() => {
                self.describe_base_type(ty, "()", gimli::DW_ATE_unsigned)
            }
            ty::Tuple(elements) => self.describe_tuple(ty, elements),
            ty::Array(element, _) => self.describe_array(ty, element),
            // The data pointer of a wide pointer points to the first element.
            ty::Slice(element) => self.describe_as(ty, element),
            ty::Str => self.describe_as(ty, self.tcx.types.u8),
            ty::Pat(base, _) => self.describe_as(ty, base),
            ty::Dynamic(..) => self.describe_without_members(ty, Path::Included, Parent::Unit),
            ty::Foreign(def_id) => {
                let parent = self.parent_namespace(def_id);
                self.describe_without_members(ty, Path::InParent, parent)
            }
            ty::RawPtr(pointee, _) | ty::Ref(_, pointee, _) => self.describe_pointer(ty, pointee),
            ty::Adt(definition, args) if definition.is_box() && self.is_plain_box(args) => {
                self.describe_pointer(ty, ty.expect_boxed_ty())
            }
            ty::FnDef(..) | ty::FnPtr(..) => self.describe_function_pointer(ty),
            ty::Closure(def_id, _) | ty::CoroutineClosure(def_id, _) => self.describe_closure(ty, def_id),
            ty::Coroutine(def_id, args) => self.describe_coroutine(ty, def_id, args),
            ty::Adt(definition, args) => match definition.adt_kind() {
                AdtKind::Struct => self.describe_struct(ty, definition, args),
                AdtKind::Union => self.describe_union(ty, definition, args),
                AdtKind::Enum => self.describe_enum(ty, definition, args),
            },
            ty::UnsafeBinder(inner) => self.describe_unsafe_binder(ty, inner.skip_binder()),
            ty::Alias(..)
            | ty::Param(_)
            | ty::Bound(..)
            | ty::Infer(_)
            | ty::Placeholder(_)
            | ty::CoroutineWitness(..)
            | ty::Error(_) => bug!("debug info of the type {ty:?}"),
        }
    }

    /// Whether a `Box` is just a pointer: its allocator has no size.
    fn is_plain_box(&self, args: GenericArgsRef<'tcx>) -> bool {
        args.get(1).is_none_or(|allocator| self.layout_of(allocator.expect_ty()).is_1zst())
    }

    /// Reserves an id for `ty`, which [`CodegenCx::define_type`] defines.
    fn reserve_type(&self, ty: Ty<'tcx>) -> TypeId {
        let id = self.debug.description.borrow_mut().reserve_type();
        self.debug.types.borrow_mut().ids.insert(ty, id);
        id
    }

    fn define_type(&self, id: TypeId, description: Type) {
        self.debug.description.borrow_mut().define_type(id, description);
    }

    /// Adds a type that nothing in its own description mentions.
    fn add_type(&self, description: Type) -> TypeId {
        self.debug.description.borrow_mut().types.push(description)
    }

    fn type_name(&self, ty: Ty<'tcx>, path: Path) -> Box<str> {
        compute_debuginfo_type_name(self.tcx, ty, path == Path::Included).into()
    }

    fn describe_base_type(&self, ty: Ty<'tcx>, name: &str, encoding: DwAte) -> TypeId {
        let size = self.layout_of(ty).size.bytes();
        let id = self.add_type(Type::Base { name: name.into(), encoding, size });
        self.debug.types.borrow_mut().ids.insert(ty, id);
        id
    }

    /// Describes `ty` by the description of `other`.
    fn describe_as(&self, ty: Ty<'tcx>, other: Ty<'tcx>) -> TypeId {
        let id = self.describe_type(other);
        self.debug.types.borrow_mut().ids.insert(ty, id);
        id
    }

    /// Describes `ty` as a structure that only has a name.
    fn describe_without_members(&self, ty: Ty<'tcx>, path: Path, parent: Parent) -> TypeId {
        let id = self.reserve_type(ty);
        let structure = composite(self.type_name(ty, path), parent, self.layout_of(ty));
        self.define_type(id, Type::Composite(structure));
        id
    }

    /// Returns the type arguments of an item with their names; lifetimes and constants are not described.
    pub fn type_parameters(&self, def_id: DefId, args: GenericArgsRef<'tcx>) -> Vec<TypeParameter> {
        if args.types().next().is_none() {
            return Vec::new();
        }
        let generics = self.tcx.generics_of(def_id);
        let types =
            args.iter().enumerate().filter_map(|(index, argument)| Some((index, argument.as_type()?)));
        types
            .map(|(index, ty)| {
                let name = generics.param_at(index, self.tcx).name.as_str().into();
                TypeParameter { name, ty: self.describe_type(ty) }
            })
            .collect()
    }

    /// Returns where a type or field is declared, if the session asks for it
    /// (`-Zdebug-info-type-line-numbers`).
    fn type_declaration(&self, def_id: DefId) -> Option<u32> {
        if !self.tcx.sess.opts.unstable_opts.debug_info_type_line_numbers {
            return None;
        }
        self.item_declaration(def_id)
    }

    /// Returns the accessibility of something with this visibility in the type `type_id`: private in the
    /// type's own module, protected with any other restriction.
    fn accessibility(&self, visibility: Visibility<DefId>, type_id: DefId) -> Option<Accessibility> {
        Some(match visibility {
            Visibility::Public => Accessibility::Public,
            Visibility::Restricted(module) if module == self.tcx.parent(type_id) => Accessibility::Private,
            Visibility::Restricted(_) => Accessibility::Protected,
        })
    }
}

/// Returns a structure without members.
fn composite(name: impl Into<Box<str>>, parent: Parent, layout: TyAndLayout<'_>) -> Composite {
    Composite {
        kind: CompositeKind::Structure,
        name: name.into(),
        parent,
        size: layout.size.bytes(),
        alignment: layout.align.abi.bytes(),
        members: Vec::new(),
        variants: None,
        type_parameters: Vec::new(),
        containing_type: None,
        accessibility: None,
        is_artificial: false,
        declaration: None,
    }
}

/// Returns a member with the alignment of `layout`.
fn member(name: impl Into<Box<str>>, ty: TypeId, layout: TyAndLayout<'_>, offset: Size) -> Member {
    Member {
        name: name.into(),
        ty,
        offset: offset.bytes(),
        alignment: layout.align.abi.bytes(),
        accessibility: None,
        is_artificial: false,
        declaration: None,
    }
}

/// Returns the name of a field that only has a number.
fn numbered_field(index: usize) -> Cow<'static, str> {
    const NAMES: [&str; 16] = [
        "__0", "__1", "__2", "__3", "__4", "__5", "__6", "__7", "__8", "__9", "__10", "__11", "__12", "__13",
        "__14", "__15",
    ];
    NAMES.get(index).map_or_else(|| format!("__{index}").into(), |&name| name.into())
}

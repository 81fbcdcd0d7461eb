//! Describes references, raw pointers, boxes and pointers to functions.

use clif_engine::description::{Parent, Type, TypeId};
use gimli::DW_ATE_unsigned;
use rustc_middle::bug;
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf, WIDE_PTR_ADDR, WIDE_PTR_EXTRA};
use rustc_middle::ty::{self, Ty};

use super::{Path, composite, member};
use crate::cgu::context::CodegenCx;

/// The names of the fields of a wide pointer.
struct WidePointer {
    address: &'static str,
    extra: &'static str,
}

impl<'tcx> CodegenCx<'tcx> {
    /// Describes `ty`, which is a pointer to `pointee` or contains nothing else.
    pub(super) fn describe_pointer(&self, ty: Ty<'tcx>, pointee: Ty<'tcx>) -> TypeId {
        let id = self.reserve_type(ty);
        let target = self.describe_type(pointee);
        let name = self.type_name(ty, Path::Included);
        let Some(fields) = self.wide_pointer(pointee) else {
            let size = self.pointer_bytes();
            self.define_type(id, Type::Pointer { name: Some(name), pointee: Some(target), size });
            return id;
        };
        // A box is described as the pointer inside it; its allocator has no size.
        let inner = if ty.is_box() { Ty::new_mut_ptr(self.tcx, pointee) } else { ty };
        let layout = self.layout_of(inner);
        let structure = composite(name, Parent::Unit, self.layout_of(ty));
        self.define_composite(id, ty, structure, |structure| {
            let field = |index| (layout.field(self, index), layout.fields.offset(index));
            let (address, address_offset) = field(WIDE_PTR_ADDR);
            let (extra, extra_offset) = field(WIDE_PTR_EXTRA);
            let pointer = self.unnamed_pointer(target);
            structure.members = vec![
                member(fields.address, pointer, address, address_offset),
                member(fields.extra, self.describe_type(extra.ty), extra, extra_offset),
            ];
        });
        id
    }

    /// Returns the field names of a wide pointer to `pointee`; `None` if the pointer is thin.
    fn wide_pointer(&self, pointee: Ty<'tcx>) -> Option<WidePointer> {
        let tail = self.tcx.struct_tail_for_codegen(pointee, self.typing_env());
        match tail.kind() {
            ty::Str | ty::Slice(_) => Some(WidePointer { address: "data_ptr", extra: "length" }),
            ty::Dynamic(..) => Some(WidePointer { address: "pointer", extra: "vtable" }),
            _ => None,
        }
    }

    fn unnamed_pointer(&self, target: TypeId) -> TypeId {
        if let Some(&id) = self.debug.types.borrow().unnamed_pointers.get(&target) {
            return id;
        }
        let size = self.pointer_bytes();
        let id = self.add_type(Type::Pointer { name: None, pointee: Some(target), size });
        self.debug.types.borrow_mut().unnamed_pointers.insert(target, id);
        id
    }

    /// Describes a pointer to a function, or the type of a function item, which has no size.
    pub(super) fn describe_function_pointer(&self, ty: Ty<'tcx>) -> TypeId {
        // A function may return itself as `impl Trait`. Debuggers do not expect infinite types, so a marker
        // replaces the type inside its own description.
        let marker = self.recursion_marker();
        self.debug.types.borrow_mut().ids.insert(ty, marker);
        let signature = self.tcx.normalize_erasing_late_bound_regions(self.typing_env(), ty.fn_sig(self.tcx));
        let output = signature.output();
        let return_type = (!output.is_unit()).then(|| self.describe_type(output));
        let parameters = signature.inputs().iter().map(|&input| self.describe_type(input)).collect();
        let function = self.add_type(Type::Function { return_type, parameters });
        let size = match ty.kind() {
            ty::FnDef(..) => 0,
            ty::FnPtr(..) => self.pointer_bytes(),
            _ => bug!("{ty:?} is not a function"),
        };
        let name = Some(self.type_name(ty, Path::InParent));
        let id = self.add_type(Type::Pointer { name, pointee: Some(function), size });
        self.debug.types.borrow_mut().ids.insert(ty, id);
        id
    }

    fn recursion_marker(&self) -> TypeId {
        if let Some(id) = self.debug.types.borrow().recursion_marker {
            return id;
        }
        let size = self.pointer_bytes();
        let name = "<recur_type>".into();
        let id = self.add_type(Type::Base { name, encoding: DW_ATE_unsigned, size });
        self.debug.types.borrow_mut().recursion_marker = Some(id);
        id
    }
}

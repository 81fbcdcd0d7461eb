//! Writes the types of values in LLVM's IR.
//!
//! They are the types of rustc's own LLVM backend (`rustc_codegen_llvm/src/type_of.rs`), since LLVM compares
//! them with its own declaration of an intrinsic. [`immediate`] returns the type of a value in registers,
//! where a `bool` has one bit, [`in_memory`] that of a value in memory.

use rustc_abi::{Align, BackendRepr, FieldsShape, Float, Integer, Primitive, Scalar, Size};
use rustc_middle::ty::layout::TyAndLayout;

use crate::cgu::context::CodegenCx;

/// The type of a `bool` in a register.
pub(super) const TRUTH: &str = "i1";

/// Returns the type of a scalar in a register.
pub(super) fn immediate_scalar(scalar: Scalar) -> String {
    if scalar.is_bool() { TRUTH.to_owned() } else { scalar_in_memory(scalar) }
}

/// Returns the type of a layout in registers.
pub(super) fn immediate<'tcx>(cx: &CodegenCx<'tcx>, layout: TyAndLayout<'tcx>) -> String {
    match layout.backend_repr {
        BackendRepr::Scalar(scalar) => immediate_scalar(scalar),
        BackendRepr::ScalarPair(first, second) => {
            format!("{{ {}, {} }}", immediate_scalar(first), immediate_scalar(second))
        }
        _ => in_memory(cx, layout),
    }
}

fn scalar_in_memory(scalar: Scalar) -> String {
    match scalar.primitive() {
        Primitive::Int(integer, _) => integer_type(integer),
        Primitive::Float(Float::F16) => "half".to_owned(),
        Primitive::Float(Float::F32) => "float".to_owned(),
        Primitive::Float(Float::F64) => "double".to_owned(),
        Primitive::Float(Float::F128) => "fp128".to_owned(),
        Primitive::Pointer(space) if space.0 == 0 => "ptr".to_owned(),
        Primitive::Pointer(space) => format!("ptr addrspace({})", space.0),
    }
}

fn integer_type(integer: Integer) -> String {
    format!("i{}", integer.size().bits())
}

/// Returns the type of a layout in memory.
pub(super) fn in_memory<'tcx>(cx: &CodegenCx<'tcx>, layout: TyAndLayout<'tcx>) -> String {
    match layout.backend_repr {
        BackendRepr::Scalar(scalar) => return scalar_in_memory(scalar),
        BackendRepr::SimdVector { element, count } => {
            return format!("<{count} x {}>", scalar_in_memory(element));
        }
        BackendRepr::SimdScalableVector { element, count, number_of_vectors } => {
            let vector = format!("<vscale x {count} x {}>", immediate_scalar(element));
            let vectors = vec![vector; usize::from(number_of_vectors.0)].join(", ");
            return if number_of_vectors.0 == 1 { vectors } else { format!("{{ {vectors} }}") };
        }
        BackendRepr::Memory { .. } | BackendRepr::ScalarPair(..) => {}
    }
    match layout.fields {
        FieldsShape::Primitive | FieldsShape::Union(_) => {
            format!("{{ {} }}", filler(cx, layout.size, layout.align.abi))
        }
        FieldsShape::Array { count, .. } => format!("[{count} x {}]", in_memory(cx, layout.field(cx, 0))),
        FieldsShape::Arbitrary { .. } => structure(cx, layout),
    }
}

/// Returns a structure with the fields in the order of their offsets, and the padding between them.
fn structure<'tcx>(cx: &CodegenCx<'tcx>, layout: TyAndLayout<'tcx>) -> String {
    let mut fields = Vec::new();
    let mut is_packed = false;
    let mut end = Size::ZERO;
    let mut align_before = layout.align.abi;
    for index in layout.fields.index_by_increasing_offset() {
        let offset = layout.fields.offset(index);
        let field = layout.field(cx, index);
        let align = layout.align.abi.min(field.align.abi).restrict_for_offset(offset);
        is_packed |= align < field.align.abi;
        if offset > end {
            fields.push(filler(cx, offset - end, align_before.min(align)));
        }
        fields.push(in_memory(cx, field));
        end = offset + field.size;
        align_before = align;
    }
    if !fields.is_empty() && layout.size > end {
        fields.push(filler(cx, layout.size - end, align_before));
    }
    let fields = fields.join(", ");
    if is_packed { format!("<{{ {fields} }}>") } else { format!("{{ {fields} }}") }
}

/// Returns an array that is `size` bytes long, for padding and unions.
fn filler(cx: &CodegenCx<'_>, size: Size, align: Align) -> String {
    let unit = Integer::approximate_align(cx, align);
    format!("[{} x {}]", size.bytes() / unit.size().bytes(), integer_type(unit))
}

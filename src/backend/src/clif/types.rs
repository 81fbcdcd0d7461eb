//! The backend types of the lowering: what `rustc_codegen_ssa` asks to load, store, pass and cast.
//!
//! In order:
//! 1. [`Type`]: a small `Copy` description; scalars map to one CLIF type, vectors of 128 bits too, everything that
//!    lives in memory keeps only size and alignment.
//! 2. [`TypeTable`]: interned lists of elements for the few aggregates that exist as values (scalar pairs, ABI
//!    casts).
//! 3. The `*TypeCodegenMethods` traits, answered from layouts.

use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use cranelift_codegen::ir;
use rustc_abi::{
    AddressSpace, Align, BackendRepr, Float, HasDataLayout, Integer, Primitive, Reg, RegKind, Scalar, Size,
};
use rustc_codegen_ssa::common::TypeKind;
use rustc_codegen_ssa::traits::{
    BaseTypeCodegenMethods, LayoutTypeCodegenMethods, TypeMembershipCodegenMethods,
};
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::bug;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_target::callconv::{CastTarget, FnAbi};

use crate::abi::SignatureId;
use crate::cgu::context::CodegenCx;
use crate::clif::values::Value;

/// An interned [`AggregateType`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AggregateTypeId(u32);
entity_impl!(AggregateTypeId, "aggregate");

/// The scalar kinds a vector can have as elements, and what a scalar value is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Element {
    I8,
    I16,
    I32,
    I64,
    I128,
    F16,
    F32,
    F64,
    F128,
    Pointer,
}

impl Element {
    /// Size in bytes.
    pub fn size(self) -> u64 {
        match self {
            Element::I8 => 1,
            Element::I16 | Element::F16 => 2,
            Element::I32 | Element::F32 => 4,
            Element::I64 | Element::F64 | Element::Pointer => 8,
            Element::I128 | Element::F128 => 16,
        }
    }

    pub fn clif(self) -> ir::Type {
        match self {
            Element::I8 => ir::types::I8,
            Element::I16 => ir::types::I16,
            Element::I32 => ir::types::I32,
            Element::I64 | Element::Pointer => ir::types::I64,
            Element::I128 => ir::types::I128,
            Element::F16 => ir::types::F16,
            Element::F32 => ir::types::F32,
            Element::F64 => ir::types::F64,
            Element::F128 => ir::types::F128,
        }
    }

    pub fn scalar_type(self) -> Type {
        match self {
            Element::I8 => Type::I8,
            Element::I16 => Type::I16,
            Element::I32 => Type::I32,
            Element::I64 => Type::I64,
            Element::I128 => Type::I128,
            Element::F16 => Type::F16,
            Element::F32 => Type::F32,
            Element::F64 => Type::F64,
            Element::F128 => Type::F128,
            Element::Pointer => Type::Pointer,
        }
    }

    pub fn is_float(self) -> bool {
        matches!(self, Element::F16 | Element::F32 | Element::F64 | Element::F128)
    }

    fn of_primitive(primitive: Primitive) -> Element {
        match primitive {
            Primitive::Int(Integer::I8, _) => Element::I8,
            Primitive::Int(Integer::I16, _) => Element::I16,
            Primitive::Int(Integer::I32, _) => Element::I32,
            Primitive::Int(Integer::I64, _) => Element::I64,
            Primitive::Int(Integer::I128, _) => Element::I128,
            Primitive::Float(Float::F16) => Element::F16,
            Primitive::Float(Float::F32) => Element::F32,
            Primitive::Float(Float::F64) => Element::F64,
            Primitive::Float(Float::F128) => Element::F128,
            Primitive::Pointer(_) => Element::Pointer,
        }
    }
}

/// A backend type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    Void,
    /// A truth value in a register (LLVM's `i1`): an `I8` that is 0 or 1.
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    F16,
    F32,
    F64,
    F128,
    /// An address; 64 bits on all three targets.
    Pointer,
    /// A SIMD vector. With 128 bits in all it is a CLIF vector, otherwise it lives in memory.
    Vector {
        element: Element,
        lanes: u32,
    },
    /// A value of several scalars that exists only in the aggregate side table.
    Aggregate(AggregateTypeId),
    /// Anything else: known by size and alignment, in bytes.
    Memory {
        size: u64,
        alignment: u64,
    },
}

impl Type {
    /// The element kind of a scalar type; `None` for what is not a scalar.
    pub fn element(self) -> Option<Element> {
        Some(match self {
            Type::Bool | Type::I8 => Element::I8,
            Type::I16 => Element::I16,
            Type::I32 => Element::I32,
            Type::I64 => Element::I64,
            Type::I128 => Element::I128,
            Type::F16 => Element::F16,
            Type::F32 => Element::F32,
            Type::F64 => Element::F64,
            Type::F128 => Element::F128,
            Type::Pointer => Element::Pointer,
            Type::Void | Type::Vector { .. } | Type::Aggregate(_) | Type::Memory { .. } => return None,
        })
    }

    /// The CLIF type of a value of this type, when one CLIF value can hold it.
    pub fn clif(self) -> Option<ir::Type> {
        match self {
            Type::Vector { element, lanes } if element.size() * u64::from(lanes) == 16 && lanes > 1 => {
                element.clif().by(lanes)
            }
            _ => self.element().map(Element::clif),
        }
    }

    /// The CLIF type of a scalar or 128-bit vector.
    pub fn clif_or_bug(self) -> ir::Type {
        self.clif().unwrap_or_else(|| bug!("no single CLIF value holds the type {self:?}"))
    }

    pub fn is_integer(self) -> bool {
        matches!(self, Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::I128)
    }

    pub fn is_float(self) -> bool {
        matches!(self, Type::F16 | Type::F32 | Type::F64 | Type::F128)
    }

    /// Size in bytes of scalars, vectors and memory types; 0 for `Void`.
    pub fn size(self) -> u64 {
        match self {
            Type::Void => 0,
            Type::Vector { element, lanes } => element.size() * u64::from(lanes),
            Type::Memory { size, .. } => size,
            Type::Aggregate(_) => bug!("the size of an aggregate value is asked of the type table"),
            scalar => scalar.element().map_or(0, Element::size),
        }
    }

    /// The integer type of `bits` bits.
    pub fn integer(bits: u64) -> Type {
        match bits {
            1 => Type::Bool,
            8 => Type::I8,
            16 => Type::I16,
            32 => Type::I32,
            64 => Type::I64,
            128 => Type::I128,
            _ => bug!("no integer type of {bits} bits"),
        }
    }
}

/// One scalar of an aggregate value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AggregateElement {
    pub ty: Type,
    /// In bytes from the start of the aggregate in memory.
    pub offset: u64,
    /// How many bytes of memory belong to it: less than the type's size for the 3-, 5-, 6- and 7-byte integers of
    /// the Rust ABI, which must neither be read nor written beyond that.
    pub bytes: u64,
}

/// The elements of an aggregate value in order of their index.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct AggregateType {
    pub elements: Vec<AggregateElement>,
}

/// All aggregate types of a codegen unit.
#[derive(Default)]
pub struct TypeTable {
    types: PrimaryMap<AggregateTypeId, AggregateType>,
    ids: FxHashMap<AggregateType, AggregateTypeId>,
}

impl TypeTable {
    pub fn intern(&mut self, aggregate: AggregateType) -> AggregateTypeId {
        if let Some(&id) = self.ids.get(&aggregate) {
            return id;
        }
        let id = self.types.push(aggregate.clone());
        self.ids.insert(aggregate, id);
        id
    }

    pub fn get(&self, id: AggregateTypeId) -> &AggregateType {
        &self.types[id]
    }
}

/// The type that holds one ABI register, with rounding up of odd integer sizes (`ArgAbi` casts).
pub fn register_type(register: &Reg) -> Type {
    match (register.kind, register.size.bytes()) {
        (RegKind::Integer, 1) => Type::I8,
        (RegKind::Integer, 2) => Type::I16,
        (RegKind::Integer, 3 | 4) => Type::I32,
        (RegKind::Integer, 5..=8) => Type::I64,
        (RegKind::Integer, 9..=16) => Type::I128,
        (RegKind::Float, 2) => Type::F16,
        (RegKind::Float, 4) => Type::F32,
        (RegKind::Float, 8) => Type::F64,
        (RegKind::Float, 16) => Type::F128,
        (RegKind::Vector { .. }, bytes) => Type::Vector { element: Element::I8, lanes: bytes as u32 },
        (kind, bytes) => bug!("no register of kind {kind:?} and {bytes} bytes"),
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// The elements that `cast` passes or returns a value in (`CastTarget` of `rustc_target::callconv`).
    pub fn cast_aggregate(&self, cast: &CastTarget) -> AggregateType {
        let mut elements = Vec::new();
        let mut offset = 0;
        let mut push = |register: &Reg, offset: u64, bytes: u64| {
            elements.push(AggregateElement { ty: register_type(register), offset, bytes });
        };
        for register in cast.prefix.iter().flatten() {
            push(register, offset, register.size.bytes());
            offset += register.size.bytes();
        }
        if let Some(rest_offset) = cast.rest_offset {
            offset = rest_offset.bytes();
        }
        let unit = cast.rest.unit;
        let end = offset + cast.rest.total.bytes();
        while offset < end {
            let bytes = unit.size.bytes().min(end - offset);
            let register = Reg { kind: unit.kind, size: Size::from_bytes(bytes) };
            // The last integer of a uniform rest may be shorter; floats and vectors are always whole.
            let register = if unit.kind == RegKind::Integer { register } else { unit };
            push(&register, offset, bytes);
            offset += unit.size.bytes();
        }
        AggregateType { elements }
    }

    pub fn intern_aggregate(&self, aggregate: AggregateType) -> Type {
        Type::Aggregate(self.types.borrow_mut().intern(aggregate))
    }

    /// The type of a scalar; with `immediate`, truth values are [`Type::Bool`].
    pub fn scalar_type(&self, scalar: Scalar, immediate: bool) -> Type {
        if immediate && scalar.is_bool() {
            return Type::Bool;
        }
        Element::of_primitive(scalar.primitive()).scalar_type()
    }

    /// The type of a layout in memory or, with `immediate`, in registers.
    pub fn layout_type(&self, layout: TyAndLayout<'tcx>, immediate: bool) -> Type {
        match layout.backend_repr {
            BackendRepr::Scalar(scalar) => self.scalar_type(scalar, immediate),
            BackendRepr::SimdVector { element, count } => {
                Type::Vector { element: Element::of_primitive(element.primitive()), lanes: count as u32 }
            }
            BackendRepr::ScalarPair(first, second) if immediate => self.pair_type(first, second),
            _ => Type::Memory { size: layout.size.bytes(), alignment: layout.align.abi.bytes() },
        }
    }

    /// The aggregate that a scalar pair is when it is packed into one value.
    pub fn pair_type(&self, first: Scalar, second: Scalar) -> Type {
        let offset = first.size(self).align_to(second.align(self).abi).bytes();
        let element = |scalar: Scalar, offset| AggregateElement {
            ty: self.scalar_type(scalar, true),
            offset,
            bytes: scalar.size(self).bytes(),
        };
        self.intern_aggregate(AggregateType { elements: vec![element(first, 0), element(second, offset)] })
    }
}

impl<'tcx> BaseTypeCodegenMethods for CodegenCx<'tcx> {
    fn type_i8(&self) -> Type {
        Type::I8
    }
    fn type_i16(&self) -> Type {
        Type::I16
    }
    fn type_i32(&self) -> Type {
        Type::I32
    }
    fn type_i64(&self) -> Type {
        Type::I64
    }
    fn type_i128(&self) -> Type {
        Type::I128
    }
    fn type_isize(&self) -> Type {
        Type::integer(self.data_layout().pointer_size().bits())
    }
    fn type_f16(&self) -> Type {
        Type::F16
    }
    fn type_f32(&self) -> Type {
        Type::F32
    }
    fn type_f64(&self) -> Type {
        Type::F64
    }
    fn type_f128(&self) -> Type {
        Type::F128
    }

    fn type_array(&self, ty: Type, len: u64) -> Type {
        Type::Memory { size: ty.size() * len, alignment: ty.size().next_power_of_two().min(16) }
    }

    fn type_func(&self, args: &[Type], ret: Type) -> SignatureId {
        self.plain_signature(args, ret)
    }

    fn type_kind(&self, ty: Type) -> TypeKind {
        match ty {
            Type::Void => TypeKind::Void,
            Type::F16 => TypeKind::Half,
            Type::F32 => TypeKind::Float,
            Type::F64 => TypeKind::Double,
            Type::F128 => TypeKind::FP128,
            Type::Pointer => TypeKind::Pointer,
            Type::Vector { .. } => TypeKind::Vector,
            Type::Aggregate(_) => TypeKind::Struct,
            Type::Memory { .. } => TypeKind::Array,
            Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::I128 => TypeKind::Integer,
        }
    }

    fn type_ptr(&self) -> Type {
        Type::Pointer
    }

    fn type_ptr_ext(&self, _address_space: AddressSpace) -> Type {
        Type::Pointer
    }

    fn element_type(&self, ty: Type) -> Type {
        match ty {
            Type::Vector { element, .. } => element.scalar_type(),
            other => bug!("element_type of {other:?}, which is no vector"),
        }
    }

    fn vector_length(&self, ty: Type) -> usize {
        match ty {
            Type::Vector { lanes, .. } => lanes as usize,
            other => bug!("vector_length of {other:?}, which is no vector"),
        }
    }

    fn float_width(&self, ty: Type) -> usize {
        ty.size() as usize * 8
    }

    fn int_width(&self, ty: Type) -> u64 {
        if ty == Type::Bool { 1 } else { ty.size() * 8 }
    }

    fn val_ty(&self, value: Value) -> Type {
        value.ty()
    }
}

impl<'tcx> LayoutTypeCodegenMethods<'tcx> for CodegenCx<'tcx> {
    fn backend_type(&self, layout: TyAndLayout<'tcx>) -> Type {
        self.layout_type(layout, false)
    }

    fn cast_backend_type(&self, cast: &CastTarget) -> Type {
        self.intern_aggregate(self.cast_aggregate(cast))
    }

    fn fn_decl_backend_type(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> SignatureId {
        self.signature_of_abi(fn_abi)
    }

    fn fn_ptr_backend_type(&self, _fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Type {
        Type::Pointer
    }

    fn reg_backend_type(&self, register: &Reg) -> Type {
        register_type(register)
    }

    fn immediate_backend_type(&self, layout: TyAndLayout<'tcx>) -> Type {
        self.layout_type(layout, true)
    }

    fn is_backend_immediate(&self, layout: TyAndLayout<'tcx>) -> bool {
        match layout.backend_repr {
            BackendRepr::Scalar(_)
            | BackendRepr::SimdVector { .. }
            | BackendRepr::SimdScalableVector { .. } => true,
            BackendRepr::ScalarPair(..) | BackendRepr::Memory { .. } => false,
        }
    }

    fn is_backend_scalar_pair(&self, layout: TyAndLayout<'tcx>) -> bool {
        matches!(layout.backend_repr, BackendRepr::ScalarPair(..))
    }

    fn scalar_pair_element_backend_type(
        &self,
        layout: TyAndLayout<'tcx>,
        index: usize,
        immediate: bool,
    ) -> Type {
        let BackendRepr::ScalarPair(first, second) = layout.backend_repr else {
            bug!("{:?} is no scalar pair", layout.ty)
        };
        self.scalar_type(if index == 0 { first } else { second }, immediate)
    }
}

impl<'tcx> TypeMembershipCodegenMethods<'tcx> for CodegenCx<'tcx> {}

/// The alignment in bytes that a memory access of `ty` at `align` may rely on.
pub fn natural_alignment(ty: Type, align: Align) -> bool {
    ty.clif().is_some_and(|clif| align.bytes() >= u64::from(clif.bytes()))
}

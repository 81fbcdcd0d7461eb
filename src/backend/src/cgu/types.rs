//! Translates layouts and ABIs to backend types.
//!
//! 1. [`CodegenCx::scalar_in_memory`] and [`CodegenCx::vector_type`] translate scalars and vectors.
//! 2. [`CodegenCx::memory_type`] and [`CodegenCx::immediate_type`] translate layouts; others translate ABI
//!    registers, scalar pairs and ABI casts.
//! 3. The `*TypeCodegenMethods` traits use these.

use cranelift_codegen::ir;
use rustc_abi::{
    AddressSpace, Align, BackendRepr, Float, HasDataLayout, Integer, Primitive, Reg, RegKind, Scalar, Size,
};
use rustc_codegen_ssa::common::TypeKind;
use rustc_codegen_ssa::traits::{
    BaseTypeCodegenMethods, LayoutTypeCodegenMethods, TypeMembershipCodegenMethods,
};
use rustc_middle::bug;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_session::Session;
use rustc_target::callconv::{CastTarget, FnAbi};
use rustc_target::spec::RustcAbi;

use crate::cgu::context::CodegenCx;
use crate::clif::signatures::SignatureId;
use crate::clif::types::{
    AggregateElement, AggregateType, Element, FloatFormat, FloatRegisters, Type, VectorRegisters,
};
use crate::clif::values::Value;

/// Whether the session's code uses registers for floats and vectors.
pub fn float_registers(sess: &Session) -> FloatRegisters {
    match sess.target.rustc_abi {
        Some(RustcAbi::Softfloat) => FloatRegisters::Unused,
        _ => FloatRegisters::Used,
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the element type of a primitive.
    fn element_of(&self, primitive: Primitive) -> Element {
        let float = |format: FloatFormat| format.element(self.float_registers);
        match primitive {
            Primitive::Int(Integer::I8, _) => Element::I8,
            Primitive::Int(Integer::I16, _) => Element::I16,
            Primitive::Int(Integer::I32, _) => Element::I32,
            Primitive::Int(Integer::I64, _) => Element::I64,
            Primitive::Int(Integer::I128, _) => Element::I128,
            Primitive::Float(Float::F16) => float(FloatFormat::Half),
            Primitive::Float(Float::F32) => float(FloatFormat::Single),
            Primitive::Float(Float::F64) => float(FloatFormat::Double),
            Primitive::Float(Float::F128) => float(FloatFormat::Quad),
            Primitive::Pointer(_) => Element::Pointer,
        }
    }

    /// Returns the type of a scalar in memory.
    pub fn scalar_in_memory(&self, scalar: Scalar) -> Type {
        self.element_of(scalar.primitive()).scalar_type()
    }

    /// Returns the type of a scalar in a register, where a `bool` is [`Type::Bool`].
    pub fn immediate_scalar(&self, scalar: Scalar) -> Type {
        if scalar.is_bool() { Type::Bool } else { self.scalar_in_memory(scalar) }
    }

    /// Returns the type of floats of a format.
    fn float_type(&self, format: FloatFormat) -> Type {
        format.element(self.float_registers).scalar_type()
    }

    /// Returns the type of a SIMD vector.
    pub fn vector_type(&self, element: Element, lanes: u64) -> Type {
        Type::Vector { element, lanes: lanes as u32, registers: self.vector_registers() }
    }

    pub fn vector_registers(&self) -> VectorRegisters {
        match self.float_registers {
            FloatRegisters::Used if self.machine.facts.instructions.vectors => VectorRegisters::Present,
            FloatRegisters::Used | FloatRegisters::Unused => VectorRegisters::Absent,
        }
    }

    /// Returns the type of the widest accesses with which bytes are copied.
    pub fn widest_access(&self) -> ir::Type {
        match self.vector_registers() {
            VectorRegisters::Present => ir::types::I8X16,
            VectorRegisters::Absent => ir::types::I64,
        }
    }

    /// Returns the type that holds one ABI register. Odd integer sizes are rounded up (`ArgAbi` casts).
    fn register_type(&self, register: &Reg) -> Type {
        match (register.kind, register.size.bytes()) {
            (RegKind::Integer, 1) => Type::I8,
            (RegKind::Integer, 2) => Type::I16,
            (RegKind::Integer, 3 | 4) => Type::I32,
            (RegKind::Integer, 5..=8) => Type::I64,
            (RegKind::Integer, 9..=16) => Type::I128,
            (RegKind::Float, 2) => self.float_type(FloatFormat::Half),
            (RegKind::Float, 4) => self.float_type(FloatFormat::Single),
            (RegKind::Float, 8) => self.float_type(FloatFormat::Double),
            (RegKind::Float, 16) => self.float_type(FloatFormat::Quad),
            (RegKind::Vector, bytes) => self.vector_type(Element::I8, bytes),
            (kind, bytes) => bug!("no register of kind {kind:?} and {bytes} bytes"),
        }
    }

    /// Returns the elements in which `cast` passes or returns a value (`CastTarget` of
    /// `rustc_target::callconv`).
    pub fn cast_aggregate(&self, cast: &CastTarget) -> AggregateType {
        let mut elements = Vec::new();
        let mut offset = 0;
        let mut push = |register: &Reg, offset: u64, bytes: u64| {
            elements.push(AggregateElement { ty: self.register_type(register), offset, bytes });
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

    /// Returns the type of a layout in memory.
    pub fn memory_type(&self, layout: TyAndLayout<'tcx>) -> Type {
        match layout.backend_repr {
            BackendRepr::Scalar(scalar) => self.scalar_in_memory(scalar),
            BackendRepr::SimdVector { element, count } => {
                self.vector_type(self.element_of(element.primitive()), count)
            }
            _ => Type::Memory { size: layout.size.bytes(), alignment: layout.align.abi.bytes() },
        }
    }

    /// Returns the type of a layout in registers.
    pub fn immediate_type(&self, layout: TyAndLayout<'tcx>) -> Type {
        match layout.backend_repr {
            BackendRepr::Scalar(scalar) => self.immediate_scalar(scalar),
            BackendRepr::ScalarPair(first, second) => self.pair_type(first, second),
            _ => self.memory_type(layout),
        }
    }

    /// Returns the aggregate type of a scalar pair that is packed into one value.
    pub fn pair_type(&self, first: Scalar, second: Scalar) -> Type {
        let offset = first.size(self).align_to(second.align(self).abi).bytes();
        let element = |scalar: Scalar, offset| AggregateElement {
            ty: self.immediate_scalar(scalar),
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
        self.float_type(FloatFormat::Half)
    }
    fn type_f32(&self) -> Type {
        self.float_type(FloatFormat::Single)
    }
    fn type_f64(&self) -> Type {
        self.float_type(FloatFormat::Double)
    }
    fn type_f128(&self) -> Type {
        self.float_type(FloatFormat::Quad)
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
            Type::F16 | Type::SoftFloat(FloatFormat::Half) => TypeKind::Half,
            Type::F32 | Type::SoftFloat(FloatFormat::Single) => TypeKind::Float,
            Type::F64 | Type::SoftFloat(FloatFormat::Double) => TypeKind::Double,
            Type::F128 | Type::SoftFloat(FloatFormat::Quad) => TypeKind::FP128,
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
            other => bug!("element_type of {other:?}, which is not a vector"),
        }
    }

    fn vector_length(&self, ty: Type) -> usize {
        match ty {
            Type::Vector { lanes, .. } => lanes as usize,
            other => bug!("vector_length of {other:?}, which is not a vector"),
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
        self.memory_type(layout)
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
        self.register_type(register)
    }

    fn immediate_backend_type(&self, layout: TyAndLayout<'tcx>) -> Type {
        self.immediate_type(layout)
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
            bug!("{:?} is not a scalar pair", layout.ty)
        };
        let scalar = if index == 0 { first } else { second };
        if immediate { self.immediate_scalar(scalar) } else { self.scalar_in_memory(scalar) }
    }
}

impl<'tcx> TypeMembershipCodegenMethods<'tcx> for CodegenCx<'tcx> {}

/// Whether an access of `ty` at `align` is naturally aligned.
pub fn is_naturally_aligned(ty: Type, align: Align) -> bool {
    ty.clif().is_some_and(|clif| align.bytes() >= u64::from(clif.bytes()))
}

//! Translates constants of the compile-time interpreter to values, and makes aggregate values.

use rustc_abi as abi;
use rustc_abi::{HasDataLayout, Primitive};
use rustc_codegen_ssa::traits::{ConstCodegenMethods, MiscCodegenMethods};
use rustc_middle::bug;
use rustc_middle::mir::interpret::{GlobalAlloc, PointerArithmetic, Scalar};

use crate::cgu::context::CodegenCx;
use crate::clif::types::{AggregateElement, AggregateType, FloatFormat, Type};
use crate::clif::values::{Value, offset_address, sign_extend};

impl<'tcx> CodegenCx<'tcx> {
    /// Makes an aggregate value of the type `ty`.
    pub fn aggregate(&self, ty: Type, elements: impl Into<Box<[Value]>>) -> Value {
        let id = self.aggregates.borrow_mut().push(elements.into());
        Value::Aggregate { id, ty }
    }

    /// Returns the elements of an aggregate value; undefined aggregates have undefined elements.
    pub fn aggregate_elements(&self, value: Value) -> Vec<Value> {
        match value {
            Value::Aggregate { id, .. } => self.aggregates.borrow().get(id).to_vec(),
            Value::Undefined(Type::Aggregate(id)) => {
                self.types.borrow().get(id).elements.iter().map(|e| Value::Undefined(e.ty)).collect()
            }
            other => bug!("{other:?} is not an aggregate"),
        }
    }

    pub fn pointer_constant(&self, address: u64) -> Value {
        Value::constant(Type::Pointer, u128::from(address))
    }

    fn address_of_allocation(&self, alloc: GlobalAlloc<'tcx>, offset: abi::Size) -> Value {
        let base = match alloc {
            GlobalAlloc::Memory(allocation) if allocation.inner().len() == 0 => {
                // Nothing is stored there, so any aligned address will do.
                let address = allocation.inner().align.bytes().wrapping_add(offset.bytes());
                return self.pointer_constant(self.data_layout().truncate_to_target_usize(address));
            }
            GlobalAlloc::Memory(allocation) => self.allocation_symbol(allocation),
            GlobalAlloc::Function { instance, .. } => self.get_fn(instance).0,
            GlobalAlloc::VTable(ty, predicates) => self.vtable_symbol(ty, predicates),
            GlobalAlloc::Static(def_id) => self.static_symbol(def_id),
            // The offset alone holds the bytes of the type's hash.
            GlobalAlloc::TypeId { .. } => return self.pointer_constant(offset.bytes()),
        };
        Value::Symbol { symbol: base, offset: offset.bytes() as i64 }
    }
}

impl<'tcx> ConstCodegenMethods for CodegenCx<'tcx> {
    fn const_null(&self, ty: Type) -> Value {
        match ty {
            Type::Aggregate(id) => {
                let types: Vec<Type> =
                    self.types.borrow().get(id).elements.iter().map(|element| element.ty).collect();
                self.aggregate(ty, types.into_iter().map(|ty| self.const_null(ty)).collect::<Vec<_>>())
            }
            Type::Vector { element, lanes, .. } => {
                let zero = Value::constant(element.scalar_type(), 0);
                self.aggregate(ty, vec![zero; lanes as usize])
            }
            _ => Value::constant(ty, 0),
        }
    }

    fn const_undef(&self, ty: Type) -> Value {
        Value::Undefined(ty)
    }
    fn const_poison(&self, ty: Type) -> Value {
        Value::Undefined(ty)
    }
    fn const_bool(&self, value: bool) -> Value {
        Value::constant(Type::Bool, value.into())
    }
    fn const_i8(&self, value: i8) -> Value {
        Value::constant(Type::I8, value as u128)
    }
    fn const_i16(&self, value: i16) -> Value {
        Value::constant(Type::I16, value as u128)
    }
    fn const_i32(&self, value: i32) -> Value {
        Value::constant(Type::I32, value as u128)
    }
    fn const_i64(&self, value: i64) -> Value {
        Value::constant(Type::I64, value as u128)
    }
    fn const_int(&self, ty: Type, value: i64) -> Value {
        Value::constant(ty, value as u128)
    }
    fn const_u8(&self, value: u8) -> Value {
        Value::constant(Type::I8, value.into())
    }
    fn const_u32(&self, value: u32) -> Value {
        Value::constant(Type::I32, value.into())
    }
    fn const_u64(&self, value: u64) -> Value {
        Value::constant(Type::I64, value.into())
    }
    fn const_u128(&self, value: u128) -> Value {
        Value::constant(Type::I128, value)
    }
    fn const_usize(&self, value: u64) -> Value {
        Value::constant(Type::I64, value.into())
    }
    fn const_uint(&self, ty: Type, value: u64) -> Value {
        Value::constant(ty, value.into())
    }
    fn const_uint_big(&self, ty: Type, value: u128) -> Value {
        Value::constant(ty, value)
    }

    fn const_real(&self, ty: Type, value: f64) -> Value {
        match ty.float_format() {
            Some(FloatFormat::Single) => Value::constant(ty, (value as f32).to_bits().into()),
            Some(FloatFormat::Double) => Value::constant(ty, value.to_bits().into()),
            _ => bug!("const_real of the type {ty:?}"),
        }
    }

    fn const_str(&self, text: &str) -> (Value, Value) {
        let symbol = self.string_symbol(text);
        (Value::Symbol { symbol, offset: 0 }, self.const_usize(text.len() as u64))
    }

    fn const_struct(&self, elements: &[Value], _packed: bool) -> Value {
        let ty = self.intern_aggregate(AggregateType { elements: self.elements_in_sequence(elements) });
        self.aggregate(ty, elements.to_vec())
    }

    fn const_vector(&self, elements: &[Value]) -> Value {
        let element = elements
            .first()
            .and_then(|value| value.ty().element())
            .unwrap_or_else(|| bug!("a constant vector needs scalar elements"));
        self.aggregate(self.vector_type(element, elements.len() as u64), elements.to_vec())
    }

    fn const_to_opt_uint(&self, value: Value) -> Option<u64> {
        value.as_constant().filter(|_| value.ty().is_integer()).map(|bits| bits as u64)
    }

    fn const_to_opt_u128(&self, value: Value, sign_ext: bool) -> Option<u128> {
        let bits = value.as_constant().filter(|_| value.ty().is_integer())?;
        Some(if sign_ext { sign_extend(bits, value.ty()) as u128 } else { bits })
    }

    fn scalar_to_backend(&self, scalar: Scalar, layout: abi::Scalar, ty: Type) -> Value {
        match scalar {
            Scalar::Int(int) => Value::constant(ty, int.to_bits(layout.size(self))),
            Scalar::Ptr(pointer, _size) => {
                let (provenance, offset) = pointer.prov_and_relative_offset();
                let address =
                    self.address_of_allocation(self.tcx.global_alloc(provenance.alloc_id()), offset);
                match (address, layout.primitive()) {
                    (Value::Constant { bits, .. }, _) => Value::constant(ty, bits),
                    (address, Primitive::Pointer(_)) => address,
                    // An address with an integer type: the builder converts it at its first use.
                    (address, _) => address,
                }
            }
        }
    }

    fn const_ptr_byte_offset(&self, base: Value, offset: abi::Size) -> Value {
        offset_address(base, offset.bytes() as i64)
            .unwrap_or_else(|| bug!("const_ptr_byte_offset of {base:?}, which is not a constant address"))
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// Lays elements out one after the other with natural alignment (LLVM's literal struct).
    fn elements_in_sequence(&self, values: &[Value]) -> Vec<AggregateElement> {
        let mut offset: u64 = 0;
        values
            .iter()
            .map(|value| {
                let bytes = value.ty().size();
                offset = offset.next_multiple_of(bytes.max(1));
                let element = AggregateElement { ty: value.ty(), offset, bytes };
                offset += bytes;
                element
            })
            .collect()
    }

    pub fn pointer_bytes(&self) -> u64 {
        self.data_layout().pointer_size().bytes()
    }
}

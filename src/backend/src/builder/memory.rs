//! Stack slots, loads, stores, copies.
//!
//! An access folds what is known of its address: a slot and its offset, a base and an offset. Copies of a known size
//! up to [`INLINE_BYTES`] become loads and stores, larger ones call the C library.

use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_abi::{Align, BackendRepr, Scalar, Size};
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::{PlaceRef, PlaceValue};
use rustc_codegen_ssa::traits::ConstCodegenMethods;
use rustc_middle::bug;

use crate::builder::arithmetic::Signedness;
use crate::builder::{Builder, plain_memory};
use crate::function::MAXIMUM_SLOT_ALIGNMENT;
use crate::types::{AggregateElement, Type, natural_alignment};
use crate::values::{Value, sign_extend};

/// Copies and fills of at most this many bytes are made of loads and stores.
const INLINE_BYTES: u64 = 64;

/// Copies of at most this many bytes go through registers of 8 bytes: they are of structs whose fields have just been
/// stored one by one, and a load of 16 bytes that two stores have to serve waits until both are in the cache.
const NARROW_BYTES: u64 = 32;

/// How far an offset may reach in one access.
fn small_offset(offset: i64) -> Option<i32> {
    i32::try_from(offset).ok()
}

/// Flags of an access to `ty` at `align`.
pub fn memory_flags(ty: Type, align: Align) -> ir::MemFlagsData {
    let flags = plain_memory();
    if natural_alignment(ty, align) { flags.with_aligned() } else { flags }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// A slot of the function's frame.
    pub fn allocate(&mut self, size: Size, align: Align) -> Value {
        let (size, align) = (size.bytes(), align.bytes());
        if align > MAXIMUM_SLOT_ALIGNMENT {
            let value = self.with_function(|state| state.over_aligned_slot(size, align));
            return Value::Instruction { value, ty: Type::Pointer };
        }
        let slot = self.with_function(|state| state.stack_slot(size, align));
        Value::Stack { slot, offset: 0 }
    }

    /// An address as base and offset for one access.
    fn base_and_offset(&mut self, address: Value, further: i64) -> (ir::Value, i32) {
        match address {
            Value::Stack { slot, offset } => {
                let base = self.emit(|c| c.ins().stack_addr(ir::types::I64, slot, offset));
                match small_offset(further) {
                    Some(further) => (base, further),
                    None => bug!("an offset of {further} in a stack slot"),
                }
            }
            Value::Offset { base, offset } => match small_offset(offset.wrapping_add(further)) {
                Some(offset) => (base, offset),
                None => {
                    let whole = Value::Offset { base, offset: offset.wrapping_add(further) };
                    (self.clif(whole), 0)
                }
            },
            other => match small_offset(further) {
                Some(further) => (self.clif(other), further),
                None => {
                    let moved = self.offset_by(other, further);
                    (self.clif(moved), 0)
                }
            },
        }
    }

    /// Loads one CLIF value.
    pub fn load_clif(
        &mut self,
        ty: ir::Type,
        address: Value,
        offset: i64,
        flags: ir::MemFlagsData,
    ) -> ir::Value {
        let (base, offset) = self.base_and_offset(address, offset);
        self.emit(|c| c.ins().load(ty, flags, base, offset))
    }

    /// Stores one CLIF value.
    pub fn store_clif(&mut self, value: ir::Value, address: Value, offset: i64, flags: ir::MemFlagsData) {
        let (base, offset) = self.base_and_offset(address, offset);
        self.emit(|c| c.ins().store(flags, value, base, offset));
    }

    pub fn load_scalar(&mut self, ty: Type, address: Value, flags: ir::MemFlagsData) -> Value {
        let value = self.load_clif(ty.clif_or_bug(), address, 0, flags);
        Value::Instruction { value, ty }
    }

    pub fn store_scalar(&mut self, value: Value, address: Value, flags: ir::MemFlagsData) {
        let value = self.clif(value);
        self.store_clif(value, address, 0, flags);
    }

    /// Loads a value of any type that can be one.
    pub fn load_value(&mut self, ty: Type, address: Value, flags: ir::MemFlagsData) -> Value {
        match ty {
            Type::Aggregate(id) => {
                let elements = self.cx.types.borrow().get(id).elements.clone();
                let values: Vec<Value> =
                    elements.iter().map(|element| self.load_element(element, address)).collect();
                self.cx.aggregate(ty, values)
            }
            Type::Vector { .. } if ty.clif().is_none() => {
                let slot = self.with_function(|state| state.stack_slot(ty.size(), 16));
                self.copy_bytes(Value::Stack { slot, offset: 0 }, address, ty.size());
                Value::MemoryVector { slot, ty }
            }
            Type::Memory { .. } | Type::Void => bug!("a value of the type {ty:?} cannot be loaded"),
            scalar => self.load_scalar(scalar, address, flags),
        }
    }

    /// Loads one element of an aggregate, no byte more than belongs to it.
    fn load_element(&mut self, element: &AggregateElement, address: Value) -> Value {
        let offset = element.offset as i64;
        if element.bytes == element.ty.size() {
            let value = self.load_clif(element.ty.clif_or_bug(), address, offset, plain_memory());
            return Value::Instruction { value, ty: element.ty };
        }
        let ty = element.ty.clif_or_bug();
        let mut whole: Option<ir::Value> = None;
        for (start, part) in parts_of(element.bytes) {
            let value = self.load_clif(part, address, offset + start as i64, plain_memory());
            whole = Some(self.emit(|c| {
                let wide = if part == ty { value } else { c.ins().uextend(ty, value) };
                let Some(lower) = whole else { return wide };
                let distance = c.ins().iconst(ir::types::I64, start as i64 * 8);
                let shifted = c.ins().ishl(wide, distance);
                c.ins().bor(lower, shifted)
            }));
        }
        match whole {
            Some(value) => Value::Instruction { value, ty: element.ty },
            None => Value::Undefined(element.ty),
        }
    }

    /// Stores a value of any type.
    pub fn store_value(&mut self, value: Value, address: Value, flags: ir::MemFlagsData) {
        match (value, value.ty()) {
            (Value::Undefined(_), _) => {}
            (_, Type::Aggregate(id)) => {
                let elements = self.cx.types.borrow().get(id).elements.clone();
                for (element, value) in elements.iter().zip(self.cx.aggregate_elements(value)) {
                    self.store_element(element, value, address);
                }
            }
            (Value::MemoryVector { slot, ty }, _) => {
                self.copy_bytes(address, Value::Stack { slot, offset: 0 }, ty.size());
            }
            (Value::Aggregate { .. }, Type::Vector { element, .. }) if value.ty().clif().is_none() => {
                for (lane, value) in self.cx.aggregate_elements(value).into_iter().enumerate() {
                    let place = self.offset_by(address, lane as i64 * element.size() as i64);
                    self.store_value(value, place, plain_memory());
                }
            }
            _ => self.store_scalar(value, address, flags),
        }
    }

    /// Stores one element of an aggregate, no byte more than belongs to it.
    fn store_element(&mut self, element: &AggregateElement, value: Value, address: Value) {
        let offset = element.offset as i64;
        if matches!(value, Value::Undefined(_)) {
            return;
        }
        let value = self.clif(value);
        if element.bytes == element.ty.size() {
            return self.store_clif(value, address, offset, plain_memory());
        }
        let ty = element.ty.clif_or_bug();
        for (start, part) in parts_of(element.bytes) {
            let piece = self.emit(|c| {
                let shifted = if start == 0 {
                    value
                } else {
                    let distance = c.ins().iconst(ir::types::I64, start as i64 * 8);
                    c.ins().ushr(value, distance)
                };
                if part == ty { shifted } else { c.ins().ireduce(part, shifted) }
            });
            self.store_clif(piece, address, offset + start as i64, plain_memory());
        }
    }

    /// Copies `size` bytes between places that do not overlap (or are the same).
    pub fn copy_bytes(&mut self, target: Value, source: Value, size: u64) {
        if size > INLINE_BYTES {
            let size = self.cx.const_usize(size);
            return self.call_memory_function("memcpy", [target, source, size]);
        }
        let (target, source) = (self.settled(target), self.settled(source));
        for (start, part) in copied_parts(size) {
            let value = self.load_clif(part, source, start as i64, plain_memory());
            self.store_clif(value, target, start as i64, plain_memory());
        }
    }

    /// An address that is cheap to use several times: symbols are materialised once.
    fn settled(&mut self, address: Value) -> Value {
        match address {
            Value::Symbol { .. } => {
                let value = self.clif(address);
                Value::Instruction { value, ty: Type::Pointer }
            }
            other => other,
        }
    }

    pub fn copy(&mut self, target: Value, source: Value, size: Value) {
        match size.as_constant() {
            Some(size) => self.copy_bytes(target, source, size as u64),
            None => self.call_memory_function("memcpy", [target, source, size]),
        }
    }

    /// Copies between places that may overlap: everything is read before anything is written.
    pub fn move_bytes(&mut self, target: Value, source: Value, size: Value) {
        let Some(bytes) = size.as_constant().filter(|&bytes| bytes <= u128::from(INLINE_BYTES)) else {
            return self.call_memory_function("memmove", [target, source, size]);
        };
        let (target, source) = (self.settled(target), self.settled(source));
        let values: Vec<(u64, ir::Value)> = copied_parts(bytes as u64)
            .map(|(start, part)| (start, self.load_clif(part, source, start as i64, plain_memory())))
            .collect();
        for (start, value) in values {
            self.store_clif(value, target, start as i64, plain_memory());
        }
    }

    pub fn fill(&mut self, target: Value, byte: Value, size: Value) {
        let (Some(pattern), Some(bytes)) = (byte.as_constant(), size.as_constant()) else {
            return self.call_memset(target, byte, size);
        };
        if bytes > u128::from(INLINE_BYTES) {
            return self.call_memset(target, byte, size);
        }
        let target = self.settled(target);
        let repeated = u64::from_ne_bytes([pattern as u8; 8]);
        for (start, part) in parts_of(bytes as u64) {
            let value = self.emit(|c| {
                if part == ir::types::I8X16 {
                    let constant = c.func.dfg.constants.insert(vec![pattern as u8; 16].into());
                    return c.ins().vconst(part, constant);
                }
                let unused = 64 - part.bits();
                c.ins().iconst(part, (repeated << unused >> unused) as i64)
            });
            self.store_clif(value, target, start as i64, plain_memory());
        }
    }

    fn call_memset(&mut self, target: Value, byte: Value, size: Value) {
        let byte = self.clif(byte);
        let wide = self.emit_value(Type::I32, |c| c.ins().uextend(ir::types::I32, byte));
        self.call_memory_function("memset", [target, wide, size]);
    }

    /// Reads an operand from a place, in the form that `rustc_codegen_ssa` keeps such operands.
    pub fn operand_from_place(&mut self, place: PlaceRef<'tcx, Value>) -> OperandRef<'tcx, Value> {
        if place.layout.is_zst() {
            return OperandRef::zero_sized(place.layout);
        }
        if place.val.llextra.is_some() {
            let val = OperandValue::Ref(place.val);
            return OperandRef { val, layout: place.layout, move_annotation: None };
        }
        let val = match place.layout.backend_repr {
            BackendRepr::Scalar(scalar) => {
                OperandValue::Immediate(self.load_primitive(scalar, place.val.llval, place.val.align))
            }
            BackendRepr::SimdVector { .. } => {
                let ty = self.cx.layout_type(place.layout, false);
                let flags = memory_flags(ty, place.val.align);
                OperandValue::Immediate(self.load_value(ty, place.val.llval, flags))
            }
            BackendRepr::ScalarPair(first, second) => {
                let offset = first.size(self.cx).align_to(second.align(self.cx).abi);
                let address = place.val.llval;
                let first = self.load_primitive(first, address, place.val.align);
                let second_address = self.offset_by(address, offset.bytes() as i64);
                let align = place.val.align.restrict_for_offset(offset);
                OperandValue::Pair(first, self.load_primitive(second, second_address, align))
            }
            _ => OperandValue::Ref(place.val),
        };
        OperandRef { val, layout: place.layout, move_annotation: None }
    }

    fn load_primitive(&mut self, scalar: Scalar, address: Value, align: Align) -> Value {
        let ty = self.cx.scalar_type(scalar, true);
        self.load_scalar(ty, address, memory_flags(ty, align))
    }
}

/// Cuts `size` bytes into whole accesses, the largest first: `(offset, type)`.
pub fn parts_of(size: u64) -> impl Iterator<Item = (u64, ir::Type)> {
    parts_up_to(size, ir::types::I8X16)
}

/// [`parts_of`], as copies do it; see [`NARROW_BYTES`].
fn copied_parts(size: u64) -> impl Iterator<Item = (u64, ir::Type)> {
    parts_up_to(size, if size <= NARROW_BYTES { ir::types::I64 } else { ir::types::I8X16 })
}

/// [`parts_of`], but of integers only.
pub fn integer_parts(size: u64) -> impl Iterator<Item = (u64, ir::Type)> {
    parts_up_to(size, ir::types::I64)
}

fn parts_up_to(size: u64, widest: ir::Type) -> impl Iterator<Item = (u64, ir::Type)> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let part = match size - offset {
            0 => return None,
            1 => ir::types::I8,
            2..4 => ir::types::I16,
            4..8 => ir::types::I32,
            8..16 => ir::types::I64,
            _ => widest,
        };
        let start = offset;
        offset += u64::from(part.bytes());
        Some((start, part))
    })
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// `address + index * size_of(ty)`; LLVM's `getelementptr` with one index.
    pub fn element_address(&mut self, ty: Type, address: Value, indices: &[Value]) -> Value {
        let [index] = indices else { bug!("an address with {} indices", indices.len()) };
        let size = ty.size();
        if let Some(index) = index.as_constant() {
            let index = sign_extend(index, Type::I64) as i64;
            return self.offset_by(address, index.wrapping_mul(size as i64));
        }
        let (address, index) = (self.clif(address), self.clif(*index));
        self.emit_value(Type::Pointer, |c| {
            let offset = match size {
                1 => index,
                size if size.is_power_of_two() => {
                    let shift = c.ins().iconst(ir::types::I64, i64::from(size.trailing_zeros()));
                    c.ins().ishl(index, shift)
                }
                size => {
                    let size = c.ins().iconst(ir::types::I64, size as i64);
                    c.ins().imul(index, size)
                }
            };
            c.ins().iadd(address, offset)
        })
    }

    /// Stores `element` `count` times from `destination` on, in a loop that counts an address up.
    pub fn fill_with_operand(
        &mut self,
        element: OperandRef<'tcx, Value>,
        count: u64,
        destination: PlaceRef<'tcx, Value>,
    ) {
        let size = element.layout.size;
        let start = self.clif(destination.val.llval);
        let end = self.offset_by(destination.val.llval, (size.bytes() * count) as i64);
        let end = self.clif(end);
        let (header, body, done) = self.with_function(|state| {
            let header = state.new_block();
            (header, state.new_block(), state.new_block())
        });
        let current = self.with_function(|state| state.clif.dfg.append_block_param(header, ir::types::I64));
        self.emit(|c| c.ins().jump(header, &[start.into()]));
        self.block.block = header;
        self.emit(|c| {
            let more = c.ins().icmp(ir::condcodes::IntCC::NotEqual, current, end);
            c.ins().brif(more, body, &[], done, &[])
        });
        self.block.block = body;
        let align = destination.val.align.restrict_for_offset(size);
        let place = PlaceValue::new_sized(Value::Instruction { value: current, ty: Type::Pointer }, align);
        element.val.store(self, place.with_type(element.layout));
        self.emit(|c| {
            let step = c.ins().iconst(ir::types::I64, size.bytes() as i64);
            let next = c.ins().iadd(current, step);
            c.ins().jump(header, &[next.into()])
        });
        self.block.block = done;
    }

    /// One lane of a vector, at an index that may be known only at run time: through memory.
    pub fn vector_lane(&mut self, vector: Value, index: Value) -> Value {
        let Type::Vector { element, .. } = vector.ty() else { bug!("{vector:?} is no vector") };
        let slot = self.with_function(|state| state.stack_slot(vector.ty().size(), 16));
        let address = Value::Stack { slot, offset: 0 };
        self.store_value(vector, address, plain_memory());
        let index = self.cast_integer(index, Type::I64, Signedness::Unsigned);
        let lane = self.element_address(element.scalar_type(), address, &[index]);
        self.load_value(element.scalar_type(), lane, plain_memory())
    }
}

//! Lowers stack slots, loads, stores and copies, and volatile accesses.
//!
//! An access folds the known part of its address: a slot and an offset, or a base and an offset. Copies of a
//! known size up to [`INLINE_BYTES`] are loads and stores, larger ones call the C library.
//!
//! CLIF has no volatile accesses. A volatile access is an access that may trap, between two sequence points:
//! - It may trap, because Cranelift drops other loads whose value is not used (`has_side_effect` in its
//!   `inst_predicates.rs:38`).
//! - The sequence points are fences for alias analysis (`has_memory_fence_semantics` in
//!   `alias_analysis.rs:95`). Without them, it would drop a store that another one overwrites or repeats, and
//!   take a loaded value from an earlier access, whatever the flags (`AliasAnalysis::process_inst`).
//!   Instruction selection moves a load into the instruction that uses its value, but never across a sequence
//!   point (`get_value_as_source_or_const` in `machinst/lower.rs:1643`). A sequence point is not compiled to
//!   machine code.

use clif_engine::clif::memory::{is_volatile, plain_memory, volatile_memory};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_abi::{Align, BackendRepr, Scalar, Size};
use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::ConstCodegenMethods;
use rustc_middle::bug;

use crate::builder::Builder;
use crate::cgu::types::is_naturally_aligned;
use crate::clif::function::MAXIMUM_SLOT_ALIGNMENT;
use crate::clif::types::{AggregateElement, Type};
use crate::clif::values::Value;

/// The most bytes of copies and fills that are loads and stores.
const INLINE_BYTES: u64 = 64;

/// The same for volatile copies and fills. Larger fills call the C library, which may access a byte twice.
pub const VOLATILE_COPY_BYTES: u64 = 128;
const VOLATILE_FILL_BYTES: u64 = 256;

/// The most bytes of copies that go through registers of 8 bytes. Such copies are often of structs whose
/// fields have just been stored one by one, and a load of 16 bytes that overlaps two stores waits until both
/// are in the cache.
const NARROW_BYTES: u64 = 32;

/// The size in bytes of the accesses of a loop that copies.
const WORD_BYTES: u64 = 8;

/// Returns the offset if one access can have it.
fn small_offset(offset: i64) -> Option<i32> {
    i32::try_from(offset).ok()
}

/// Returns the flags of an access to a `ty` with this alignment.
pub fn memory_flags(ty: Type, align: Align) -> ir::MemFlagsData {
    let flags = plain_memory();
    if is_naturally_aligned(ty, align) { flags.with_aligned() } else { flags }
}

/// Returns the flags of an access to a part of what is accessed with `whole`.
fn part_flags(whole: ir::MemFlagsData) -> ir::MemFlagsData {
    if is_volatile(whole) { whole } else { plain_memory() }
}

/// Returns the flags of a copy, a fill or an access by reference.
pub fn flags_of(flags: MemFlags) -> ir::MemFlagsData {
    if flags.contains(MemFlags::VOLATILE) { volatile_memory() } else { plain_memory() }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the most bytes of a copy or fill that is not a call.
    pub fn inline_bytes(&self, flags: ir::MemFlagsData) -> u64 {
        match (is_volatile(flags), self.cx.strict_alignment) {
            (true, _) => VOLATILE_COPY_BYTES,
            (false, true) => WORD_BYTES,
            (false, false) => INLINE_BYTES,
        }
    }

    /// Makes a stack slot, and returns its address.
    pub fn allocate(&mut self, size: Size, align: Align) -> Value {
        let (size, align) = (size.bytes(), align.bytes());
        if align > MAXIMUM_SLOT_ALIGNMENT {
            let value = self.with_function(|state| state.over_aligned_slot(size, align));
            return Value::Instruction { value, ty: Type::Pointer };
        }
        let slot = self.with_function(|state| state.stack_slot(size, align));
        Value::Stack { slot, offset: 0 }
    }

    /// Makes an access with `flags`. If it is volatile, sequence points keep other accesses from moving
    /// across it or merging with it.
    pub fn access<R>(&mut self, flags: ir::MemFlagsData, access: impl FnOnce(&mut Self) -> R) -> R {
        if !is_volatile(flags) {
            return access(self);
        }
        self.sequence_point();
        let result = access(self);
        self.sequence_point();
        result
    }

    /// Appends a fence for the optimiser, unless the last instruction is one. It is not compiled to machine
    /// code.
    pub fn sequence_point(&mut self) {
        let block = self.block.block;
        self.emit(|c| {
            let last = c.func.layout.last_inst(block);
            if last.is_none_or(|last| c.func.dfg.insts[last].opcode() != ir::Opcode::SequencePoint) {
                c.ins().sequence_point();
            }
        });
    }

    /// Returns the base and offset of one access.
    fn base_and_offset(&mut self, address: Value, further: i64) -> (ir::Value, i32) {
        match address {
            Value::Stack { slot, offset } => {
                let base = self.emit(|c| c.ins().stack_addr(ir::types::I64, slot, offset));
                match small_offset(further) {
                    Some(further) => (base, further),
                    None => (self.clif(Value::Offset { base, offset: further }), 0),
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
        if self.is_bytewise(ty, address, offset, flags) {
            return self.load_bytewise(ty, address, offset, flags);
        }
        let is_extended = self.extends_loads() && !is_volatile(flags);
        let (base, offset) = self.base_and_offset(address, offset);
        self.emit(|c| match ty {
            ir::types::I8 if is_extended => {
                let whole = c.ins().uload8(ir::types::I64, flags, base, offset);
                c.ins().ireduce(ty, whole)
            }
            ir::types::I16 if is_extended => {
                let whole = c.ins().uload16(ir::types::I64, flags, base, offset);
                c.ins().ireduce(ty, whole)
            }
            _ => c.ins().load(ty, flags, base, offset),
        })
    }

    /// Whether loads of small integers clear the other bits of the register, for
    /// [`conditions`](clif_engine::clif::conditions). Cranelift's optimiser prefers loads of the types that
    /// are stored.
    fn extends_loads(&self) -> bool {
        !self.cx.optimizes && !self.cx.machine.facts.instructions.partial_comparisons
    }

    /// Stores one CLIF value.
    pub fn store_clif(&mut self, value: ir::Value, address: Value, offset: i64, flags: ir::MemFlagsData) {
        if self.cx.strict_alignment {
            let ty = self.emit(|c| c.func.dfg.value_type(value));
            if self.is_bytewise(ty, address, offset, flags) {
                return self.store_bytewise(value, address, offset, flags);
            }
        }
        let (base, offset) = self.base_and_offset(address, offset);
        self.emit(|c| c.ins().store(flags, value, base, offset));
    }

    pub fn load_scalar(&mut self, ty: Type, address: Value, flags: ir::MemFlagsData) -> Value {
        let value = self.load_clif(ty.clif_or_bug(), address, 0, flags);
        Value::Instruction { value, ty }
    }

    pub fn store_scalar(&mut self, value: Value, address: Value, flags: ir::MemFlagsData) {
        let value = self.stored(value);
        let value = self.clif(value);
        self.store_clif(value, address, 0, flags);
    }

    /// Returns a float constant as an integer, which takes fewer instructions to store. Cranelift's optimiser
    /// takes loaded values from stores of the same type.
    fn stored(&self, value: Value) -> Value {
        match value {
            Value::Constant { bits, ty: Type::F32 } if !self.cx.optimizes => Value::constant(Type::I32, bits),
            Value::Constant { bits, ty: Type::F64 } if !self.cx.optimizes => Value::constant(Type::I64, bits),
            other => other,
        }
    }

    /// Loads a value of any type that values have.
    pub fn load_value(&mut self, ty: Type, address: Value, flags: ir::MemFlagsData) -> Value {
        self.access(flags, |builder| builder.load_value_unfenced(ty, address, flags))
    }

    fn load_value_unfenced(&mut self, ty: Type, address: Value, flags: ir::MemFlagsData) -> Value {
        match ty {
            Type::Aggregate(id) => {
                let elements = self.cx.types.borrow().get(id).elements.clone();
                let values: Vec<Value> =
                    elements.iter().map(|element| self.load_element(element, address, flags)).collect();
                self.cx.aggregate(ty, values)
            }
            Type::Memory { size, .. } => {
                let slot = self.with_function(|state| state.stack_slot(size, 16));
                self.copy_bytes(Value::Stack { slot, offset: 0 }, address, size);
                Value::MemoryVector { slot, ty }
            }
            Type::Vector { .. } if ty.clif().is_none() => {
                let slot = self.with_function(|state| state.stack_slot(ty.size(), 16));
                self.copy_parts(Value::Stack { slot, offset: 0 }, address, ty.size(), part_flags(flags));
                Value::MemoryVector { slot, ty }
            }
            Type::Void => bug!("a value of the type {ty:?} cannot be loaded"),
            scalar => self.load_scalar(scalar, address, flags),
        }
    }

    /// Loads one element of an aggregate, and no byte that does not belong to it.
    fn load_element(&mut self, element: &AggregateElement, address: Value, whole: ir::MemFlagsData) -> Value {
        let (offset, flags) = (element.offset as i64, part_flags(whole));
        if element.ty.clif().is_none() {
            let place = self.offset_by(address, offset);
            return self.load_value(element.ty, place, flags);
        }
        if element.bytes == element.ty.size() {
            let value = self.load_clif(element.ty.clif_or_bug(), address, offset, flags);
            return Value::Instruction { value, ty: element.ty };
        }
        let ty = element.ty.clif_or_bug();
        let mut whole: Option<ir::Value> = None;
        for (start, part) in integer_parts(element.bytes) {
            let value = self.load_clif(part, address, offset + start as i64, flags);
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

    /// Stores a value of any type. Undefined values are stored only by volatile accesses.
    pub fn store_value(&mut self, value: Value, address: Value, flags: ir::MemFlagsData) {
        self.access(flags, |builder| builder.store_value_unfenced(value, address, flags));
    }

    fn store_value_unfenced(&mut self, value: Value, address: Value, flags: ir::MemFlagsData) {
        match (value, value.ty()) {
            (Value::Undefined(_), _) if !is_volatile(flags) => {}
            (_, Type::Aggregate(id)) => {
                let elements = self.cx.types.borrow().get(id).elements.clone();
                for (element, value) in elements.iter().zip(self.cx.aggregate_elements(value)) {
                    self.store_element(element, value, address, flags);
                }
            }
            (Value::MemoryVector { slot, .. }, Type::Memory { size, .. }) => {
                self.copy_bytes(address, Value::Stack { slot, offset: 0 }, size);
            }
            (Value::MemoryVector { slot, ty }, _) => {
                self.copy_parts(address, Value::Stack { slot, offset: 0 }, ty.size(), part_flags(flags));
            }
            (Value::Undefined(Type::Vector { element, lanes, .. }), ty) if ty.clif().is_none() => {
                let zeroes = vec![Value::constant(element.scalar_type(), 0); lanes as usize];
                let zeroes = self.cx.aggregate(ty, zeroes);
                self.store_value_unfenced(zeroes, address, flags);
            }
            (Value::Aggregate { .. }, Type::Vector { element, .. }) if value.ty().clif().is_none() => {
                for (lane, value) in self.cx.aggregate_elements(value).into_iter().enumerate() {
                    let place = self.offset_by(address, lane as i64 * element.size() as i64);
                    self.store_value_unfenced(value, place, part_flags(flags));
                }
            }
            _ => self.store_scalar(value, address, flags),
        }
    }

    /// Stores one element of an aggregate, and no byte that does not belong to it.
    fn store_element(
        &mut self,
        element: &AggregateElement,
        value: Value,
        address: Value,
        whole: ir::MemFlagsData,
    ) {
        let (offset, flags) = (element.offset as i64, part_flags(whole));
        if matches!(value, Value::Undefined(_)) && !is_volatile(flags) {
            return;
        }
        if element.ty.clif().is_none() {
            let place = self.offset_by(address, offset);
            return self.store_value(value, place, flags);
        }
        let value = self.stored(value);
        let value = self.clif(value);
        if element.bytes == element.ty.size() {
            return self.store_clif(value, address, offset, flags);
        }
        let ty = element.ty.clif_or_bug();
        for (start, part) in integer_parts(element.bytes) {
            let piece = self.emit(|c| {
                let shifted = if start == 0 {
                    value
                } else {
                    let distance = c.ins().iconst(ir::types::I64, start as i64 * 8);
                    c.ins().ushr(value, distance)
                };
                if part == ty { shifted } else { c.ins().ireduce(part, shifted) }
            });
            self.store_clif(piece, address, offset + start as i64, flags);
        }
    }

    /// Copies `size` bytes. Target and source must be equal, or not overlap.
    pub fn copy_bytes(&mut self, target: Value, source: Value, size: u64) {
        self.copy_bytes_as(plain_memory(), target, source, size);
    }

    /// Copies as [`Builder::copy_bytes`] does, with the flags of its loads and stores.
    pub fn copy_bytes_as(&mut self, flags: ir::MemFlagsData, target: Value, source: Value, size: u64) {
        if size <= self.inline_bytes(flags) {
            return self.access(flags, |builder| builder.copy_parts(target, source, size, flags));
        }
        if is_volatile(flags) {
            return self.copy_words_volatile(target, source, size);
        }
        let size = self.cx.const_usize(size);
        self.call_memory_function("memcpy", [target, source, size]);
    }

    /// Copies many bytes by a loop over words, so that each byte is accessed once.
    fn copy_words_volatile(&mut self, target: Value, source: Value, size: u64) {
        let words = size / WORD_BYTES * WORD_BYTES;
        let (target, source) = (self.clif(target), self.clif(source));
        let [repeat, done] = self.with_function(|state| [(); 2].map(|()| state.new_block()));
        let offset = self.with_function(|state| state.clif.dfg.append_block_param(repeat, ir::types::I64));
        self.emit(|c| {
            let start = c.ins().iconst(ir::types::I64, 0);
            c.ins().jump(repeat, &[start.into()])
        });
        self.block.block = repeat;
        let [from, to] =
            [source, target].map(|base| self.emit_value(Type::Pointer, |c| c.ins().iadd(base, offset)));
        self.copy_bytes_as(volatile_memory(), to, from, WORD_BYTES);
        self.emit(|c| {
            let step = c.ins().iconst(ir::types::I64, WORD_BYTES as i64);
            let next = c.ins().iadd(offset, step);
            let end = c.ins().iconst(ir::types::I64, words as i64);
            let more = c.ins().icmp(ir::condcodes::IntCC::UnsignedLessThan, next, end);
            c.ins().brif(more, repeat, &[next.into()], done, &[])
        });
        self.block.block = done;
        let [from, to] = [source, target].map(|base| Value::Offset { base, offset: words as i64 });
        self.copy_bytes_as(volatile_memory(), to, from, size - words);
    }

    /// Copies `size` bytes by loads and stores.
    fn copy_parts(&mut self, target: Value, source: Value, size: u64, flags: ir::MemFlagsData) {
        let (target, source) = (self.settled(target), self.settled(source));
        for (start, part) in self.copied_parts(size) {
            let value = self.load_clif(part, source, start as i64, flags);
            self.store_clif(value, target, start as i64, flags);
        }
    }

    /// Splits the bytes of a copy into accesses; see [`NARROW_BYTES`].
    fn copied_parts(&self, size: u64) -> impl Iterator<Item = (u64, ir::Type)> + use<> {
        let narrow = size <= NARROW_BYTES;
        parts_up_to(size, if narrow { ir::types::I64 } else { self.cx.widest_access() })
    }

    /// Returns the address in a form that is cheap to use several times: symbols are materialised once.
    pub fn settled(&mut self, address: Value) -> Value {
        match address {
            Value::Symbol { .. } => {
                let value = self.clif(address);
                Value::Instruction { value, ty: Type::Pointer }
            }
            other => other,
        }
    }

    pub fn copy(&mut self, target: Value, source: Value, size: Value, flags: ir::MemFlagsData) {
        match size.as_constant() {
            Some(size) => self.copy_bytes_as(flags, target, source, size as u64),
            None => self.call_memory_function("memcpy", [target, source, size]),
        }
    }

    /// Copies bytes. Target and source may overlap: all loads come before the first store.
    pub fn move_bytes(&mut self, target: Value, source: Value, size: Value, flags: ir::MemFlagsData) {
        let limit = u128::from(self.inline_bytes(flags));
        let Some(bytes) = size.as_constant().filter(|&bytes| bytes <= limit) else {
            return self.call_memory_function("memmove", [target, source, size]);
        };
        let (target, source) = (self.settled(target), self.settled(source));
        self.access(flags, |builder| {
            let values: Vec<(u64, ir::Value)> = builder
                .copied_parts(bytes as u64)
                .map(|(start, part)| (start, builder.load_clif(part, source, start as i64, flags)))
                .collect();
            for (start, value) in values {
                builder.store_clif(value, target, start as i64, flags);
            }
        });
    }

    pub fn fill(&mut self, target: Value, byte: Value, size: Value, flags: ir::MemFlagsData) {
        let size_bytes = size.as_constant().and_then(|bytes| u64::try_from(bytes).ok());
        match (byte.as_constant(), size_bytes) {
            (Some(pattern), Some(bytes)) if bytes <= self.inline_bytes(flags) && !is_volatile(flags) => {
                self.fill_parts(target, pattern as u8, bytes);
            }
            (_, Some(bytes)) if bytes <= VOLATILE_FILL_BYTES && is_volatile(flags) => {
                self.access(flags, |builder| builder.fill_volatile(target, byte, bytes));
            }
            _ => self.call_memset(target, byte, size),
        }
    }

    fn fill_parts(&mut self, target: Value, pattern: u8, bytes: u64) {
        let target = self.settled(target);
        let repeated = u64::from_ne_bytes([pattern; 8]);
        for (start, part) in parts_up_to(bytes, self.cx.widest_access()) {
            let value = self.emit(|c| {
                if part == ir::types::I8X16 {
                    let constant = c.func.dfg.constants.insert(vec![pattern; 16].into());
                    return c.ins().vconst(part, constant);
                }
                let unused = 64 - part.bits();
                c.ins().iconst(part, (repeated << unused >> unused) as i64)
            });
            self.store_clif(value, target, start as i64, plain_memory());
        }
    }

    /// Fills memory, and writes each byte once.
    fn fill_volatile(&mut self, target: Value, byte: Value, bytes: u64) {
        let (target, byte) = (self.settled(target), self.clif(byte));
        let repeated = self.emit(|c| {
            let wide = c.ins().uextend(ir::types::I64, byte);
            let ones = c.ins().iconst(ir::types::I64, i64::from_ne_bytes([1; 8]));
            c.ins().imul(wide, ones)
        });
        for (start, part) in integer_parts(bytes) {
            let value = match part {
                ir::types::I64 => repeated,
                _ => self.emit(|c| c.ins().ireduce(part, repeated)),
            };
            self.store_clif(value, target, start as i64, volatile_memory());
        }
    }

    fn call_memset(&mut self, target: Value, byte: Value, size: Value) {
        let byte = self.clif(byte);
        let wide = self.emit_value(Type::I32, |c| c.ins().uextend(ir::types::I32, byte));
        self.call_memory_function("memset", [target, wide, size]);
    }

    /// Loads an operand in the form that `rustc_codegen_ssa` uses for its layout.
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
                let ty = self.cx.memory_type(place.layout);
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
        let ty = self.cx.immediate_scalar(scalar);
        self.load_scalar(ty, address, memory_flags(ty, align))
    }
}

/// Splits `size` bytes into integers, the largest first: `(offset, type)`.
pub fn integer_parts(size: u64) -> impl Iterator<Item = (u64, ir::Type)> {
    parts_up_to(size, ir::types::I64)
}

/// Splits `size` bytes into accesses, the largest first.
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

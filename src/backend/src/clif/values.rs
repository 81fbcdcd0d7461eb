//! The values of the lowering.
//!
//! - [`Value`] is a small `Copy` enum with its type. Constants and addresses are not instructions: each use
//!   materialises them, since a value kept across blocks would break dominance. Loads and stores can then
//!   fold offsets.
//! - [`AggregateValues`] is the side table of aggregates. `insert_value` and `extract_value` only use the
//!   table, so they need no instructions.
//!
//! [`crate::cgu::constants`] makes values of the compile-time interpreter's constants.

use clif_engine::cgu::SymbolId;
use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use cranelift_codegen::ir;

use crate::clif::types::Type;

/// Elements of an aggregate value in the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AggregateId(u32);
entity_impl!(AggregateId, "aggregate_value");

/// A value of the function under construction, or a constant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value {
    /// An arbitrary value.
    Undefined(Type),
    /// A constant integer, truth value, float (its bits) or address. Bits above the type's width are zero.
    Constant { bits: u128, ty: Type },
    /// The result of an instruction or a block parameter.
    Instruction { value: ir::Value, ty: Type },
    /// The address `base + offset`, not added yet.
    Offset { base: ir::Value, offset: i64 },
    /// The address of a symbol of this CGU, plus an offset. Functions are symbols, too.
    Symbol { symbol: SymbolId, offset: i64 },
    /// The address of a stack slot, plus an offset.
    Stack { slot: ir::StackSlot, offset: i32 },
    /// A vector without a CLIF type of its own, an aggregate of `extern "unadjusted"`, or the result of a
    /// vendor intrinsic that lives in memory: an immutable copy in a stack slot.
    MemoryVector { slot: ir::StackSlot, ty: Type },
    /// Several values; see [`AggregateValues`].
    Aggregate { id: AggregateId, ty: Type },
}

impl Value {
    pub fn ty(self) -> Type {
        match self {
            Value::Undefined(ty)
            | Value::Constant { ty, .. }
            | Value::Instruction { ty, .. }
            | Value::MemoryVector { ty, .. }
            | Value::Aggregate { ty, .. } => ty,
            Value::Offset { .. } | Value::Symbol { .. } | Value::Stack { .. } => Type::Pointer,
        }
    }

    pub fn constant(ty: Type, bits: u128) -> Value {
        Value::Constant { bits: truncate(bits, ty), ty }
    }

    /// Returns the bits of a constant.
    pub fn as_constant(self) -> Option<u128> {
        match self {
            Value::Constant { bits, .. } => Some(bits),
            _ => None,
        }
    }
}

/// Returns `bits` cut to the width of `ty`.
pub fn truncate(bits: u128, ty: Type) -> u128 {
    match ty {
        Type::Bool => bits & 1,
        _ if ty.size() >= 16 => bits,
        _ => bits & ((1 << (ty.size() * 8)) - 1),
    }
}

/// Sign-extends `bits`, a value of type `ty`, to 128 bits.
pub fn sign_extend(bits: u128, ty: Type) -> i128 {
    let width = if ty == Type::Bool { 1 } else { ty.size() as u32 * 8 };
    let unused = 128 - width;
    ((bits << unused) as i128) >> unused
}

/// The elements of all aggregate values of the function under construction; cleared between functions.
#[derive(Default)]
pub struct AggregateValues {
    values: PrimaryMap<AggregateId, Box<[Value]>>,
}

impl AggregateValues {
    pub fn push(&mut self, elements: Box<[Value]>) -> AggregateId {
        self.values.push(elements)
    }

    pub fn get(&self, id: AggregateId) -> &[Value] {
        &self.values[id]
    }

    pub fn clear(&mut self) {
        self.values.clear();
    }
}

/// Returns `base + offset`, if that needs no instruction.
pub fn offset_address(base: Value, offset: i64) -> Option<Value> {
    Some(match base {
        Value::Undefined(ty) => Value::Undefined(ty),
        Value::Constant { bits, ty } => Value::constant(ty, bits.wrapping_add(offset as u128)),
        Value::Instruction { value, ty: Type::Pointer } => Value::Offset { base: value, offset },
        Value::Offset { base, offset: first } => Value::Offset { base, offset: first.wrapping_add(offset) },
        Value::Symbol { symbol, offset: first } => {
            Value::Symbol { symbol, offset: first.wrapping_add(offset) }
        }
        Value::Stack { slot, offset: first } => {
            Value::Stack { slot, offset: i32::try_from(i64::from(first).checked_add(offset)?).ok()? }
        }
        Value::Instruction { .. } | Value::MemoryVector { .. } | Value::Aggregate { .. } => return None,
    })
}

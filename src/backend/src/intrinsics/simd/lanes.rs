//! Reads and makes vectors as lists of scalars.
//!
//! A vector value is a CLIF value, a copy in a stack slot, or a list of scalars in the aggregate side table
//! (constants, and results until they are stored).

use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_middle::bug;

use crate::builder::Builder;
use crate::clif::operations::Signedness;
use crate::clif::types::{Element, Type, VectorRegisters};
use crate::clif::values::Value;

/// How the bits of a lane are interpreted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LaneKind {
    Signed,
    Unsigned,
    Float,
    Pointer,
}

impl LaneKind {
    pub fn signedness(self) -> Signedness {
        match self {
            LaneKind::Signed => Signedness::Signed,
            _ => Signedness::Unsigned,
        }
    }
}

/// A vector type with the meaning of its lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    pub element: Element,
    pub lanes: u32,
    pub kind: LaneKind,
    pub registers: VectorRegisters,
}

impl Shape {
    pub fn ty(self) -> Type {
        Type::Vector { element: self.element, lanes: self.lanes, registers: self.registers }
    }
}

/// Returns the element type and the number of lanes of a vector value's type.
pub fn vector_parts(ty: Type) -> (Element, u32) {
    match ty {
        Type::Vector { element, lanes, .. } => (element, lanes),
        other => bug!("{other:?} is not a vector type"),
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the lanes of a vector as scalars.
    pub fn lanes_of(&mut self, vector: Value) -> Vec<Value> {
        let (element, lanes) = vector_parts(vector.ty());
        let scalar = element.scalar_type();
        match vector {
            Value::Aggregate { .. } => self.cx.aggregate_elements(vector),
            Value::Undefined(_) => vec![Value::Undefined(scalar); lanes as usize],
            // Only constants of up to 128 bits come in this form.
            Value::Constant { bits, .. } => (0..lanes)
                .map(|lane| {
                    let distance = u64::from(lane) * element.size() * 8;
                    Value::constant(scalar, bits.checked_shr(distance as u32).unwrap_or(0))
                })
                .collect(),
            _ => {
                let address = self.vector_address(vector);
                (0..lanes).map(|lane| self.load_lane(address, element, lane)).collect()
            }
        }
    }

    /// Makes a vector of scalars.
    pub fn vector_from_lanes(&mut self, ty: Type, lanes: Vec<Value>) -> Value {
        self.cx.aggregate(ty, lanes)
    }

    /// Applies `f` to the first lanes of all operands, then to the second ones and so on.
    pub fn map_lanes(
        &mut self,
        result: Type,
        operands: &[Value],
        mut f: impl FnMut(&mut Self, &[Value]) -> Value,
    ) -> Value {
        let operands: Vec<Vec<Value>> = operands.iter().map(|&operand| self.lanes_of(operand)).collect();
        let (_, lanes) = vector_parts(result);
        let mut row = vec![Value::Undefined(Type::Void); operands.len()];
        let results = (0..lanes as usize)
            .map(|lane| {
                for (cell, operand) in row.iter_mut().zip(&operands) {
                    *cell = operand[lane];
                }
                f(self, &row)
            })
            .collect();
        self.vector_from_lanes(result, results)
    }

    /// Returns the address of memory that holds the vector's lanes and is only read. The address is an
    /// instruction's value, so that accesses to lanes fold their offsets.
    pub fn vector_address(&mut self, vector: Value) -> Value {
        let slot = match vector {
            Value::MemoryVector { slot, .. } => slot,
            _ => self.vector_copy(vector),
        };
        self.slot_address(slot)
    }

    /// Copies the vector to a new slot.
    pub fn vector_copy(&mut self, vector: Value) -> ir::StackSlot {
        let size = vector.ty().size();
        let slot = self.with_function(|state| state.stack_slot(size, 16));
        self.store_vector(vector, Value::Stack { slot, offset: 0 });
        slot
    }

    /// Stores a vector in any form.
    pub fn store_vector(&mut self, vector: Value, address: Value) {
        match vector {
            Value::Constant { ty, .. } if ty.clif().is_none() => {
                let lanes = self.lanes_of(vector);
                let vector = self.vector_from_lanes(ty, lanes);
                self.store_value(vector, address, plain_memory());
            }
            _ => self.store_value(vector, address, plain_memory()),
        }
    }

    pub fn slot_address(&mut self, slot: ir::StackSlot) -> Value {
        self.emit_value(Type::Pointer, |c| c.ins().stack_addr(ir::types::I64, slot, 0))
    }

    pub fn load_lane(&mut self, address: Value, element: Element, lane: u32) -> Value {
        let offset = i64::from(lane) * element.size() as i64;
        let value = self.load_clif(element.clif(), address, offset, plain_memory());
        Value::Instruction { value, ty: element.scalar_type() }
    }

    /// Returns the vector with its bits as elements of another type of the same size.
    pub fn retype_vector(&mut self, vector: Value, ty: Type) -> Value {
        match vector {
            Value::Undefined(_) => Value::Undefined(ty),
            Value::Constant { bits, .. } => Value::Constant { bits, ty },
            Value::MemoryVector { slot, .. } => Value::MemoryVector { slot, ty },
            _ => match (vector.ty().clif(), ty.clif()) {
                (Some(from), Some(to)) if from == to => {
                    let value = self.clif(vector);
                    Value::Instruction { value, ty }
                }
                (Some(_), Some(_)) => self.cast_bits(vector, ty),
                _ => {
                    let slot = self.vector_copy(vector);
                    self.vector_in_slot(slot, ty)
                }
            },
        }
    }

    /// Returns the vector that a slot holds. The slot must not be written afterwards.
    pub fn vector_in_slot(&mut self, slot: ir::StackSlot, ty: Type) -> Value {
        match ty.clif() {
            Some(_) => self.load_scalar(ty, Value::Stack { slot, offset: 0 }, plain_memory()),
            None => Value::MemoryVector { slot, ty },
        }
    }
}

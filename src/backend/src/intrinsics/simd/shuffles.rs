//! Lowers shuffles, and extracting and inserting lanes.
//!
//! A shuffle goes through memory: both vectors are stored one after the other, and the result is copied out
//! of them. Lanes that stay together are copied in one piece. A few patterns are one instruction.

use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_codegen_ssa::errors::InvalidMonomorphization;

use super::lanes::vector_parts;
use crate::builder::Builder;
use crate::clif::operations::Signedness;
use crate::clif::types::{Element, Type};
use crate::clif::values::Value;
use crate::intrinsics::{Call, Outcome};

/// Lowers `simd_shuffle(left, right, indices)`. The indices are a constant vector of `u32`.
pub fn shuffle<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let indices = builder.vector_argument(call, 2);
    let indices: Option<Vec<u64>> = builder
        .lanes_of(indices)
        .into_iter()
        .map(|index| index.as_constant().map(|bits| bits as u64))
        .collect();
    // Otherwise the constant has an error, which rustc has reported.
    match indices {
        Some(indices) => shuffle_by(builder, call, &indices),
        None => Outcome::Done,
    }
}

/// Lowers `simd_shuffle_const_generic::<_, _, INDICES>(left, right)`.
pub fn shuffle_const_generic<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let indices: Vec<u64> = call.instance.args[2]
        .expect_const()
        .to_branch()
        .iter()
        .map(|index| u64::from(index.to_leaf().to_u32()))
        .collect();
    shuffle_by(builder, call, &indices)
}

fn shuffle_by<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>, indices: &[u64]) -> Outcome {
    let (left, right) = (builder.vector_argument(call, 0), builder.vector_argument(call, 1));
    let (_, lanes) = vector_parts(left.ty());
    let total_len = u128::from(lanes) * 2;
    if let Some(position) = indices.iter().position(|&index| u128::from(index) >= total_len) {
        builder.cx.tcx.dcx().emit_err(InvalidMonomorphization::SimdIndexOutOfBounds {
            span: call.span,
            name: call.name,
            arg_idx: position as u64,
            total_len,
        });
        return Outcome::Done;
    }
    let result = builder.result_vector_type(call);
    Outcome::Result(builder.shuffle_lanes(left, right, indices, result))
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the lanes at `indices` of `left` followed by `right`.
    pub fn shuffle_lanes(&mut self, left: Value, right: Value, indices: &[u64], result: Type) -> Value {
        if let (Value::Aggregate { .. }, Value::Aggregate { .. }) = (left, right) {
            let mut lanes = self.lanes_of(left);
            lanes.extend(self.lanes_of(right));
            let chosen = indices.iter().map(|&index| lanes[index as usize]).collect();
            return self.vector_from_lanes(result, chosen);
        }
        if let Some(value) = self.shuffle_instruction(left, right, indices, result) {
            return value;
        }
        let (element, lanes) = vector_parts(left.ty());
        let size = left.ty().size();
        let source = self.with_function(|state| state.stack_slot(size * 2, 16));
        let uses_right = indices.iter().any(|&index| index >= u64::from(lanes));
        self.store_vector(left, Value::Stack { slot: source, offset: 0 });
        if uses_right {
            self.store_vector(right, Value::Stack { slot: source, offset: size as i32 });
        }
        let target = self.with_function(|state| state.stack_slot(result.size(), 16));
        let (source, target_address) = (self.slot_address(source), self.slot_address(target));
        for run in Runs::new(indices, element, self.cx.widest_access()) {
            let value = self.load_clif(run.ty, source, run.source, plain_memory());
            self.store_clif(value, target_address, run.target, plain_memory());
        }
        self.vector_in_slot(target, result)
    }

    /// One CLIF instruction, where it is not a call of a function that looks bytes up.
    fn shuffle_instruction(
        &mut self,
        left: Value,
        right: Value,
        indices: &[u64],
        result: Type,
    ) -> Option<Value> {
        let chunk = self.chunk_type(result)?;
        if left.ty().clif()? != chunk || result.clif()? != chunk {
            return None;
        }
        let (element, _) = vector_parts(result);
        let mut bytes = [0; 16];
        for (position, byte) in bytes.iter_mut().enumerate() {
            let (lane, rest) = (position as u64 / element.size(), position as u64 % element.size());
            *byte = (indices[lane as usize] * element.size() + rest) as u8;
        }
        if !(self.cx.machine.facts.instructions.shuffle)(&bytes) {
            return None;
        }
        let (left, right) = (self.clif(left), self.clif(right));
        let (left, right) = (self.as_chunk(left, ir::types::I8X16), self.as_chunk(right, ir::types::I8X16));
        let value = self.emit(|c| {
            let mask = c.func.dfg.immediates.push(bytes.to_vec().into());
            c.ins().shuffle(left, right, mask)
        });
        let value = self.as_chunk(value, chunk);
        Some(Value::Instruction { value, ty: result })
    }

    /// Returns the lane at an index, which need not be constant.
    pub fn extract_lane(&mut self, vector: Value, index: Value) -> Value {
        let (element, lanes) = vector_parts(vector.ty());
        let Some(lane) = index.as_constant().filter(|&lane| lane < u128::from(lanes)) else {
            return self.vector_lane(vector, index);
        };
        match vector {
            Value::Aggregate { .. } | Value::Undefined(_) | Value::Constant { .. } => {
                self.lanes_of(vector)[lane as usize]
            }
            Value::Instruction { value, .. } if self.chunk_type(vector.ty()).is_some() => {
                self.emit_value(element.scalar_type(), |c| c.ins().extractlane(value, lane as u8))
            }
            _ => {
                let address = self.vector_address(vector);
                self.load_lane(address, element, lane as u32)
            }
        }
    }

    /// Returns the vector with another value as the lane at an index, which need not be constant.
    pub fn insert_lane(&mut self, vector: Value, index: Value, value: Value) -> Value {
        let ty = vector.ty();
        let (element, lanes) = vector_parts(ty);
        let lane = index.as_constant().filter(|&lane| lane < u128::from(lanes));
        match (vector, lane) {
            (Value::Aggregate { .. } | Value::Undefined(_), Some(lane)) => {
                let mut lanes = self.lanes_of(vector);
                lanes[lane as usize] = value;
                self.vector_from_lanes(ty, lanes)
            }
            (Value::Instruction { value: whole, .. }, Some(lane)) if self.chunk_type(ty).is_some() => {
                let value = self.clif(value);
                self.emit_value(ty, |c| c.ins().insertlane(whole, value, lane as u8))
            }
            _ => {
                let slot = self.vector_copy(vector);
                let index = self.cast_integer(index, Type::I64, Signedness::Unsigned);
                let start = Value::Stack { slot, offset: 0 };
                let address = self.element_address(element.scalar_type(), start, &[index]);
                self.store_value(value, address, plain_memory());
                self.vector_in_slot(slot, ty)
            }
        }
    }
}

/// Iterates over the pieces of a shuffle through memory.
struct Runs<'i> {
    indices: &'i [u64],
    element: Element,
    widest: ir::Type,
    position: usize,
}

/// One load and one store. Offsets are in bytes.
struct Run {
    ty: ir::Type,
    source: i64,
    target: i64,
}

impl<'i> Runs<'i> {
    fn new(indices: &'i [u64], element: Element, widest: ir::Type) -> Self {
        Runs { indices, element, widest, position: 0 }
    }

    /// Returns how many lanes stay together, from the current one on.
    fn together(&self) -> usize {
        let rest = &self.indices[self.position..];
        rest.iter().enumerate().take_while(|&(offset, &index)| index == rest[0] + offset as u64).count()
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let &first = self.indices.get(self.position)?;
        let size = self.element.size();
        let mut bytes = size.max(1);
        while bytes < u64::from(self.widest.bytes()) && bytes * 2 <= self.together() as u64 * size {
            bytes *= 2;
        }
        let ty = match bytes {
            1 => ir::types::I8,
            2 => ir::types::I16,
            4 => ir::types::I32,
            8 => ir::types::I64,
            _ if self.widest.is_vector() => self.widest,
            _ => ir::types::I128,
        };
        let run = Run { ty, source: (first * size) as i64, target: (self.position as u64 * size) as i64 };
        self.position += (bytes / size) as usize;
        Some(run)
    }
}

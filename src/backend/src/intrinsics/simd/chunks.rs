//! Splits vectors into CLIF vectors of 128 bits (chunks), for operations that are one instruction on every
//! CPU of the target.

use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;

use super::lanes::vector_parts;
use crate::builder::{Builder, bitcast};
use crate::clif::types::{Element, Type, VectorRegisters};
use crate::clif::values::Value;

/// Size of a CLIF vector in bytes.
const CHUNK_BYTES: u64 = 16;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the CLIF type of one chunk of a vector type; `None` if the type does not consist of whole
    /// chunks, or not every CPU of the target has vector instructions.
    pub fn chunk_type(&self, ty: Type) -> Option<ir::Type> {
        let (element, _) = vector_parts(ty);
        let whole_chunks = ty.size() > 0 && ty.size().is_multiple_of(CHUNK_BYTES);
        if !whole_chunks || self.cx.vector_registers() == VectorRegisters::Absent {
            return None;
        }
        match element {
            Element::F16 | Element::F128 | Element::I128 | Element::SoftFloat(_) => None,
            element => element.clif().by((CHUNK_BYTES / element.size()) as u32),
        }
    }

    /// Returns the chunks of a vector. It consists of chunks of the type `chunk`.
    pub fn chunks_of(&mut self, vector: Value, chunk: ir::Type) -> Vec<ir::Value> {
        if vector.ty().size() == CHUNK_BYTES {
            let value = self.clif(vector);
            return vec![self.as_chunk(value, chunk)];
        }
        let address = self.vector_address(vector);
        (0..vector.ty().size() / CHUNK_BYTES)
            .map(|index| self.load_clif(chunk, address, (index * CHUNK_BYTES) as i64, plain_memory()))
            .collect()
    }

    /// Makes a vector of chunks.
    pub fn vector_from_chunks(&mut self, ty: Type, chunks: &[ir::Value]) -> Value {
        if let ([chunk], Some(clif)) = (chunks, ty.clif()) {
            let value = self.as_chunk(*chunk, clif);
            return Value::Instruction { value, ty };
        }
        let slot = self.with_function(|state| state.stack_slot(ty.size(), CHUNK_BYTES));
        let address = self.slot_address(slot);
        for (index, &chunk) in chunks.iter().enumerate() {
            self.store_clif(chunk, address, index as i64 * CHUNK_BYTES as i64, plain_memory());
        }
        Value::MemoryVector { slot, ty }
    }

    /// Returns the same 128 bits as another CLIF type.
    pub fn as_chunk(&mut self, value: ir::Value, ty: ir::Type) -> ir::Value {
        self.emit(|c| if c.func.dfg.value_type(value) == ty { value } else { bitcast(c, ty, value) })
    }

    /// Applies `f` to the first chunks of all operands, then to the second ones and so on. The operands have
    /// the same size, and are taken as chunks of the type `chunk`.
    pub fn map_chunks(
        &mut self,
        result: Type,
        chunk: ir::Type,
        operands: &[Value],
        mut f: impl FnMut(&mut FuncCursor<'_>, &[ir::Value]) -> ir::Value,
    ) -> Value {
        let operands: Vec<Vec<ir::Value>> =
            operands.iter().map(|&operand| self.chunks_of(operand, chunk)).collect();
        let count = operands.first().map_or(0, Vec::len);
        let mut row = Vec::with_capacity(operands.len());
        let results: Vec<ir::Value> = (0..count)
            .map(|index| {
                row.clear();
                row.extend(operands.iter().map(|operand| operand[index]));
                self.emit(|c| f(c, &row))
            })
            .collect();
        self.vector_from_chunks(result, &results)
    }

    /// Makes a vector whose lanes are all `value`.
    pub fn splat(&mut self, ty: Type, value: Value) -> Value {
        let (_, lanes) = vector_parts(ty);
        let Some(chunk) = self.chunk_type(ty).filter(|_| value.as_constant().is_none()) else {
            return self.vector_from_lanes(ty, vec![value; lanes as usize]);
        };
        let value = self.clif(value);
        let chunk = self.emit(|c| c.ins().splat(chunk, value));
        let chunks = vec![chunk; (ty.size() / CHUNK_BYTES) as usize];
        self.vector_from_chunks(ty, &chunks)
    }
}

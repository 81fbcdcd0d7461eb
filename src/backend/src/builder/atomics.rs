//! Atomic loads, stores, read-modify-write operations and fences.
//!
//! Cranelift's atomics are sequentially consistent, which every weaker ordering allows. Where it has none of
//! 128 bits, these are functions in LLVM's IR. Some targets call functions of the runtime, which choose
//! between instructions when the program runs.
//!
//! Atomics are fences for Cranelift's alias analysis (`has_memory_fence_semantics` in its
//! `alias_analysis.rs:95`), so no atomic takes its value from an earlier access. There is one exception:
//! Cranelift drops an atomic store of the value that the last store is known to have stored
//! (`AliasAnalysis::process_inst`, "idempotent store"). LLVM keeps such stores.

use clif_engine::clif::memory::plain_memory;
use clif_engine::clif::narrow_atomics;
use clif_engine::llvm::AtomicOperation;
use clif_engine::machine::{AtomicOperand, OutlinedAtomic, OutlinedOperation};
use cranelift_codegen::cursor::Cursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AtomicRmwOp, InstBuilder};
use rustc_codegen_ssa::common::AtomicRmwBinOp;

use crate::builder::Builder;
use crate::clif::types::Type;
use crate::clif::values::Value;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    pub fn load_atomically(&mut self, ty: Type, address: Value) -> Value {
        if self.is_beyond_clif(ty) {
            return self.call_wide_atomic(AtomicOperation::Load, address, &[]);
        }
        let address = self.clif(address);
        self.emit_value(ty, |c| c.ins().atomic_load(ty.clif_or_bug(), plain_memory(), address))
    }

    pub fn store_atomically(&mut self, value: Value, address: Value) {
        if self.is_beyond_clif(value.ty()) {
            self.call_wide_atomic(AtomicOperation::Store, address, &[value]);
            return;
        }
        let (value, address) = (self.clif(value), self.clif(address));
        self.sequence_point();
        self.emit(|c| c.ins().atomic_store(plain_memory(), value, address));
    }

    /// Returns the old value, and whether it was the expected one.
    pub fn compare_exchange(&mut self, address: Value, expected: Value, new: Value) -> (Value, Value) {
        let ty = expected.ty();
        let old = if self.is_beyond_clif(ty) {
            let operands = [expected, new];
            let old = self.call_wide_atomic(AtomicOperation::CompareExchange, address, &operands);
            self.clif(old)
        } else if let Some(function) = self.outlined_atomic(OutlinedOperation::CompareExchange, ty) {
            let old = self.call_runtime(&function.name, &[expected, new, address], ty);
            self.clif(old)
        } else {
            let (address, expected, new) = (self.clif(address), self.clif(expected), self.clif(new));
            self.compare_exchange_inline(address, expected, new)
        };
        let expected = self.clif(expected);
        let success = self.emit_value(Type::Bool, |c| c.ins().icmp(IntCC::Equal, old, expected));
        (Value::Instruction { value: old, ty }, success)
    }

    fn compare_exchange_inline(
        &mut self,
        address: ir::Value,
        expected: ir::Value,
        new: ir::Value,
    ) -> ir::Value {
        let has_narrow = self.cx.machine.facts.instructions.narrow_compare_exchange;
        let (old, block) = self.emit(|c| {
            let is_narrow = c.func.dfg.value_type(expected).bits() < 32;
            let old = match is_narrow && !has_narrow {
                true => narrow_atomics::compare_exchange(c, address, expected, new),
                false => c.ins().atomic_cas(plain_memory(), address, expected, new),
            };
            (old, c.current_block())
        });
        self.block.block = block.unwrap_or(self.block.block);
        old
    }

    /// Returns the old value.
    pub fn read_modify_write(
        &mut self,
        operation: AtomicRmwBinOp,
        address: Value,
        operand: Value,
        result: Type,
    ) -> Value {
        if self.is_beyond_clif(operand.ty()) {
            let operation = AtomicOperation::ReadModifyWrite(ir_name(operation));
            return self.call_wide_atomic(operation, address, &[operand]);
        }
        let operation = rmw_operation(operation);
        let outlined = OutlinedOperation::ReadModifyWrite(operation);
        if let Some(function) = self.outlined_atomic(outlined, operand.ty()) {
            return self.call_outlined_atomic(&function, operand, address, result);
        }
        let (address, operand) = (self.clif(address), self.clif(operand));
        self.emit_value(result, |c| {
            let ty = c.func.dfg.value_type(operand);
            c.ins().atomic_rmw(ty, plain_memory(), operation, address, operand)
        })
    }

    /// Returns the function of the runtime that the session's target calls for an operation.
    fn outlined_atomic(&self, operation: OutlinedOperation, ty: Type) -> Option<OutlinedAtomic> {
        self.cx.outlined_atomics.and_then(|outlined| (outlined.function)(operation, ty.size()))
    }

    fn call_outlined_atomic(
        &mut self,
        function: &OutlinedAtomic,
        operand: Value,
        address: Value,
        result: Type,
    ) -> Value {
        let operand = match function.operand {
            AtomicOperand::Same => operand,
            AtomicOperand::Negated => self.negate(operand),
            AtomicOperand::Inverted => self.complement(operand),
        };
        self.call_runtime(&function.name, &[operand, address], result)
    }

    pub fn fence(&mut self) {
        self.emit(|c| c.ins().fence());
    }

    /// Whether CLIF has no atomics of the type `ty` on this machine.
    fn is_beyond_clif(&self, ty: Type) -> bool {
        ty == Type::I128 && !self.cx.machine.facts.instructions.wide_atomics
    }
}

/// Returns the operation's name in LLVM's instruction `atomicrmw`.
fn ir_name(operation: AtomicRmwBinOp) -> &'static str {
    match operation {
        AtomicRmwBinOp::AtomicXchg => "xchg",
        AtomicRmwBinOp::AtomicAdd => "add",
        AtomicRmwBinOp::AtomicSub => "sub",
        AtomicRmwBinOp::AtomicAnd => "and",
        AtomicRmwBinOp::AtomicNand => "nand",
        AtomicRmwBinOp::AtomicOr => "or",
        AtomicRmwBinOp::AtomicXor => "xor",
        AtomicRmwBinOp::AtomicMax => "max",
        AtomicRmwBinOp::AtomicMin => "min",
        AtomicRmwBinOp::AtomicUMax => "umax",
        AtomicRmwBinOp::AtomicUMin => "umin",
    }
}

fn rmw_operation(operation: AtomicRmwBinOp) -> AtomicRmwOp {
    match operation {
        AtomicRmwBinOp::AtomicXchg => AtomicRmwOp::Xchg,
        AtomicRmwBinOp::AtomicAdd => AtomicRmwOp::Add,
        AtomicRmwBinOp::AtomicSub => AtomicRmwOp::Sub,
        AtomicRmwBinOp::AtomicAnd => AtomicRmwOp::And,
        AtomicRmwBinOp::AtomicNand => AtomicRmwOp::Nand,
        AtomicRmwBinOp::AtomicOr => AtomicRmwOp::Or,
        AtomicRmwBinOp::AtomicXor => AtomicRmwOp::Xor,
        AtomicRmwBinOp::AtomicMax => AtomicRmwOp::Smax,
        AtomicRmwBinOp::AtomicMin => AtomicRmwOp::Smin,
        AtomicRmwBinOp::AtomicUMax => AtomicRmwOp::Umax,
        AtomicRmwBinOp::AtomicUMin => AtomicRmwOp::Umin,
    }
}

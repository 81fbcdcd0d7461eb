//! Explicit tail calls (`become`).
//!
//! CLIF has them only between functions of its convention `tail`. On x86_64 that is System V's but for two things: the
//! callee removes stack arguments, and the second integer result is in `rcx` and not in `rdx`, where the third is. So:
//! 1. a function that is found to make a tail call gets the convention `tail`, unless it has stack arguments; who calls
//!    it does not notice ([`Builder::become_call`]);
//! 2. when it is finished, its results are spread so that all are where System V has them
//!    ([`spread_results`]).
//!
//! The callee may be any System V function: rustc has checked that its signature is the same.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::isa::CallConv;

use crate::builder::Builder;
use crate::clif::signatures::SignatureId;
use crate::clif::values::Value;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Ends the block with a tail call of `callee`.
    pub fn become_call(&mut self, id: SignatureId, callee: Value, arguments: &[Value]) {
        let signature = self.checked_signature(id);
        if signature.shim.is_some() || !can_be_tail(&signature.clif) {
            self.cx.unsupported_here(
                "explicit tail calls (`become`) of functions with arguments on the stack or another calling convention",
            );
            return self.trap();
        }
        let packed = self.pack_arguments(&signature, callee, arguments);
        let address = self.clif(callee);
        let tail_signature = tail_signature(&signature.clif);
        self.with_function(|state| state.clif.signature.call_conv = CallConv::Tail);
        let reference = self.with_function(|state| state.clif.import_signature(tail_signature));
        self.emit(|c| c.ins().return_call_indirect(reference, address, &packed));
    }
}

/// Number of registers for arguments: integers and addresses, floats and vectors.
const REGISTERS: (usize, usize) = (6, 8);

fn can_be_tail(signature: &ir::Signature) -> bool {
    let integers = signature.params.iter().filter(|parameter| parameter.value_type.is_int()).count();
    signature.call_conv == CallConv::SystemV
        && integers <= REGISTERS.0
        && signature.params.len() - integers <= REGISTERS.1
        && !signature.params.iter().any(|p| matches!(p.purpose, ir::ArgumentPurpose::StructArgument(_)))
}

/// The signature in the convention `tail`.
fn tail_signature(signature: &ir::Signature) -> ir::Signature {
    let types: Vec<ir::Type> = signature.returns.iter().map(|result| result.value_type).collect();
    let mut returns = Vec::new();
    let mut words = 0;
    for (index, ty) in types.into_iter().enumerate() {
        if !ty.is_int() {
            returns.push(signature.returns[index]);
            continue;
        }
        let whole = ty != ir::types::I128;
        for _ in 0..if whole { 1 } else { 2 } {
            if words == 1 {
                returns.push(ir::AbiParam::new(ir::types::I64));
            }
            returns.push(if whole { signature.returns[index] } else { ir::AbiParam::new(ir::types::I64) });
            words += 1;
        }
    }
    ir::Signature { params: signature.params.clone(), returns, call_conv: CallConv::Tail }
}

/// Gives a finished function its final results, if it makes tail calls.
pub fn spread_results(function: &mut ir::Function) {
    if function.signature.call_conv != CallConv::Tail {
        return;
    }
    let spread = tail_signature(&function.signature);
    if spread.returns.len() == function.signature.returns.len() {
        return;
    }
    function.signature.returns = spread.returns;
    let blocks: Vec<ir::Block> = function.layout.blocks().collect();
    for block in blocks {
        let Some(last) = function.layout.last_inst(block) else { continue };
        if function.dfg.insts[last].opcode() != ir::Opcode::Return {
            continue;
        }
        let values = function.dfg.inst_args(last).to_vec();
        let location = function.srcloc(last);
        function.layout.remove_inst(last);
        let mut cursor = FuncCursor::new(function).at_bottom(block).with_srcloc(location);
        let values = spread_values(&mut cursor, &values);
        cursor.ins().return_(&values);
    }
}

fn spread_values(cursor: &mut FuncCursor<'_>, values: &[ir::Value]) -> Vec<ir::Value> {
    let mut spread = Vec::new();
    let mut words = 0;
    for &value in values {
        let ty = cursor.func.dfg.value_type(value);
        let parts = if ty == ir::types::I128 {
            let (low, high) = cursor.ins().isplit(value);
            vec![low, high]
        } else {
            vec![value]
        };
        for part in parts {
            if ty.is_int() {
                if words == 1 {
                    spread.push(cursor.ins().iconst(ir::types::I64, 0));
                }
                words += 1;
            }
            spread.push(part);
        }
    }
    spread
}

//! Signatures and results of functions that make explicit tail calls (`become`).
//!
//! CLIF has tail calls only between functions of its convention `tail`. It differs from System V's in two
//! ways: the callee removes stack arguments, and the second integer result is in `rcx` instead of `rdx`,
//! where the third is. So [`can_be_tail`] accepts signatures without stack arguments, and [`spread_results`]
//! puts a filler between the first and the second integer result, so that all results are where System V has
//! them.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::isa::CallConv;

use super::arguments::{FLOAT_REGISTERS, INTEGER_REGISTERS};
use crate::calls::TailCallRules;

pub(super) const RULES: TailCallRules =
    TailCallRules { accepts: can_be_tail, signature: tail_signature, finish: spread_results };

/// Returns whether callers cannot tell a function with this signature from one of the convention `tail`.
fn can_be_tail(signature: &ir::Signature) -> bool {
    let integers = signature.params.iter().filter(|parameter| parameter.value_type.is_int()).count();
    signature.call_conv == CallConv::SystemV
        && integers <= INTEGER_REGISTERS
        && signature.params.len() - integers <= FLOAT_REGISTERS
        && !signature.params.iter().any(|p| matches!(p.purpose, ir::ArgumentPurpose::StructArgument(_)))
}

/// Returns the signature in the convention `tail`.
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
fn spread_results(function: &mut ir::Function) {
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

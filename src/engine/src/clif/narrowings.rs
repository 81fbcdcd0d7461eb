//! Narrowing conversions that a debugger can stop at.
//!
//! Cranelift makes no code for the narrowing of an integer: the low half of a register is already there. A
//! line with nothing else (`value as u8` at the end of a function) would be missing from the line table, and
//! a block with nothing else would lose its variables as well. LLVM copies the register. Without
//! optimisation, a narrowing that is the only instruction of its location therefore gets a mask that keeps
//! all bits: one instruction with that location.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_hash::FxHashMap;

/// Gives an instruction to each of `narrowings`, the narrowing conversions of `function` in the order in
/// which they were made, that is alone at its location.
pub fn make_visible(function: &mut ir::Function, narrowings: &[ir::Inst]) {
    let mut alone: FxHashMap<ir::SourceLoc, ir::Inst> =
        narrowings.iter().map(|&inst| (function.srcloc(inst), inst)).collect();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            if function.dfg.insts[inst].opcode() != ir::Opcode::Ireduce {
                alone.remove(&function.srcloc(inst));
            }
        }
    }
    for inst in narrowings {
        let location = function.srcloc(*inst);
        if alone.get(&location) == Some(inst) {
            mask(function, *inst, location);
        }
    }
}

/// Lets `narrowing` begin with a mask that keeps all bits.
fn mask(function: &mut ir::Function, narrowing: ir::Inst, location: ir::SourceLoc) {
    let value = function.dfg.inst_args(narrowing)[0];
    let ty = function.dfg.value_type(value);
    // Of 128 bits, the lower register is taken; a mask would be made for both.
    if ty == ir::types::I128 {
        return;
    }
    let mut cursor = FuncCursor::new(function).at_inst(narrowing).with_srcloc(location);
    let all = cursor.ins().iconst(ty, if ty == ir::types::I64 { -1 } else { (1 << ty.bits()) - 1 });
    let masked = cursor.ins().band(value, all);
    function.dfg.inst_args_mut(narrowing)[0] = masked;
}

//! Turns narrowing conversions into instructions that a debugger can stop at.
//!
//! Cranelift emits no code for a narrowing conversion of an integer, since the low half of the register is
//! the result. A line with nothing else (`value as u8` at the end of a function) would be missing from the
//! line table, and a block with nothing else would also lose its variables. LLVM copies the register instead.
//! Therefore, in code that is not optimised, a narrowing that is the only instruction at its location gets a
//! mask that keeps all bits. The mask is one instruction at that location.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_hash::FxHashMap;

/// Adds a mask to each narrowing conversion that is the only instruction at its location. `narrowings` are
/// the narrowing conversions of `function`, in the order in which they were made.
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

/// Masks the operand of `narrowing`, and keeps all its bits.
fn mask(function: &mut ir::Function, narrowing: ir::Inst, location: ir::SourceLoc) {
    let value = function.dfg.inst_args(narrowing)[0];
    let ty = function.dfg.value_type(value);
    // A value of 128 bits is in two registers. The mask would be two instructions.
    if ty == ir::types::I128 {
        return;
    }
    let mut cursor = FuncCursor::new(function).at_inst(narrowing).with_srcloc(location);
    let all = cursor.ins().iconst(ty, if ty == ir::types::I64 { -1 } else { (1 << ty.bits()) - 1 });
    let masked = cursor.ins().band(value, all);
    function.dfg.inst_args_mut(narrowing)[0] = masked;
}

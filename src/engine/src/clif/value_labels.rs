//! Gives SSA values labels, so that debug information can describe a variable by a value.
//!
//! For each label, Cranelift reports in which registers and stack slots its value is, for as long as the
//! program needs the value. These ranges say nothing about the variable. The caller must therefore know that
//! the variable has this value wherever the value exists:
//! - The variable is assigned only once.
//! - All code of its scope comes after the assignment. In `let x; loop { x = next(); .. }` it does not: once
//!   the next value is computed, and until it is assigned, `x` still has the value of the previous iteration.
//!   Values of the entry block ([`is_of_entry`]) are computed only once, so this condition does not apply to
//!   them.
//!
//! Calls extend their small arguments. The optimiser computes an extension once for several calls, and
//! before the loop that makes them. The program then no longer needs the value itself, but the low bytes of
//! the extension are the same. So extensions of labelled values have labels too ([`label_extensions`]).

use std::collections::BTreeMap;

use crate::description::{EXTENSION_LABEL, VariableLocation};
use cranelift_codegen::ir;
use cranelift_codegen::ir::{RelSourceLoc, ValueLabel, ValueLabelAssignments, ValueLabelStart};

/// Labels `value` and returns it as the location of a variable. With `indirections`, the value is an address
/// from which the variable is found.
pub fn location(function: &mut ir::Function, value: ir::Value, indirections: Vec<u64>) -> VariableLocation {
    let dfg = &mut function.dfg;
    let value = dfg.resolve_aliases(value);
    let label = value.as_u32();
    dfg.collect_debug_info();
    if let Some(labels) = &mut dfg.values_labels {
        let start = ValueLabelStart { from: RelSourceLoc::default(), label: ValueLabel::from_u32(label) };
        labels.entry(value).or_insert_with(|| ValueLabelAssignments::Starts(vec![start]));
    }
    VariableLocation::Value { label, indirections }
}

/// Labels the extensions of all labelled values. All variables must have their locations.
pub fn label_extensions(function: &mut ir::Function) {
    let ir::function::FunctionStencil { dfg, layout, .. } = &mut function.stencil;
    if dfg.values_labels.as_ref().is_none_or(BTreeMap::is_empty) {
        return;
    }
    for inst in layout.blocks().flat_map(|block| layout.block_insts(block)) {
        if !matches!(dfg.insts[inst].opcode(), ir::Opcode::Uextend | ir::Opcode::Sextend) {
            continue;
        }
        let extended = dfg.resolve_aliases(dfg.inst_args(inst)[0]);
        let extension = dfg.first_result(inst);
        let Some(labels) = &mut dfg.values_labels else { return };
        let Some(ValueLabelAssignments::Starts(starts)) = labels.get(&extended) else { continue };
        let mut starts = starts.clone();
        for start in &mut starts {
            start.label = ValueLabel::from_u32(start.label.as_u32() | EXTENSION_LABEL);
        }
        match labels.entry(extension).or_insert_with(|| ValueLabelAssignments::Starts(Vec::new())) {
            ValueLabelAssignments::Starts(own) => own.append(&mut starts),
            ValueLabelAssignments::Alias { .. } => {}
        }
    }
}

/// Whether `value` is defined in the entry block, which runs only once.
pub fn is_of_entry(function: &ir::Function, value: ir::Value) -> bool {
    let block = match function.dfg.value_def(value) {
        ir::ValueDef::Result(inst, _) => function.layout.inst_block(inst),
        ir::ValueDef::Param(block, _) => Some(block),
        ir::ValueDef::Union(..) => None,
    };
    block.is_some() && block == function.layout.entry_block()
}

/// Returns the bytes of `value` if it is a constant.
pub fn constant(function: &ir::Function, value: ir::Value) -> Option<Box<[u8]>> {
    let dfg = &function.dfg;
    let bits = match dfg.insts[dfg.value_def(value).inst()?] {
        ir::InstructionData::UnaryImm { opcode: ir::Opcode::Iconst, imm } => imm.bits() as u64,
        ir::InstructionData::UnaryIeee32 { imm, .. } => u64::from(imm.bits()),
        ir::InstructionData::UnaryIeee64 { imm, .. } => imm.bits(),
        _ => return None,
    };
    Some(bits.to_le_bytes().get(..dfg.value_type(value).bytes() as usize)?.into())
}

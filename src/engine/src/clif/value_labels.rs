//! Variables of optimised code that are SSA values.
//!
//! Each value gets a label of its own, by which Cranelift tells where the value is in the finished code, as
//! long as the program itself needs it. A value does not know the variable, so whoever describes a variable
//! by a value has to be sure that the variable is that value wherever there is one:
//! - the variable is assigned only once, and
//! - all code of its scope comes after the assignment. In `let x; loop { x = next(); .. }` it does not:
//!   there, `x` is still the value of the previous turn when the next value is already there. A value of the
//!   entry block is always the same, so nothing else is asked of it.

use crate::description::VariablePlace;
use cranelift_codegen::ir;
use cranelift_codegen::ir::{RelSourceLoc, ValueLabel, ValueLabelAssignments, ValueLabelStart};

/// Where `value` is, or what is behind it.
pub fn place(function: &mut ir::Function, value: ir::Value, indirections: Vec<u64>) -> VariablePlace {
    let dfg = &mut function.dfg;
    let value = dfg.resolve_aliases(value);
    let label = value.as_u32();
    dfg.collect_debug_info();
    if let Some(labels) = &mut dfg.values_labels {
        let start = ValueLabelStart { from: RelSourceLoc::default(), label: ValueLabel::from_u32(label) };
        labels.entry(value).or_insert_with(|| ValueLabelAssignments::Starts(vec![start]));
    }
    VariablePlace::Value { label, indirections }
}

/// Whether `value` comes into being in the first block, which runs once.
pub fn is_of_entry(function: &ir::Function, value: ir::Value) -> bool {
    let block = match function.dfg.value_def(value) {
        ir::ValueDef::Result(inst, _) => function.layout.inst_block(inst),
        ir::ValueDef::Param(block, _) => Some(block),
        ir::ValueDef::Union(..) => None,
    };
    block.is_some() && block == function.layout.entry_block()
}

/// The bytes of `value` if it is a constant.
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

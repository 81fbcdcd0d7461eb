//! Variables of optimised code that are SSA values.
//!
//! A value gets a label of its own, by which Cranelift tells where it is in the finished code, as long as the program itself
//! needs it. A value does not know the variable, so that whoever describes a variable by a value has to be sure that the
//! variable is that value wherever there is one:
//! - it is assigned to only once, and
//! - all code of its scope comes after that: not so with `let x; loop { x = next(); .. }`, where it is still the value of
//!   the turn before while the next value is there already. Or the value is of the entry block, hence the same always.

use clif_engine::description::VariablePlace;
use cranelift_codegen::ir;
use cranelift_codegen::ir::{RelSourceLoc, ValueLabel, ValueLabelAssignments, ValueLabelStart};

/// Where `value` is, or what is behind it.
pub(super) fn place(function: &mut ir::Function, value: ir::Value, indirections: Vec<u64>) -> VariablePlace {
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
pub(super) fn is_of_entry(function: &ir::Function, value: ir::Value) -> bool {
    let block = match function.dfg.value_def(value) {
        ir::ValueDef::Result(inst, _) => function.layout.inst_block(inst),
        ir::ValueDef::Param(block, _) => Some(block),
        ir::ValueDef::Union(..) => None,
    };
    block.is_some() && block == function.layout.entry_block()
}

/// The bytes of `value` if it is a constant.
pub(super) fn constant(function: &ir::Function, value: ir::Value) -> Option<Box<[u8]>> {
    let dfg = &function.dfg;
    let bits = match dfg.insts[dfg.value_def(value).inst()?] {
        ir::InstructionData::UnaryImm { opcode: ir::Opcode::Iconst, imm } => imm.bits() as u64,
        ir::InstructionData::UnaryIeee32 { imm, .. } => u64::from(imm.bits()),
        ir::InstructionData::UnaryIeee64 { imm, .. } => imm.bits(),
        _ => return None,
    };
    Some(bits.to_le_bytes().get(..dfg.value_type(value).bytes() as usize)?.into())
}

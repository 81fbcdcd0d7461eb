//! Finds what a truth value or a small integer was made of, so that its use needs fewer instructions.
//!
//! The discriminant of an `Option` is a comparison of which a selection makes 0 or 1, of which a conversion
//! makes a truth value, on which the code branches. Without optimisation, Cranelift would compile each of
//! these steps. [`condition`] gives the comparison, and the other steps become dead. [`zero_extended`] gives
//! the whole register of a small integer.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{DataFlowGraph, InstructionData, Opcode, Value, types};

/// The most instructions that one search looks at in a row.
const LONGEST_CHAIN: usize = 8;

/// A value to branch on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    pub value: Value,
    /// Whether the condition holds if the value is zero.
    pub negated: bool,
}

/// Returns a condition that holds exactly if `value` is not zero.
pub fn condition(dfg: &DataFlowGraph, value: Value) -> Condition {
    let mut found = Condition { value, negated: false };
    for _ in 0..LONGEST_CHAIN {
        let Some((value, negates)) = step(dfg, found.value) else { break };
        found = Condition { value, negated: found.negated != negates };
    }
    found
}

/// Returns a register of 64 bits whose low bits are the integer `value`, and whose other bits are zero, if
/// there is one already.
pub fn zero_extended(dfg: &DataFlowGraph, value: Value) -> Option<Value> {
    let InstructionData::Unary { opcode: Opcode::Ireduce, arg } = data(dfg, value)? else { return None };
    let (arg, bits) = (*arg, dfg.value_type(value).bits());
    (dfg.value_type(arg) == types::I64 && fits(dfg, arg, bits)).then_some(arg)
}

/// Returns the bits of an integer constant; those above its type are zero.
pub fn constant(dfg: &DataFlowGraph, value: Value) -> Option<u64> {
    let InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } = data(dfg, value)? else { return None };
    let unused = 64 - dfg.value_type(value).bits();
    Some((imm.bits() as u64) << unused >> unused)
}

fn data(dfg: &DataFlowGraph, value: Value) -> Option<&InstructionData> {
    let inst = dfg.value_def(value).inst()?;
    Some(&dfg.insts[inst])
}

/// Returns a value that is zero exactly if `value` is, or exactly if it is not (`true`).
fn step(dfg: &DataFlowGraph, value: Value) -> Option<(Value, bool)> {
    match *data(dfg, value)? {
        InstructionData::Unary { opcode: Opcode::Ireduce, arg } => {
            fits(dfg, arg, dfg.value_type(value).bits()).then_some((arg, false))
        }
        InstructionData::Unary { opcode: Opcode::Uextend, arg } => Some((arg, false)),
        InstructionData::Binary { opcode: Opcode::Band, args: [value, mask] } => {
            (constant(dfg, mask) == Some(1) && is_truth(dfg, value)).then_some((value, false))
        }
        InstructionData::Binary { opcode: Opcode::Bxor, args: [value, mask] } => {
            (constant(dfg, mask) == Some(1) && is_truth(dfg, value)).then_some((value, true))
        }
        InstructionData::Ternary { opcode: Opcode::Select, args: [condition, then_value, else_value] } => {
            let holds = [constant(dfg, then_value)? != 0, constant(dfg, else_value)? != 0];
            (holds[0] != holds[1]).then_some((condition, !holds[0]))
        }
        InstructionData::IntCompare { args: [value, other], cond, .. } => compared(dfg, value, other, cond),
        _ => None,
    }
}

/// As [`step`], for a comparison of a selected constant with a constant.
fn compared(dfg: &DataFlowGraph, value: Value, other: Value, condition: IntCC) -> Option<(Value, bool)> {
    let is_equal = match condition {
        IntCC::Equal => true,
        IntCC::NotEqual => false,
        _ => return None,
    };
    let other = constant(dfg, other)?;
    let InstructionData::Ternary { opcode: Opcode::Select, args: [chosen_by, then_value, else_value] } =
        *data(dfg, value)?
    else {
        return None;
    };
    let [then_holds, else_holds] =
        [constant(dfg, then_value)?, constant(dfg, else_value)?].map(|bits| (bits == other) == is_equal);
    (then_holds != else_holds).then_some((chosen_by, else_holds))
}

/// Whether a value can only be 0 or 1.
fn is_truth(dfg: &DataFlowGraph, value: Value) -> bool {
    fits(dfg, value, 1)
}

/// Whether only the low `bits` of a value can be other than zero.
fn fits(dfg: &DataFlowGraph, value: Value, bits: u32) -> bool {
    fits_within(dfg, value, bits, LONGEST_CHAIN)
}

/// As [`fits`], looking through at most `chain` conversions.
fn fits_within(dfg: &DataFlowGraph, value: Value, bits: u32, chain: usize) -> bool {
    let is_short = |constant: u64| bits >= 64 || constant >> bits == 0;
    let constant_fits = |value| constant(dfg, value).is_some_and(is_short);
    let arg_fits = |arg| chain > 0 && fits_within(dfg, arg, bits, chain - 1);
    let Some(data) = data(dfg, value) else { return false };
    match *data {
        InstructionData::UnaryImm { .. } => constant_fits(value),
        InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. } => {
            dfg.value_type(value).is_int()
        }
        InstructionData::Load { opcode: Opcode::Uload8, .. } => bits >= 8,
        InstructionData::Load { opcode: Opcode::Uload16, .. } => bits >= 16,
        InstructionData::Unary { opcode: Opcode::Uextend, arg } => {
            dfg.value_type(arg).bits() <= bits || arg_fits(arg)
        }
        // What fits into the wide value fits into its low part.
        InstructionData::Unary { opcode: Opcode::Ireduce, arg } => arg_fits(arg),
        InstructionData::Binary { opcode: Opcode::Band, args: [_, mask] } => constant_fits(mask),
        InstructionData::Ternary { opcode: Opcode::Select, args: [_, then_value, else_value] } => {
            constant_fits(then_value) && constant_fits(else_value)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use cranelift_codegen::cursor::{Cursor, FuncCursor};
    use cranelift_codegen::ir::{Function, InstBuilder, MemFlagsData};

    use super::*;

    /// Makes a value in a function with two parameters of 64 bits, and a comparison of these. Returns what
    /// `check` says of it.
    fn with<T>(
        make: fn(&mut FuncCursor<'_>, [Value; 2], Value) -> Value,
        check: impl FnOnce(&DataFlowGraph, Value, Value) -> T,
    ) -> T {
        let mut function = Function::new();
        let block = function.dfg.make_block();
        let parameters = [(); 2].map(|()| function.dfg.append_block_param(block, types::I64));
        function.layout.append_block(block);
        let mut cursor = FuncCursor::new(&mut function).at_bottom(block);
        let comparison = cursor.ins().icmp(IntCC::UnsignedLessThan, parameters[0], parameters[1]);
        let value = make(&mut cursor, parameters, comparison);
        check(&function.dfg, value, comparison)
    }

    fn is_comparison(make: fn(&mut FuncCursor<'_>, [Value; 2], Value) -> Value) -> Option<bool> {
        with(make, |dfg, value, comparison| {
            let Condition { value, negated } = condition(dfg, value);
            (value == comparison).then_some(negated)
        })
    }

    fn discriminant(c: &mut FuncCursor<'_>, by: Value, values: [i64; 2]) -> Value {
        let [then_value, else_value] = values.map(|value| c.ins().iconst(types::I64, value));
        c.ins().select(by, then_value, else_value)
    }

    fn compare(c: &mut FuncCursor<'_>, by: Value, values: [i64; 2], condition: IntCC, with: i64) -> Value {
        let value = discriminant(c, by, values);
        let other = c.ins().iconst(types::I64, with);
        c.ins().icmp(condition, value, other)
    }

    #[test]
    fn a_discriminant_is_its_comparison() {
        assert_eq!(is_comparison(|c, _, by| discriminant(c, by, [1, 0])), Some(false));
        assert_eq!(is_comparison(|c, _, by| discriminant(c, by, [0, 5])), Some(true));
        assert_eq!(is_comparison(|c, _, by| discriminant(c, by, [3, 5])), None);
    }

    #[test]
    fn conversions_and_negations_are_seen_through() {
        let found = is_comparison(|c, _, by| {
            let whole = discriminant(c, by, [0, 1]);
            let narrow = c.ins().ireduce(types::I8, whole);
            let one = c.ins().iconst(types::I8, 1);
            let truth = c.ins().band(narrow, one);
            let other = c.ins().bxor(truth, one);
            c.ins().uextend(types::I32, other)
        });
        assert_eq!(found, Some(false));
        // Bits may be lost.
        assert_eq!(
            is_comparison(|c, _, by| {
                let whole = discriminant(c, by, [256, 0]);
                c.ins().ireduce(types::I8, whole)
            }),
            None
        );
        assert_eq!(
            is_comparison(|c, _, by| {
                let whole = discriminant(c, by, [2, 0]);
                let one = c.ins().iconst(types::I64, 1);
                c.ins().band(whole, one)
            }),
            None
        );
    }

    #[test]
    fn a_comparison_with_a_constant_is_seen_through() {
        assert_eq!(is_comparison(|c, _, by| compare(c, by, [7, 9], IntCC::Equal, 7)), Some(false));
        assert_eq!(is_comparison(|c, _, by| compare(c, by, [7, 9], IntCC::Equal, 9)), Some(true));
        assert_eq!(is_comparison(|c, _, by| compare(c, by, [7, 9], IntCC::NotEqual, 9)), Some(false));
        assert_eq!(is_comparison(|c, _, by| compare(c, by, [7, 9], IntCC::Equal, 8)), None);
        assert_eq!(is_comparison(|c, _, by| compare(c, by, [7, 9], IntCC::UnsignedLessThan, 9)), None);
    }

    #[test]
    fn a_loaded_byte_has_a_whole_register() {
        let loaded = |c: &mut FuncCursor<'_>, [address, _]: [Value; 2], _| {
            let whole = c.ins().uload8(types::I64, MemFlagsData::new(), address, 0);
            c.ins().ireduce(types::I8, whole)
        };
        assert!(with(loaded, |dfg, value, _| zero_extended(dfg, value).is_some()));
        let cut = |c: &mut FuncCursor<'_>, [value, _]: [Value; 2], _| c.ins().ireduce(types::I8, value);
        assert!(with(cut, |dfg, value, _| zero_extended(dfg, value).is_none()));
        let wide = |c: &mut FuncCursor<'_>, [address, _]: [Value; 2], _| {
            let whole = c.ins().uload16(types::I64, MemFlagsData::new(), address, 0);
            c.ins().ireduce(types::I8, whole)
        };
        assert!(with(wide, |dfg, value, _| zero_extended(dfg, value).is_none()));
    }

    #[test]
    fn a_constant_has_the_bits_of_its_type() {
        let make = |c: &mut FuncCursor<'_>, _: [Value; 2], _| c.ins().iconst(types::I8, 0xff);
        assert_eq!(with(make, |dfg, value, _| constant(dfg, value)), Some(0xff));
    }
}

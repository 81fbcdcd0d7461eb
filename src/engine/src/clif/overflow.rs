//! Integer operations that report whether their result overflowed.
//!
//! CLIF has instructions for them, which not every machine has ([`Instructions::overflow`]). [`emit`] uses
//! them, or computes the same from other instructions:
//! - Up to 32 bits, in 64 bits, where no result overflows: it is compared with what is left of it in its own
//!   width.
//! - From 64 bits on, sums and differences are compared with the operands (Hacker's Delight, 2-13).
//! - Products of 64 bits overflow if their upper half is more than the sign of the lower half. Those of 128
//!   bits are calls of compiler-builtins on every machine; this module does not know them.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I32, I64};

use crate::machine::Instructions;

/// An operation on two integers of the same type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckedOperation {
    SignedAdd,
    UnsignedAdd,
    SignedSubtract,
    UnsignedSubtract,
    SignedMultiply,
    UnsignedMultiply,
}

/// Emits `operation`. Returns the wrapped result, and an `I8` that is 1 if it overflowed, otherwise 0.
pub fn emit(
    c: &mut FuncCursor<'_>,
    instructions: &Instructions,
    operation: CheckedOperation,
    left: ir::Value,
    right: ir::Value,
) -> (ir::Value, ir::Value) {
    if instructions.overflow {
        return by_instruction(c, operation, left, right);
    }
    match c.func.dfg.value_type(left) {
        ty if ty.bits() < 64 => in_64_bits(c, operation, left, right),
        _ => from_operands(c, operation, left, right),
    }
}

fn by_instruction(
    c: &mut FuncCursor<'_>,
    operation: CheckedOperation,
    left: ir::Value,
    right: ir::Value,
) -> (ir::Value, ir::Value) {
    let (value, overflowed) = match operation {
        CheckedOperation::SignedAdd => return c.ins().sadd_overflow(left, right),
        CheckedOperation::UnsignedAdd => return c.ins().uadd_overflow(left, right),
        CheckedOperation::SignedSubtract => return c.ins().ssub_overflow(left, right),
        CheckedOperation::UnsignedSubtract => return c.ins().usub_overflow(left, right),
        CheckedOperation::SignedMultiply => c.ins().smul_overflow(left, right),
        CheckedOperation::UnsignedMultiply => c.ins().umul_overflow(left, right),
    };
    // A copy, so that branches do not use the multiplication itself. For a branch on the flag of
    // `umul_overflow`, Cranelift 0.136.5's rules for x64 emit the multiplication a second time, and an
    // assertion fails if one of its operands is a load that was folded into the first (`isa/x64/inst.isle`,
    // `is_nonzero`).
    let one = c.ins().iconst(ir::types::I8, 1);
    (value, c.ins().band(overflowed, one))
}

/// Computes in 64 bits, where no result of narrower operands overflows.
fn in_64_bits(
    c: &mut FuncCursor<'_>,
    operation: CheckedOperation,
    left: ir::Value,
    right: ir::Value,
) -> (ir::Value, ir::Value) {
    let ty = c.func.dfg.value_type(left);
    let signed = matches!(
        operation,
        CheckedOperation::SignedAdd | CheckedOperation::SignedSubtract | CheckedOperation::SignedMultiply
    );
    let [left, right] = [left, right]
        .map(|value| if signed { c.ins().sextend(I64, value) } else { c.ins().uextend(I64, value) });
    let wide = match operation {
        CheckedOperation::SignedAdd | CheckedOperation::UnsignedAdd => c.ins().iadd(left, right),
        CheckedOperation::SignedSubtract | CheckedOperation::UnsignedSubtract => c.ins().isub(left, right),
        CheckedOperation::SignedMultiply | CheckedOperation::UnsignedMultiply => c.ins().imul(left, right),
    };
    let value = c.ins().ireduce(ty, wide);
    let overflowed = if operation == CheckedOperation::UnsignedSubtract {
        c.ins().icmp(IntCC::UnsignedLessThan, left, right)
    } else if signed {
        let whole = c.ins().sextend(I64, value);
        c.ins().icmp(IntCC::NotEqual, wide, whole)
    } else {
        let distance = c.ins().iconst(I32, i64::from(ty.bits()));
        let excess = c.ins().ushr(wide, distance);
        is_not_zero(c, excess)
    };
    (value, overflowed)
}

/// Computes in the width of the operands, which is 64 or 128 bits.
fn from_operands(
    c: &mut FuncCursor<'_>,
    operation: CheckedOperation,
    left: ir::Value,
    right: ir::Value,
) -> (ir::Value, ir::Value) {
    match operation {
        CheckedOperation::UnsignedAdd => {
            let sum = c.ins().iadd(left, right);
            (sum, c.ins().icmp(IntCC::UnsignedLessThan, sum, left))
        }
        CheckedOperation::UnsignedSubtract => {
            let difference = c.ins().isub(left, right);
            (difference, c.ins().icmp(IntCC::UnsignedLessThan, left, right))
        }
        CheckedOperation::SignedAdd => {
            // Without overflow, the sum is less if a negative number was added, and only then.
            let sum = c.ins().iadd(left, right);
            let is_less = c.ins().icmp(IntCC::SignedLessThan, sum, left);
            let zero = zero(c, right);
            let is_negative = c.ins().icmp(IntCC::SignedLessThan, right, zero);
            (sum, c.ins().bxor(is_less, is_negative))
        }
        CheckedOperation::SignedSubtract => {
            let difference = c.ins().isub(left, right);
            let is_less = c.ins().icmp(IntCC::SignedLessThan, difference, left);
            let zero = zero(c, right);
            let is_positive = c.ins().icmp(IntCC::SignedLessThan, zero, right);
            (difference, c.ins().bxor(is_less, is_positive))
        }
        CheckedOperation::UnsignedMultiply => {
            let high = c.ins().umulhi(left, right);
            (c.ins().imul(left, right), is_not_zero(c, high))
        }
        CheckedOperation::SignedMultiply => {
            let product = c.ins().imul(left, right);
            let high = c.ins().smulhi(left, right);
            let distance = c.ins().iconst(I32, 63);
            let sign = c.ins().sshr(product, distance);
            (product, c.ins().icmp(IntCC::NotEqual, high, sign))
        }
    }
}

fn is_not_zero(c: &mut FuncCursor<'_>, value: ir::Value) -> ir::Value {
    let zero = zero(c, value);
    c.ins().icmp(IntCC::NotEqual, value, zero)
}

/// Returns a zero of the type of `value`.
fn zero(c: &mut FuncCursor<'_>, value: ir::Value) -> ir::Value {
    match c.func.dfg.value_type(value) {
        ir::types::I128 => {
            let half = c.ins().iconst(I64, 0);
            c.ins().uextend(ir::types::I128, half)
        }
        ty => c.ins().iconst(ty, 0),
    }
}

#[cfg(test)]
mod tests {
    use cranelift_codegen::cursor::Cursor;
    use cranelift_codegen::ir::{InstructionData, Opcode};
    use rustc_hash::FxHashMap;

    use super::*;
    use crate::clif::tests::parse;
    use crate::machines::MACHINES;

    const OPERATIONS: [CheckedOperation; 6] = [
        CheckedOperation::SignedAdd,
        CheckedOperation::UnsignedAdd,
        CheckedOperation::SignedSubtract,
        CheckedOperation::UnsignedSubtract,
        CheckedOperation::SignedMultiply,
        CheckedOperation::UnsignedMultiply,
    ];

    /// A function that contains one operation without CLIF's own instruction.
    struct Emitted {
        function: ir::Function,
        results: [ir::Value; 2],
    }

    fn emitted(operation: CheckedOperation, bits: u32) -> Emitted {
        let mut function = parse(&format!(
            "function %f(i{bits}, i{bits}) system_v {{
            block0(v0: i{bits}, v1: i{bits}):
                return
            }}"
        ));
        let block = function.layout.entry_block().expect("block0");
        let &[left, right] = function.dfg.block_params(block) else { panic!("two parameters") };
        let machine = MACHINES.into_iter().find(|machine| !machine.instructions.overflow);
        let machine = machine.expect("a machine without these instructions");
        let mut cursor = FuncCursor::new(&mut function).at_first_insertion_point(block);
        let (value, overflowed) = emit(&mut cursor, &machine.instructions, operation, left, right);
        assert_eq!(function.dfg.value_type(value).bits(), bits);
        assert_eq!(function.dfg.value_type(overflowed), ir::types::I8);
        Emitted { function, results: [value, overflowed] }
    }

    impl Emitted {
        /// Returns the results for these operands.
        fn evaluate(&self, left: u128, right: u128) -> [u128; 2] {
            let dfg = &self.function.dfg;
            let block = self.function.layout.entry_block().expect("block0");
            let mut values: FxHashMap<ir::Value, u128> =
                dfg.block_params(block).iter().copied().zip([left, right]).collect();
            for inst in self.function.layout.block_insts(block) {
                let arguments: Vec<(u128, u32)> = dfg
                    .inst_args(inst)
                    .iter()
                    .map(|argument| (values[argument], dfg.value_type(*argument).bits()))
                    .collect();
                let Some(&result) = dfg.inst_results(inst).first() else { continue };
                let found = evaluate(&dfg.insts[inst], &arguments);
                values.insert(result, found & mask(dfg.value_type(result).bits()));
            }
            self.results.map(|result| values[&result])
        }
    }

    fn mask(bits: u32) -> u128 {
        u128::MAX >> (128 - bits)
    }

    fn signed((value, bits): (u128, u32)) -> i128 {
        (value << (128 - bits)) as i128 >> (128 - bits)
    }

    /// Computes one instruction. Bits above the width of the result do not matter.
    fn evaluate(instruction: &InstructionData, arguments: &[(u128, u32)]) -> u128 {
        let value = |index: usize| arguments[index].0;
        let signed_value = |index: usize| signed(arguments[index]);
        match (instruction.opcode(), instruction) {
            (Opcode::Iconst, InstructionData::UnaryImm { imm, .. }) => imm.bits() as u128,
            (Opcode::Iadd, _) => value(0).wrapping_add(value(1)),
            (Opcode::Isub, _) => value(0).wrapping_sub(value(1)),
            (Opcode::Imul, _) => value(0).wrapping_mul(value(1)),
            (Opcode::Umulhi, _) => (value(0) * value(1)) >> arguments[0].1,
            (Opcode::Smulhi, _) => ((signed_value(0) * signed_value(1)) >> arguments[0].1) as u128,
            (Opcode::Uextend | Opcode::Ireduce, _) => value(0),
            (Opcode::Sextend, _) => signed_value(0) as u128,
            (Opcode::Ushr, _) => value(0) >> value(1),
            (Opcode::Sshr, _) => (signed_value(0) >> value(1)) as u128,
            (Opcode::Bxor, _) => value(0) ^ value(1),
            (Opcode::Icmp, InstructionData::IntCompare { cond, .. }) => u128::from(match cond {
                IntCC::NotEqual => value(0) != value(1),
                IntCC::UnsignedLessThan => value(0) < value(1),
                IntCC::SignedLessThan => signed_value(0) < signed_value(1),
                other => panic!("the condition {other} is not used"),
            }),
            (opcode, _) => panic!("{opcode} is not used"),
        }
    }

    /// What the results are by definition.
    fn expected(operation: CheckedOperation, bits: u32, left: u128, right: u128) -> [u128; 2] {
        let (l, r) = (signed((left, bits)), signed((right, bits)));
        let (wrapped, exact_signed, exact_unsigned) = match operation {
            CheckedOperation::SignedAdd => (left.wrapping_add(right), l.checked_add(r), None),
            CheckedOperation::UnsignedAdd => (left.wrapping_add(right), None, left.checked_add(right)),
            CheckedOperation::SignedSubtract => (left.wrapping_sub(right), l.checked_sub(r), None),
            CheckedOperation::UnsignedSubtract => (left.wrapping_sub(right), None, left.checked_sub(right)),
            CheckedOperation::SignedMultiply => (left.wrapping_mul(right), l.checked_mul(r), None),
            CheckedOperation::UnsignedMultiply => (left.wrapping_mul(right), None, left.checked_mul(right)),
        };
        let wrapped = wrapped & mask(bits);
        let fits = exact_signed == Some(signed((wrapped, bits))) || exact_unsigned == Some(wrapped);
        [wrapped, u128::from(!fits)]
    }

    #[test]
    fn all_operands_of_8_bits() {
        for operation in OPERATIONS {
            let emitted = emitted(operation, 8);
            for (left, right) in (0..256).flat_map(|left| (0..256).map(move |right| (left, right))) {
                let found = emitted.evaluate(left, right);
                assert_eq!(found, expected(operation, 8, left, right), "{operation:?} {left} {right}");
            }
        }
    }

    /// Operands near the limits, near half of them and near their square roots.
    #[test]
    fn wider_operands() {
        for bits in [16, 32, 64, 128] {
            let centers = [0, 1 << (bits - 1), 1 << (bits / 2), 1 << (bits / 2 - 1), mask(bits) / 3];
            let operands: Vec<u128> = centers
                .into_iter()
                .flat_map(|center: u128| {
                    (0..5).map(move |distance| center.wrapping_add(distance).wrapping_sub(2))
                })
                .map(|operand| operand & mask(bits))
                .collect();
            for operation in OPERATIONS.into_iter().take(if bits == 128 { 4 } else { 6 }) {
                let emitted = emitted(operation, bits);
                for (&left, &right) in operands.iter().flat_map(|l| operands.iter().map(move |r| (l, r))) {
                    let found = emitted.evaluate(left, right);
                    let expected = expected(operation, bits, left, right);
                    assert_eq!(found, expected, "{operation:?} of {bits} bits: {left} {right}");
                }
            }
        }
    }
}

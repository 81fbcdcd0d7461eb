//! Integer arithmetic, comparison and selection.
//!
//! Operations on two constants are folded, as LLVM's builder does. Divisions by powers of two, and divisions
//! that are known to be exact (the length of a slice from its ends), are shifts and multiplications: without
//! optimisation, Cranelift uses the processor's division, which takes dozens of cycles. Division and checked
//! multiplication of 128 bits call compiler-builtins. Everything else is one CLIF instruction or two.

use clif_engine::clif::conditions;
use clif_engine::clif::overflow::{self, CheckedOperation};
use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use rustc_codegen_ssa::common::IntPredicate;
use rustc_codegen_ssa::traits::OverflowOp;

use crate::builder::Builder;
use crate::clif::operations::{IntegerOperation, Signedness};
use crate::clif::types::Type;
use crate::clif::values::{Value, sign_extend};

/// Selects one of two values. Those of 128 bits are selected by halves: Cranelift's optimiser turns the
/// selection of a whole one by a comparison into `umax.i128` and the like, which no target has.
pub fn select(
    c: &mut FuncCursor<'_>,
    condition: ir::Value,
    then_value: ir::Value,
    else_value: ir::Value,
) -> ir::Value {
    if c.func.dfg.value_type(then_value) != ir::types::I128 {
        return c.ins().select(condition, then_value, else_value);
    }
    let (then_low, then_high) = c.ins().isplit(then_value);
    let (else_low, else_high) = c.ins().isplit(else_value);
    let low = c.ins().select(condition, then_low, else_low);
    let high = c.ins().select(condition, then_high, else_high);
    c.ins().iconcat(low, high)
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    pub fn integer_operation(&mut self, operation: IntegerOperation, left: Value, right: Value) -> Value {
        let ty = left.ty();
        if let (Some(l), Some(r)) = (left.as_constant(), right.as_constant())
            && let Some(folded) = fold(operation, ty, l, r)
        {
            return Value::constant(ty, folded);
        }
        if let Some((operation, right)) = right.as_constant().and_then(|r| without_division(operation, r)) {
            return self.integer_operation(operation, left, Value::constant(ty, right));
        }
        if let Some(name) = division_function(operation, ty) {
            return self.call_runtime(name, &[left, right], ty);
        }
        let (left, right) = (self.clif(left), self.clif(right));
        self.emit_value(ty, |c| match operation {
            IntegerOperation::Add => c.ins().iadd(left, right),
            IntegerOperation::Subtract => c.ins().isub(left, right),
            IntegerOperation::Multiply => c.ins().imul(left, right),
            IntegerOperation::UnsignedDivide => c.ins().udiv(left, right),
            IntegerOperation::SignedDivide => c.ins().sdiv(left, right),
            IntegerOperation::UnsignedRemainder => c.ins().urem(left, right),
            IntegerOperation::SignedRemainder => c.ins().srem(left, right),
            IntegerOperation::ShiftLeft => c.ins().ishl(left, right),
            IntegerOperation::LogicalShiftRight => c.ins().ushr(left, right),
            IntegerOperation::ArithmeticShiftRight => c.ins().sshr(left, right),
            IntegerOperation::And => c.ins().band(left, right),
            IntegerOperation::Or => c.ins().bor(left, right),
            IntegerOperation::ExclusiveOr => c.ins().bxor(left, right),
        })
    }

    /// Divides without a remainder. A constant divisor becomes a shift by its trailing zeros and a
    /// multiplication by the inverse of the rest modulo the width.
    pub fn exact_division(&mut self, signedness: Signedness, left: Value, right: Value) -> Value {
        let (ty, signed) = (left.ty(), signedness == Signedness::Signed);
        let (division, shift) = match signedness {
            Signedness::Signed => (IntegerOperation::SignedDivide, IntegerOperation::ArithmeticShiftRight),
            Signedness::Unsigned => (IntegerOperation::UnsignedDivide, IntegerOperation::LogicalShiftRight),
        };
        let Some(divisor) = right.as_constant().filter(|&divisor| divisor != 0) else {
            return self.integer_operation(division, left, right);
        };
        let zeros = divisor.trailing_zeros();
        let odd = if signed { (sign_extend(divisor, ty) >> zeros) as u128 } else { divisor >> zeros };
        let mut quotient = left;
        if zeros != 0 {
            quotient = self.integer_operation(shift, quotient, Value::constant(ty, zeros.into()));
        }
        if odd != 1 {
            let inverse = Value::constant(ty, inverse_of_odd(odd));
            quotient = self.integer_operation(IntegerOperation::Multiply, quotient, inverse);
        }
        quotient
    }

    pub fn negate(&mut self, value: Value) -> Value {
        let ty = value.ty();
        if let Some(bits) = value.as_constant() {
            return Value::constant(ty, bits.wrapping_neg());
        }
        let value = self.clif(value);
        self.emit_value(ty, |c| c.ins().ineg(value))
    }

    /// Returns the bitwise complement, or the negation of a truth value.
    pub fn complement(&mut self, value: Value) -> Value {
        let ty = value.ty();
        if let Some(bits) = value.as_constant() {
            return Value::constant(ty, !bits);
        }
        let value = self.clif(value);
        self.emit_value(ty, |c| match ty {
            Type::Bool => {
                let one = c.ins().iconst(ir::types::I8, 1);
                c.ins().bxor(value, one)
            }
            _ => c.ins().bnot(value),
        })
    }

    pub fn compare_integers(&mut self, predicate: IntPredicate, left: Value, right: Value) -> Value {
        let ty = left.ty();
        if let (Some(l), Some(r)) = (left.as_constant(), right.as_constant()) {
            return self.truth(fold_comparison(&predicate, l, r, ty));
        }
        let condition = integer_condition(&predicate);
        let (left, right) = (self.clif(left), self.clif(right));
        let is_partial = self.cx.machine.facts.instructions.partial_comparisons;
        self.emit_value(Type::Bool, |c| {
            let whole = if is_partial { None } else { whole_operands(c, condition, left, right) };
            let (left, right) = whole.unwrap_or((left, right));
            c.ins().icmp(condition, left, right)
        })
    }

    pub fn choose(&mut self, condition: Value, then_value: Value, else_value: Value) -> Value {
        if let Some(bits) = condition.as_constant() {
            return if bits != 0 { then_value } else { else_value };
        }
        let ty = then_value.ty();
        if let Type::Aggregate(_) = ty {
            let pairs: Vec<(Value, Value)> = self
                .cx
                .aggregate_elements(then_value)
                .into_iter()
                .zip(self.cx.aggregate_elements(else_value))
                .collect();
            let chosen: Vec<Value> =
                pairs.into_iter().map(|(then, other)| self.choose(condition, then, other)).collect();
            return self.cx.aggregate(ty, chosen);
        }
        let condition = self.clif(condition);
        let (then_value, else_value) = (self.clif(then_value), self.clif(else_value));
        self.emit_value(ty, |c| select(c, condition, then_value, else_value))
    }

    /// Returns the wrapped result, and whether it overflowed.
    pub fn checked_operation(
        &mut self,
        operation: OverflowOp,
        signedness: Signedness,
        left: Value,
        right: Value,
    ) -> (Value, Value) {
        let ty = left.ty();
        if ty == Type::I128 && operation == OverflowOp::Mul {
            return self.checked_wide_multiply(signedness, left, right);
        }
        let operation = match (operation, signedness) {
            (OverflowOp::Add, Signedness::Signed) => CheckedOperation::SignedAdd,
            (OverflowOp::Add, Signedness::Unsigned) => CheckedOperation::UnsignedAdd,
            (OverflowOp::Sub, Signedness::Signed) => CheckedOperation::SignedSubtract,
            (OverflowOp::Sub, Signedness::Unsigned) => CheckedOperation::UnsignedSubtract,
            (OverflowOp::Mul, Signedness::Signed) => CheckedOperation::SignedMultiply,
            (OverflowOp::Mul, Signedness::Unsigned) => CheckedOperation::UnsignedMultiply,
        };
        let instructions = &self.cx.machine.facts.instructions;
        let (left, right) = (self.clif(left), self.clif(right));
        let (value, overflowed) = self.emit(|c| overflow::emit(c, instructions, operation, left, right));
        (Value::Instruction { value, ty }, Value::Instruction { value: overflowed, ty: Type::Bool })
    }

    /// Calls compiler-builtins, `int/mul.rs`: `fn(left, right, &mut overflowed: i32) -> product`.
    fn checked_wide_multiply(&mut self, signedness: Signedness, left: Value, right: Value) -> (Value, Value) {
        let name = match signedness {
            Signedness::Signed => "__rust_i128_mulo",
            Signedness::Unsigned => "__rust_u128_mulo",
        };
        self.call_with_overflow_flag(name, left, right)
    }
}

/// Returns the function of compiler-builtins for a division of 128 bits.
fn division_function(operation: IntegerOperation, ty: Type) -> Option<&'static str> {
    if ty != Type::I128 {
        return None;
    }
    Some(match operation {
        IntegerOperation::UnsignedDivide => "__udivti3",
        IntegerOperation::SignedDivide => "__divti3",
        IntegerOperation::UnsignedRemainder => "__umodti3",
        IntegerOperation::SignedRemainder => "__modti3",
        _ => return None,
    })
}

/// Returns an operation and its constant that do the same as an unsigned division by `right`, a power of two.
fn without_division(operation: IntegerOperation, right: u128) -> Option<(IntegerOperation, u128)> {
    if !right.is_power_of_two() {
        return None;
    }
    Some(match operation {
        IntegerOperation::UnsignedDivide => {
            (IntegerOperation::LogicalShiftRight, right.trailing_zeros().into())
        }
        IntegerOperation::UnsignedRemainder => (IntegerOperation::And, right - 1),
        _ => return None,
    })
}

/// Returns the multiplicative inverse of `odd`, for any width, by Newton's method: every step doubles the
/// number of correct bits, and an odd number is its own inverse in the first three (Hacker's Delight, 10-16).
fn inverse_of_odd(odd: u128) -> u128 {
    (0..6).fold(odd, |inverse, _| inverse.wrapping_mul(2u128.wrapping_sub(odd.wrapping_mul(inverse))))
}

/// Returns the result of an operation on constants, with arbitrary bits above the width of `ty`; `None` if it
/// has no result.
///
/// LLVM's builder folds all of these (`ConstantFolder`), and the library relies on it: some operands of
/// vendor intrinsics must be constants, and `_mm_prefetch` computes them.
fn fold(operation: IntegerOperation, ty: Type, left: u128, right: u128) -> Option<u128> {
    let (signed_left, signed_right) = (sign_extend(left, ty), sign_extend(right, ty));
    let width = if ty == Type::Bool { 1 } else { u128::from(ty.size()) * 8 };
    // The quotient of the smallest number by -1 does not fit.
    let overflows = signed_right == -1 && signed_left == sign_extend(1 << (width - 1), ty);
    Some(match operation {
        IntegerOperation::Add => left.wrapping_add(right),
        IntegerOperation::Subtract => left.wrapping_sub(right),
        IntegerOperation::Multiply => left.wrapping_mul(right),
        IntegerOperation::And => left & right,
        IntegerOperation::Or => left | right,
        IntegerOperation::ExclusiveOr => left ^ right,
        IntegerOperation::ShiftLeft if right < width => left << right,
        IntegerOperation::LogicalShiftRight if right < width => left >> right,
        IntegerOperation::ArithmeticShiftRight if right < width => (signed_left >> right) as u128,
        IntegerOperation::UnsignedDivide => left.checked_div(right)?,
        IntegerOperation::UnsignedRemainder => left.checked_rem(right)?,
        IntegerOperation::SignedDivide if !overflows => signed_left.checked_div(signed_right)? as u128,
        IntegerOperation::SignedRemainder if !overflows => signed_left.checked_rem(signed_right)? as u128,
        _ => return None,
    })
}

fn fold_comparison(predicate: &IntPredicate, left: u128, right: u128, ty: Type) -> bool {
    let (signed_left, signed_right) = (sign_extend(left, ty), sign_extend(right, ty));
    match predicate {
        IntPredicate::IntEQ => left == right,
        IntPredicate::IntNE => left != right,
        IntPredicate::IntUGT => left > right,
        IntPredicate::IntUGE => left >= right,
        IntPredicate::IntULT => left < right,
        IntPredicate::IntULE => left <= right,
        IntPredicate::IntSGT => signed_left > signed_right,
        IntPredicate::IntSGE => signed_left >= signed_right,
        IntPredicate::IntSLT => signed_left < signed_right,
        IntPredicate::IntSLE => signed_left <= signed_right,
    }
}

/// Returns the whole registers of two small integers, if they compare as the integers do and need no
/// instruction.
fn whole_operands(
    c: &mut FuncCursor<'_>,
    condition: IntCC,
    left: ir::Value,
    right: ir::Value,
) -> Option<(ir::Value, ir::Value)> {
    if condition != condition.unsigned() {
        return None;
    }
    let dfg = &c.func.dfg;
    let left = conditions::zero_extended(dfg, left)?;
    if let Some(right) = conditions::zero_extended(dfg, right) {
        return Some((left, right));
    }
    let bits = conditions::constant(dfg, right)?;
    Some((left, c.ins().iconst(ir::types::I64, bits as i64)))
}

pub fn integer_condition(predicate: &IntPredicate) -> IntCC {
    match predicate {
        IntPredicate::IntEQ => IntCC::Equal,
        IntPredicate::IntNE => IntCC::NotEqual,
        IntPredicate::IntUGT => IntCC::UnsignedGreaterThan,
        IntPredicate::IntUGE => IntCC::UnsignedGreaterThanOrEqual,
        IntPredicate::IntULT => IntCC::UnsignedLessThan,
        IntPredicate::IntULE => IntCC::UnsignedLessThanOrEqual,
        IntPredicate::IntSGT => IntCC::SignedGreaterThan,
        IntPredicate::IntSGE => IntCC::SignedGreaterThanOrEqual,
        IntPredicate::IntSLT => IntCC::SignedLessThan,
        IntPredicate::IntSLE => IntCC::SignedLessThanOrEqual,
    }
}

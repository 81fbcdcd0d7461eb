//! Floating-point arithmetic and comparison.
//!
//! `f32` and `f64` have CLIF instructions; the remainder is libm's. `f16` is computed in `f32`, whose
//! precision of 24 bits is enough to round the result of one operation correctly (24 >= 2 * 11 + 2). `f128`
//! calls compiler-builtins, and so do all floats on targets that do not use registers for floats.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use rustc_codegen_ssa::common::RealPredicate;
use rustc_middle::bug;

use crate::builder::{Builder, bitcast};
use crate::clif::operations::{FloatOperation, SignChange};
use crate::clif::types::{FloatFormat, Type};
use crate::clif::values::Value;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    pub fn float_operation(&mut self, operation: FloatOperation, left: Value, right: Value) -> Value {
        let ty = left.ty();
        if ty.is_half() {
            let (left, right) = (self.widen_half(left), self.widen_half(right));
            let result = self.float_operation(operation, left, right);
            return self.narrow_to_half(result);
        }
        match instruction(operation).filter(|_| ty.has_float_instructions()) {
            Some(instruction) => {
                let (left, right) = (self.clif(left), self.clif(right));
                self.emit_value(ty, |c| instruction(c, left, right))
            }
            None => self.call_runtime(&arithmetic_function(operation, ty), &[left, right], ty),
        }
    }

    /// Flips the sign bit, also of NaN.
    pub fn negate_float(&mut self, value: Value) -> Value {
        let ty = value.ty();
        if !ty.has_float_instructions() {
            return self.change_sign(value, SignChange::Flip);
        }
        let value = self.clif(value);
        self.emit_value(ty, |c| c.ins().fneg(value))
    }

    /// Changes the sign bit of a float through its integer bits.
    pub fn change_sign(&mut self, value: Value, change: SignChange) -> Value {
        let ty = value.ty();
        let bits = Type::integer(ty.size() * 8);
        let sign = Value::constant(bits, 1 << (bits.size() * 8 - 1));
        let mask = match change {
            SignChange::Flip => sign,
            SignChange::Clear => self.complement(sign),
        };
        let mask = self.clif(mask);
        let value = self.clif(value);
        self.emit_value(ty, |c| {
            let integer = bitcast(c, bits.clif_or_bug(), value);
            let changed = match change {
                SignChange::Flip => c.ins().bxor(integer, mask),
                SignChange::Clear => c.ins().band(integer, mask),
            };
            bitcast(c, ty.clif_or_bug(), changed)
        })
    }

    pub fn compare_floats(&mut self, predicate: RealPredicate, left: Value, right: Value) -> Value {
        let condition = match float_condition(&predicate) {
            FloatComparison::Always(value) => return self.truth(value),
            FloatComparison::Condition(condition) => condition,
        };
        if left.ty().is_half() {
            let (left, right) = (self.widen_half(left), self.widen_half(right));
            return self.compare_floats(predicate, left, right);
        }
        if !left.ty().has_float_instructions() {
            return self.compare_by_call(condition, left, right);
        }
        let (left, right) = (self.clif(left), self.clif(right));
        self.emit_value(Type::Bool, |c| c.ins().fcmp(condition, left, right))
    }

    /// Compares by a call of compiler-builtins, `float/cmp.rs`. The result of `__lttf2` and the like compares
    /// with zero as the operands compare; if one is NaN, the comparison is false. `__unordtf2` is not zero if
    /// an operand is NaN.
    fn compare_by_call(&mut self, condition: FloatCC, left: Value, right: Value) -> Value {
        let (name, integer_condition, negated) = match condition {
            FloatCC::Equal => ("eq", IntCC::Equal, false),
            FloatCC::NotEqual => ("eq", IntCC::Equal, true),
            FloatCC::LessThan => ("lt", IntCC::SignedLessThan, false),
            FloatCC::LessThanOrEqual => ("le", IntCC::SignedLessThanOrEqual, false),
            FloatCC::GreaterThan => ("gt", IntCC::SignedGreaterThan, false),
            FloatCC::GreaterThanOrEqual => ("ge", IntCC::SignedGreaterThanOrEqual, false),
            FloatCC::Unordered => ("unord", IntCC::NotEqual, false),
            FloatCC::Ordered => ("unord", IntCC::NotEqual, true),
            FloatCC::UnorderedOrLessThan => ("ge", IntCC::SignedGreaterThanOrEqual, true),
            FloatCC::UnorderedOrLessThanOrEqual => ("gt", IntCC::SignedGreaterThan, true),
            FloatCC::UnorderedOrGreaterThan => ("le", IntCC::SignedLessThanOrEqual, true),
            FloatCC::UnorderedOrGreaterThanOrEqual => ("lt", IntCC::SignedLessThan, true),
            FloatCC::OrderedNotEqual | FloatCC::UnorderedOrEqual => {
                return self.compare_by_two_calls(condition, left, right);
            }
        };
        let name = format!("__{name}{}2", name_in_runtime(left.ty()));
        let result = self.call_runtime(&name, &[left, right], Type::I32);
        let result = self.clif(result);
        let truth = self.emit_value(Type::Bool, |c| {
            let zero = c.ins().iconst(ir::types::I32, 0);
            c.ins().icmp(integer_condition, result, zero)
        });
        if negated { self.complement(truth) } else { truth }
    }

    /// Compares for "unordered or equal" or its opposite.
    fn compare_by_two_calls(&mut self, condition: FloatCC, left: Value, right: Value) -> Value {
        let unordered = self.compare_by_call(FloatCC::Unordered, left, right);
        let equal = self.compare_by_call(FloatCC::Equal, left, right);
        let (unordered, equal) = (self.clif(unordered), self.clif(equal));
        let either = self.emit_value(Type::Bool, |c| c.ins().bor(unordered, equal));
        if condition == FloatCC::OrderedNotEqual { self.complement(either) } else { either }
    }

    pub fn widen_half(&mut self, value: Value) -> Value {
        self.call_runtime("__extendhfsf2", &[value], value.ty().with_format(FloatFormat::Single))
    }

    pub fn narrow_to_half(&mut self, value: Value) -> Value {
        let ty = value.ty();
        let name = format!("__trunc{}hf2", name_in_runtime(ty));
        self.call_runtime(&name, &[value], ty.with_format(FloatFormat::Half))
    }
}

/// An instruction with two operands.
type Instruction = fn(&mut FuncCursor<'_>, ir::Value, ir::Value) -> ir::Value;

/// Returns the instruction for an operation on `f32`, `f64` and vectors of these. The remainder has none.
fn instruction(operation: FloatOperation) -> Option<Instruction> {
    match operation {
        FloatOperation::Add => Some(|c, left, right| c.ins().fadd(left, right)),
        FloatOperation::Subtract => Some(|c, left, right| c.ins().fsub(left, right)),
        FloatOperation::Multiply => Some(|c, left, right| c.ins().fmul(left, right)),
        FloatOperation::Divide => Some(|c, left, right| c.ins().fdiv(left, right)),
        FloatOperation::Remainder => None,
    }
}

/// Returns the function of compiler-builtins or, for the remainder, of libm.
fn arithmetic_function(operation: FloatOperation, ty: Type) -> String {
    let name = match (operation, ty.float_format()) {
        (FloatOperation::Add, _) => "add",
        (FloatOperation::Subtract, _) => "sub",
        (FloatOperation::Multiply, _) => "mul",
        (FloatOperation::Divide, _) => "div",
        (FloatOperation::Remainder, Some(FloatFormat::Quad)) => return "fmodf128".to_owned(),
        (FloatOperation::Remainder, Some(FloatFormat::Double)) => return "fmod".to_owned(),
        (FloatOperation::Remainder, _) => return "fmodf".to_owned(),
    };
    format!("__{name}{}3", name_in_runtime(ty))
}

/// Returns the name of a type in the names of compiler-builtins' functions, which are libgcc's.
pub fn name_in_runtime(ty: Type) -> &'static str {
    match (ty, ty.float_format()) {
        (_, Some(FloatFormat::Half)) => "hf",
        (_, Some(FloatFormat::Single)) => "sf",
        (_, Some(FloatFormat::Double)) => "df",
        (_, Some(FloatFormat::Quad)) => "tf",
        (Type::I32, None) => "si",
        (Type::I64, None) => "di",
        (Type::I128, None) => "ti",
        _ => bug!("no function of the runtime is for {ty:?}"),
    }
}

enum FloatComparison {
    Always(bool),
    Condition(FloatCC),
}

fn float_condition(predicate: &RealPredicate) -> FloatComparison {
    FloatComparison::Condition(match predicate {
        RealPredicate::RealPredicateFalse => return FloatComparison::Always(false),
        RealPredicate::RealPredicateTrue => return FloatComparison::Always(true),
        RealPredicate::RealOEQ => FloatCC::Equal,
        RealPredicate::RealOGT => FloatCC::GreaterThan,
        RealPredicate::RealOGE => FloatCC::GreaterThanOrEqual,
        RealPredicate::RealOLT => FloatCC::LessThan,
        RealPredicate::RealOLE => FloatCC::LessThanOrEqual,
        RealPredicate::RealONE => FloatCC::OrderedNotEqual,
        RealPredicate::RealORD => FloatCC::Ordered,
        RealPredicate::RealUNO => FloatCC::Unordered,
        RealPredicate::RealUEQ => FloatCC::UnorderedOrEqual,
        RealPredicate::RealUGT => FloatCC::UnorderedOrGreaterThan,
        RealPredicate::RealUGE => FloatCC::UnorderedOrGreaterThanOrEqual,
        RealPredicate::RealULT => FloatCC::UnorderedOrLessThan,
        RealPredicate::RealULE => FloatCC::UnorderedOrLessThanOrEqual,
        RealPredicate::RealUNE => FloatCC::NotEqual,
    })
}

//! Floating-point arithmetic and comparison.
//!
//! `f32` and `f64` have CLIF instructions; the remainder is libm's. `f16` is computed in `f32`, whose
//! precision of 24 bits is enough to round the result of one operation correctly (24 >= 2 * 11 + 2). `f128`
//! calls compiler-builtins.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use rustc_codegen_ssa::common::RealPredicate;
use rustc_middle::bug;

use crate::builder::{Builder, bitcast};
use crate::clif::operations::{FloatOperation, SignChange};
use crate::clif::types::Type;
use crate::clif::values::Value;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    pub fn float_operation(&mut self, operation: FloatOperation, left: Value, right: Value) -> Value {
        match left.ty() {
            Type::F16 => {
                let (left, right) = (self.widen_half(left), self.widen_half(right));
                let result = self.float_operation(operation, left, right);
                self.narrow_to_half(result)
            }
            Type::F128 => self.call_runtime(quad_function(operation), &[left, right], Type::F128),
            ty => match instruction(operation) {
                Some(instruction) => {
                    let (left, right) = (self.clif(left), self.clif(right));
                    self.emit_value(ty, |c| instruction(c, left, right))
                }
                None => self.call_runtime(remainder_function(ty), &[left, right], ty),
            },
        }
    }

    /// Flips the sign bit, also of NaN.
    pub fn negate_float(&mut self, value: Value) -> Value {
        let ty = value.ty();
        match ty {
            Type::F16 | Type::F128 => self.change_sign(value, SignChange::Flip),
            _ => {
                let value = self.clif(value);
                self.emit_value(ty, |c| c.ins().fneg(value))
            }
        }
    }

    /// Changes the sign bit of a float through its integer bits.
    pub fn change_sign(&mut self, value: Value, change: SignChange) -> Value {
        let ty = value.ty();
        let bits = match ty {
            Type::F16 => Type::I16,
            Type::F32 => Type::I32,
            Type::F64 => Type::I64,
            _ => Type::I128,
        };
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
        match left.ty() {
            Type::F16 => {
                let (left, right) = (self.widen_half(left), self.widen_half(right));
                self.compare_floats(predicate, left, right)
            }
            Type::F128 => self.compare_quads(condition, left, right),
            _ => {
                let (left, right) = (self.clif(left), self.clif(right));
                self.emit_value(Type::Bool, |c| c.ins().fcmp(condition, left, right))
            }
        }
    }

    /// Compares by a call of compiler-builtins, `float/cmp.rs`. The result of `__lttf2` and the like compares
    /// with zero as the operands compare; if one is NaN, the comparison is false. `__unordtf2` is not zero if
    /// an operand is NaN.
    fn compare_quads(&mut self, condition: FloatCC, left: Value, right: Value) -> Value {
        let (name, integer_condition, negated) = match condition {
            FloatCC::Equal => ("__eqtf2", IntCC::Equal, false),
            FloatCC::NotEqual => ("__eqtf2", IntCC::Equal, true),
            FloatCC::LessThan => ("__lttf2", IntCC::SignedLessThan, false),
            FloatCC::LessThanOrEqual => ("__letf2", IntCC::SignedLessThanOrEqual, false),
            FloatCC::GreaterThan => ("__gttf2", IntCC::SignedGreaterThan, false),
            FloatCC::GreaterThanOrEqual => ("__getf2", IntCC::SignedGreaterThanOrEqual, false),
            FloatCC::Unordered => ("__unordtf2", IntCC::NotEqual, false),
            FloatCC::Ordered => ("__unordtf2", IntCC::NotEqual, true),
            FloatCC::UnorderedOrLessThan => ("__getf2", IntCC::SignedGreaterThanOrEqual, true),
            FloatCC::UnorderedOrLessThanOrEqual => ("__gttf2", IntCC::SignedGreaterThan, true),
            FloatCC::UnorderedOrGreaterThan => ("__letf2", IntCC::SignedLessThanOrEqual, true),
            FloatCC::UnorderedOrGreaterThanOrEqual => ("__lttf2", IntCC::SignedLessThan, true),
            FloatCC::OrderedNotEqual | FloatCC::UnorderedOrEqual => {
                return self.compare_quads_mixed(condition, left, right);
            }
        };
        let result = self.call_runtime(name, &[left, right], Type::I32);
        let result = self.clif(result);
        let truth = self.emit_value(Type::Bool, |c| {
            let zero = c.ins().iconst(ir::types::I32, 0);
            c.ins().icmp(integer_condition, result, zero)
        });
        if negated { self.complement(truth) } else { truth }
    }

    /// Compares for "unordered or equal" or its opposite, which take two calls.
    fn compare_quads_mixed(&mut self, condition: FloatCC, left: Value, right: Value) -> Value {
        let unordered = self.compare_quads(FloatCC::Unordered, left, right);
        let equal = self.compare_quads(FloatCC::Equal, left, right);
        let (unordered, equal) = (self.clif(unordered), self.clif(equal));
        let either = self.emit_value(Type::Bool, |c| c.ins().bor(unordered, equal));
        if condition == FloatCC::OrderedNotEqual { self.complement(either) } else { either }
    }

    pub fn widen_half(&mut self, value: Value) -> Value {
        self.call_runtime("__extendhfsf2", &[value], Type::F32)
    }

    pub fn narrow_to_half(&mut self, value: Value) -> Value {
        let name = match value.ty() {
            Type::F64 => "__truncdfhf2",
            Type::F128 => "__trunctfhf2",
            _ => "__truncsfhf2",
        };
        self.call_runtime(name, &[value], Type::F16)
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

/// Returns libm's function for the remainder.
fn remainder_function(ty: Type) -> &'static str {
    match ty {
        Type::F32 => "fmodf",
        Type::F64 => "fmod",
        other => bug!("the remainder of the type {other:?}"),
    }
}

/// Returns the function of compiler-builtins for an operation on `f128`.
fn quad_function(operation: FloatOperation) -> &'static str {
    match operation {
        FloatOperation::Add => "__addtf3",
        FloatOperation::Subtract => "__subtf3",
        FloatOperation::Multiply => "__multf3",
        FloatOperation::Divide => "__divtf3",
        FloatOperation::Remainder => "fmodf128",
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

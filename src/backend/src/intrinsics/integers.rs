//! Lowers intrinsics on integers: counting and reordering bits, rotations, saturation, wide multiplication.
//!
//! The operations take values of any integer type, so that vectors use them lane by lane. They rely on CLIF
//! to mask the amounts of shifts and rotations by the width.

use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use rustc_codegen_ssa::errors::InvalidMonomorphization;
use rustc_span::{Symbol, sym};

use super::{Call, Outcome};
use crate::builder::Builder;
use crate::builder::arithmetic::select;
use crate::clif::function::BasicBlock;
use crate::clif::operations::Signedness;
use crate::clif::operations::{BitOperation, Direction, SaturatingOperation};
use crate::clif::types::{FloatRegisters, Type};
use crate::clif::values::Value;

/// An operation on integers with one result.
#[derive(Clone, Copy)]
pub enum ScalarOperation {
    Bits(BitOperation),
    Saturating(SaturatingOperation),
    Rotate(Direction),
    Funnel(Direction),
}

pub fn operation_of(name: Symbol) -> Option<ScalarOperation> {
    Some(match name {
        sym::ctlz | sym::ctlz_nonzero => ScalarOperation::Bits(BitOperation::LeadingZeros),
        sym::cttz | sym::cttz_nonzero => ScalarOperation::Bits(BitOperation::TrailingZeros),
        sym::ctpop => ScalarOperation::Bits(BitOperation::CountOnes),
        sym::bswap => ScalarOperation::Bits(BitOperation::SwapBytes),
        sym::bitreverse => ScalarOperation::Bits(BitOperation::ReverseBits),
        sym::saturating_add => ScalarOperation::Saturating(SaturatingOperation::Add),
        sym::saturating_sub => ScalarOperation::Saturating(SaturatingOperation::Subtract),
        sym::rotate_left => ScalarOperation::Rotate(Direction::Left),
        sym::rotate_right => ScalarOperation::Rotate(Direction::Right),
        sym::unchecked_funnel_shl => ScalarOperation::Funnel(Direction::Left),
        sym::unchecked_funnel_shr => ScalarOperation::Funnel(Direction::Right),
        _ => return None,
    })
}

pub fn lower<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Option<Outcome> {
    let operation = operation_of(call.name);
    if operation.is_none() && call.name != sym::carrying_mul_add {
        return None;
    }
    let ty = call.argument_type(0);
    if !ty.is_integral() {
        let (span, name) = (call.span, call.name);
        builder.cx.tcx.dcx().emit_err(InvalidMonomorphization::BasicIntegerType { span, name, ty });
        return Some(Outcome::Done);
    }
    let signedness = if ty.is_signed() { Signedness::Signed } else { Signedness::Unsigned };
    let Some(operation) = operation else { return Some(carrying_multiply_add(builder, signedness, call)) };
    let arguments: Vec<Value> = call.arguments.iter().map(|argument| argument.immediate()).collect();
    let result = builder.cx.immediate_type(call.result.layout);
    Some(Outcome::Result(scalar_operation(builder, operation, signedness, &arguments, result)))
}

/// Lowers one operation. Its first argument has been checked to be an integer.
pub fn scalar_operation(
    builder: &mut Builder<'_, '_>,
    operation: ScalarOperation,
    signedness: Signedness,
    arguments: &[Value],
    result: Type,
) -> Value {
    match operation {
        ScalarOperation::Bits(operation) => {
            let bits = builder.bit_operation(operation, arguments[0]);
            builder.cast_integer(bits, result, Signedness::Unsigned)
        }
        ScalarOperation::Saturating(operation) => {
            builder.saturating_operation(operation, signedness, arguments[0], arguments[1])
        }
        ScalarOperation::Rotate(direction) => builder.rotate(direction, arguments[0], arguments[1]),
        ScalarOperation::Funnel(direction) => {
            builder.funnel_shift(direction, arguments[0], arguments[1], arguments[2])
        }
    }
}

/// Computes `a * b + c + d` in twice the width, as the pair of its halves.
fn carrying_multiply_add<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    signedness: Signedness,
    call: &Call<'_, 'tcx>,
) -> Outcome {
    let ty = call.value(0).ty();
    if ty == Type::I128 {
        return Outcome::Fallback;
    }
    let bits = ty.size() * 8;
    let wide = Type::integer(bits * 2);
    let [left, right, addend, carry] = [0, 1, 2, 3].map(|index| {
        let value = builder.cast_integer(call.value(index), wide, signedness);
        builder.clif(value)
    });
    let (low, high) = builder.emit(|c| {
        let product = c.ins().imul(left, right);
        let sum = c.ins().iadd(product, addend);
        let sum = c.ins().iadd(sum, carry);
        let narrow = ty.clif_or_bug();
        let low = c.ins().ireduce(narrow, sum);
        let distance = c.ins().iconst(ir::types::I32, bits as i64);
        let shifted = c.ins().ushr(sum, distance);
        (low, c.ins().ireduce(narrow, shifted))
    });
    let (low, high) = (Value::Instruction { value: low, ty }, Value::Instruction { value: high, ty });
    Outcome::Result(builder.pair_aggregate(low, high))
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Lowers an operation on bits. The result has the operand's type.
    pub fn bit_operation(&mut self, operation: BitOperation, value: Value) -> Value {
        let ty = value.ty();
        if operation == BitOperation::SwapBytes && ty.size() == 1 {
            return value;
        }
        if operation == BitOperation::CountOnes
            && self.cx.float_registers == FloatRegisters::Unused
            && !self.cx.machine.facts.instructions.scalar_count_ones
        {
            return self.count_ones(value);
        }
        let value = self.clif(value);
        self.emit_value(ty, |c| match operation {
            BitOperation::LeadingZeros => c.ins().clz(value),
            BitOperation::TrailingZeros => c.ins().ctz(value),
            BitOperation::CountOnes => c.ins().popcnt(value),
            BitOperation::SwapBytes => c.ins().bswap(value),
            BitOperation::ReverseBits => c.ins().bitrev(value),
        })
    }

    /// Counts ones by adding neighbouring groups of 1, 2, 4 and more bits, until one group is left.
    fn count_ones(&mut self, value: Value) -> Value {
        let ty = value.ty();
        let bits = ty.size() * 8;
        let mut counts = value;
        let mut group = 1;
        while group < bits {
            // Ones in the lower half of each pair of groups.
            let lower = u128::MAX / ((1 << group) + 1);
            let lower = self.clif(Value::constant(ty, lower));
            let value = self.clif(counts);
            counts = self.emit_value(ty, |c| {
                let distance = c.ins().iconst(ir::types::I32, group as i64);
                let shifted = c.ins().ushr(value, distance);
                let (low, high) = (c.ins().band(value, lower), c.ins().band(shifted, lower));
                c.ins().iadd(low, high)
            });
            group *= 2;
        }
        counts
    }

    pub fn rotate(&mut self, direction: Direction, value: Value, distance: Value) -> Value {
        let ty = value.ty();
        let (value, distance) = (self.clif(value), self.clif(distance));
        self.emit_value(ty, |c| match direction {
            Direction::Left => c.ins().rotl(value, distance),
            Direction::Right => c.ins().rotr(value, distance),
        })
    }

    /// Returns the upper (left) or lower (right) half of `high:low` shifted by `distance`, which is less than
    /// the width. The other half is shifted by one and then by `!distance`: CLIF would take a shift by the
    /// whole width as one by 0.
    pub fn funnel_shift(&mut self, direction: Direction, high: Value, low: Value, distance: Value) -> Value {
        let ty = high.ty();
        let (high, low, distance) = (self.clif(high), self.clif(low), self.clif(distance));
        self.emit_value(ty, |c| {
            let one = c.ins().iconst(ir::types::I32, 1);
            let rest = c.ins().bnot(distance);
            let (upper, lower) = match direction {
                Direction::Left => {
                    let once = c.ins().ushr(low, one);
                    (c.ins().ishl(high, distance), c.ins().ushr(once, rest))
                }
                Direction::Right => {
                    let once = c.ins().ishl(high, one);
                    (c.ins().ishl(once, rest), c.ins().ushr(low, distance))
                }
            };
            c.ins().bor(upper, lower)
        })
    }

    /// Overflow is computed from the operands and the wrapped result (Hacker's Delight, 2-13), since not
    /// every target has CLIF's overflow instructions.
    pub fn saturating_operation(
        &mut self,
        operation: SaturatingOperation,
        signedness: Signedness,
        left: Value,
        right: Value,
    ) -> Value {
        let ty = left.ty();
        let bits = ty.size() * 8;
        let limit = match (operation, signedness) {
            (_, Signedness::Signed) => u128::MAX >> (129 - bits),
            (SaturatingOperation::Add, Signedness::Unsigned) => u128::MAX >> (128 - bits),
            (SaturatingOperation::Subtract, Signedness::Unsigned) => 0,
        };
        let limit = self.clif(Value::constant(ty, limit));
        let zero = self.clif(Value::constant(ty, 0));
        let (left, right) = (self.clif(left), self.clif(right));
        self.emit_value(ty, |c| {
            let result = match operation {
                SaturatingOperation::Add => c.ins().iadd(left, right),
                SaturatingOperation::Subtract => c.ins().isub(left, right),
            };
            if signedness == Signedness::Unsigned {
                let overflowed = match operation {
                    SaturatingOperation::Add => c.ins().icmp(IntCC::UnsignedLessThan, result, left),
                    SaturatingOperation::Subtract => c.ins().icmp(IntCC::UnsignedLessThan, left, right),
                };
                return select(c, overflowed, limit, result);
            }
            let changed = c.ins().bxor(left, result);
            let other = match operation {
                SaturatingOperation::Add => c.ins().bxor(right, result),
                SaturatingOperation::Subtract => c.ins().bxor(left, right),
            };
            let both = c.ins().band(changed, other);
            let overflowed = c.ins().icmp(IntCC::SignedLessThan, both, zero);
            // The limit with the sign of `left`: the maximum, or with all bits flipped the minimum.
            let distance = c.ins().iconst(ir::types::I32, bits as i64 - 1);
            let sign = c.ins().sshr(left, distance);
            let limit = c.ins().bxor(sign, limit);
            select(c, overflowed, limit, result)
        })
    }

    /// Multiplies polynomials over GF(2), and cuts the product to the width of the operands. This is a loop
    /// over the bits of `right`.
    pub fn carryless_multiply(&mut self, left: Value, right: Value) -> Value {
        let ty = left.ty();
        let clif = ty.clif_or_bug();
        let (left, right) = (self.clif(left), self.clif(right));
        let function = self.block.function;
        let [repeat, done] =
            self.with_function(|state| [(); 2].map(|()| BasicBlock { function, block: state.new_block() }));
        let [shifted, rest, sum] = self
            .with_function(|state| [(); 3].map(|()| state.clif.dfg.append_block_param(repeat.block, clif)));
        let zero = self.clif(Value::constant(ty, 0));
        self.emit(|c| c.ins().jump(repeat.block, &[left.into(), right.into(), zero.into()]));
        self.block = repeat;
        let one = self.clif(Value::constant(ty, 1));
        let zero = self.clif(Value::constant(ty, 0));
        let total = self.emit(|c| {
            let bit = c.ins().band(rest, one);
            // All bits set, or none.
            let mask = c.ins().isub(zero, bit);
            let term = c.ins().band(shifted, mask);
            let total = c.ins().bxor(sum, term);
            let shifted = c.ins().iadd(shifted, shifted);
            let distance = c.ins().iconst(ir::types::I32, 1);
            let rest = c.ins().ushr(rest, distance);
            let more = c.ins().icmp(IntCC::NotEqual, rest, zero);
            let next = [shifted.into(), rest.into(), total.into()];
            c.ins().brif(more, repeat.block, &next, done.block, &[]);
            total
        });
        self.block = done;
        Value::Instruction { value: total, ty }
    }
}

//! Lowers arithmetic of vectors.

use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_middle::bug;

use super::lanes::{LaneKind, Shape};
use crate::builder::Builder;
use crate::clif::operations::{
    BitOperation, FloatFunction, FloatOperation, IntegerOperation, SaturatingOperation, Signedness,
};
use crate::clif::types::Element;
use crate::clif::values::Value;

/// Operations of two vectors of the same type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOperation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    ShiftLeft,
    ShiftRight,
    And,
    Or,
    ExclusiveOr,
}

impl BinaryOperation {
    /// Returns the operation on two lanes of this kind.
    fn of_lanes(self, kind: LaneKind) -> LaneOperation {
        if kind == LaneKind::Float {
            return LaneOperation::Float(match self {
                BinaryOperation::Add => FloatOperation::Add,
                BinaryOperation::Subtract => FloatOperation::Subtract,
                BinaryOperation::Multiply => FloatOperation::Multiply,
                BinaryOperation::Divide => FloatOperation::Divide,
                BinaryOperation::Remainder => FloatOperation::Remainder,
                _ => bug!("the operation {self:?} of floats"),
            });
        }
        LaneOperation::Integer(match (self, kind.signedness()) {
            (BinaryOperation::Add, _) => IntegerOperation::Add,
            (BinaryOperation::Subtract, _) => IntegerOperation::Subtract,
            (BinaryOperation::Multiply, _) => IntegerOperation::Multiply,
            (BinaryOperation::Divide, Signedness::Unsigned) => IntegerOperation::UnsignedDivide,
            (BinaryOperation::Divide, Signedness::Signed) => IntegerOperation::SignedDivide,
            (BinaryOperation::Remainder, Signedness::Unsigned) => IntegerOperation::UnsignedRemainder,
            (BinaryOperation::Remainder, Signedness::Signed) => IntegerOperation::SignedRemainder,
            (BinaryOperation::ShiftLeft, _) => IntegerOperation::ShiftLeft,
            (BinaryOperation::ShiftRight, Signedness::Unsigned) => IntegerOperation::LogicalShiftRight,
            (BinaryOperation::ShiftRight, Signedness::Signed) => IntegerOperation::ArithmeticShiftRight,
            (BinaryOperation::And, _) => IntegerOperation::And,
            (BinaryOperation::Or, _) => IntegerOperation::Or,
            (BinaryOperation::ExclusiveOr, _) => IntegerOperation::ExclusiveOr,
        })
    }
}

#[derive(Clone, Copy)]
enum LaneOperation {
    Integer(IntegerOperation),
    Float(FloatOperation),
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    pub fn vector_binary(
        &mut self,
        operation: BinaryOperation,
        shape: Shape,
        left: Value,
        right: Value,
    ) -> Value {
        let lane_operation = operation.of_lanes(shape.kind);
        if let Some(chunk) = self.chunk_type(shape.ty())
            && self.has_chunk_instruction(lane_operation, shape)
        {
            return self.map_chunks(shape.ty(), chunk, &[left, right], |c, chunks| {
                let (left, right) = (chunks[0], chunks[1]);
                match (operation, shape.kind) {
                    (BinaryOperation::Add, LaneKind::Float) => c.ins().fadd(left, right),
                    (BinaryOperation::Subtract, LaneKind::Float) => c.ins().fsub(left, right),
                    (BinaryOperation::Multiply, LaneKind::Float) => c.ins().fmul(left, right),
                    (_, LaneKind::Float) => c.ins().fdiv(left, right),
                    (BinaryOperation::Add, _) => c.ins().iadd(left, right),
                    (BinaryOperation::Subtract, _) => c.ins().isub(left, right),
                    (BinaryOperation::Multiply, _) => c.ins().imul(left, right),
                    (BinaryOperation::And, _) => c.ins().band(left, right),
                    (BinaryOperation::Or, _) => c.ins().bor(left, right),
                    (_, _) => c.ins().bxor(left, right),
                }
            });
        }
        self.map_lanes(shape.ty(), &[left, right], |builder, lanes| match lane_operation {
            LaneOperation::Integer(operation) => builder.integer_operation(operation, lanes[0], lanes[1]),
            LaneOperation::Float(operation) => builder.float_operation(operation, lanes[0], lanes[1]),
        })
    }

    /// Whether there is a CLIF instruction for 128 bits.
    fn has_chunk_instruction(&self, operation: LaneOperation, shape: Shape) -> bool {
        match operation {
            LaneOperation::Float(operation) => operation != FloatOperation::Remainder,
            LaneOperation::Integer(IntegerOperation::Multiply) => {
                shape.element != Element::I8 || self.cx.machine.facts.instructions.byte_multiplication
            }
            LaneOperation::Integer(operation) => matches!(
                operation,
                IntegerOperation::Add
                    | IntegerOperation::Subtract
                    | IntegerOperation::And
                    | IntegerOperation::Or
                    | IntegerOperation::ExclusiveOr
            ),
        }
    }

    pub fn vector_negate(&mut self, shape: Shape, operand: Value) -> Value {
        let is_float = shape.kind == LaneKind::Float;
        if let Some(chunk) = self.chunk_type(shape.ty()) {
            return self.map_chunks(shape.ty(), chunk, &[operand], |c, chunks| {
                if is_float { c.ins().fneg(chunks[0]) } else { c.ins().ineg(chunks[0]) }
            });
        }
        self.map_lanes(shape.ty(), &[operand], |builder, lanes| {
            if is_float { builder.negate_float(lanes[0]) } else { builder.negate(lanes[0]) }
        })
    }

    pub fn vector_bits(&mut self, operation: BitOperation, operand: Value) -> Value {
        let ty = operand.ty();
        if operation == BitOperation::CountOnes
            && let Some(chunk @ ir::types::I8X16) = self.chunk_type(ty)
        {
            return self.map_chunks(ty, chunk, &[operand], |c, chunks| c.ins().popcnt(chunks[0]));
        }
        self.map_lanes(ty, &[operand], |builder, lanes| builder.bit_operation(operation, lanes[0]))
    }

    pub fn vector_saturating(
        &mut self,
        operation: SaturatingOperation,
        shape: Shape,
        left: Value,
        right: Value,
    ) -> Value {
        let signedness = shape.kind.signedness();
        if let Some(chunk @ (ir::types::I8X16 | ir::types::I16X8)) = self.chunk_type(shape.ty()) {
            return self.map_chunks(shape.ty(), chunk, &[left, right], |c, chunks| {
                let (left, right) = (chunks[0], chunks[1]);
                match (operation, signedness) {
                    (SaturatingOperation::Add, Signedness::Signed) => c.ins().sadd_sat(left, right),
                    (SaturatingOperation::Add, Signedness::Unsigned) => c.ins().uadd_sat(left, right),
                    (SaturatingOperation::Subtract, Signedness::Signed) => c.ins().ssub_sat(left, right),
                    (SaturatingOperation::Subtract, Signedness::Unsigned) => c.ins().usub_sat(left, right),
                }
            });
        }
        self.map_lanes(shape.ty(), &[left, right], |builder, lanes| {
            builder.saturating_operation(operation, signedness, lanes[0], lanes[1])
        })
    }

    pub fn vector_float_function(&mut self, function: FloatFunction, operands: &[Value]) -> Value {
        let ty = operands[0].ty();
        if let (Some(chunk), FloatFunction::SquareRoot | FloatFunction::Absolute) =
            (self.chunk_type(ty), function)
        {
            return self.map_chunks(ty, chunk, operands, |c, chunks| match function {
                FloatFunction::SquareRoot => c.ins().sqrt(chunks[0]),
                _ => c.ins().fabs(chunks[0]),
            });
        }
        self.map_lanes(ty, operands, |builder, lanes| builder.float_function(function, lanes))
    }
}

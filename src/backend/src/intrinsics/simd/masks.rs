//! Comparisons, and what is done with their masks: selection, masks of one bit per lane.

use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::FloatCC;
use rustc_codegen_ssa::common::{IntPredicate, RealPredicate};
use rustc_codegen_ssa::mir::operand::OperandValue;

use super::lanes::{LaneKind, Shape, vector_parts};
use crate::builder::arithmetic::{IntegerOperation, Signedness, integer_condition};
use crate::builder::{Builder, plain_memory};
use crate::intrinsics::{Call, Outcome};
use crate::types::{Element, Type};
use crate::values::Value;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub fn of_integers(self, signedness: Signedness) -> IntPredicate {
        match (self, signedness) {
            (Comparison::Equal, _) => IntPredicate::IntEQ,
            (Comparison::NotEqual, _) => IntPredicate::IntNE,
            (Comparison::Less, Signedness::Signed) => IntPredicate::IntSLT,
            (Comparison::Less, Signedness::Unsigned) => IntPredicate::IntULT,
            (Comparison::LessOrEqual, Signedness::Signed) => IntPredicate::IntSLE,
            (Comparison::LessOrEqual, Signedness::Unsigned) => IntPredicate::IntULE,
            (Comparison::Greater, Signedness::Signed) => IntPredicate::IntSGT,
            (Comparison::Greater, Signedness::Unsigned) => IntPredicate::IntUGT,
            (Comparison::GreaterOrEqual, Signedness::Signed) => IntPredicate::IntSGE,
            (Comparison::GreaterOrEqual, Signedness::Unsigned) => IntPredicate::IntUGE,
        }
    }

    /// Comparisons with NaN are false, but for "not equal".
    pub fn of_floats(self) -> (RealPredicate, FloatCC) {
        match self {
            Comparison::Equal => (RealPredicate::RealOEQ, FloatCC::Equal),
            Comparison::NotEqual => (RealPredicate::RealUNE, FloatCC::NotEqual),
            Comparison::Less => (RealPredicate::RealOLT, FloatCC::LessThan),
            Comparison::LessOrEqual => (RealPredicate::RealOLE, FloatCC::LessThanOrEqual),
            Comparison::Greater => (RealPredicate::RealOGT, FloatCC::GreaterThan),
            Comparison::GreaterOrEqual => (RealPredicate::RealOGE, FloatCC::GreaterThanOrEqual),
        }
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// The mask of a comparison lane by lane; `result` has integers as lanes.
    pub fn vector_compare(
        &mut self,
        comparison: Comparison,
        shape: Shape,
        left: Value,
        right: Value,
        result: Type,
    ) -> Value {
        let predicate = comparison.of_integers(shape.kind.signedness());
        let (real_predicate, float_condition) = comparison.of_floats();
        if let Some(chunk) = self.chunk_type(shape.ty())
            && result.size() == shape.ty().size()
        {
            let condition = integer_condition(&predicate);
            return self.map_chunks(result, chunk, &[left, right], |c, chunks| match shape.kind {
                LaneKind::Float => c.ins().fcmp(float_condition, chunks[0], chunks[1]),
                _ => c.ins().icmp(condition, chunks[0], chunks[1]),
            });
        }
        let lane = vector_parts(result).0.scalar_type();
        self.map_lanes(result, &[left, right], |builder, lanes| {
            let truth = match shape.kind {
                LaneKind::Float => builder.compare_floats(real_predicate, lanes[0], lanes[1]),
                _ => builder.compare_integers(predicate, lanes[0], lanes[1]),
            };
            builder.sign_extend(truth, lane)
        })
    }

    /// The lanes of `then_value` where the mask is set, those of `else_value` elsewhere.
    pub fn vector_select(&mut self, mask: Value, then_value: Value, else_value: Value) -> Value {
        let ty = then_value.ty();
        if let Some(chunk) = self.chunk_type(ty)
            && mask.ty().size() == ty.size()
        {
            return self.map_chunks(ty, chunk, &[mask, then_value, else_value], |c, chunks| {
                c.ins().bitselect(chunks[0], chunks[1], chunks[2])
            });
        }
        self.map_lanes(ty, &[mask, then_value, else_value], |builder, lanes| {
            let condition = builder.mask_is_set(lanes[0]);
            builder.choose(condition, lanes[1], lanes[2])
        })
    }

    /// Whether a lane of a mask is set: its highest bit.
    pub fn mask_is_set(&mut self, lane: Value) -> Value {
        let zero = Value::constant(lane.ty(), 0);
        self.compare_integers(IntPredicate::IntSLT, lane, zero)
    }

    /// The highest bits of all lanes as an `I64`, the first lane's lowest. Vectors have at most 64 lanes.
    pub fn high_bits(&mut self, vector: Value) -> Value {
        let (element, _) = vector_parts(vector.ty());
        if let Some(chunk) = self.chunk_type(vector.ty()) {
            let lanes = i64::from(chunk.lane_count());
            let chunks = self.chunks_of(vector, integer_chunk(element));
            return self.join_bits(lanes, chunks, |c, chunk| c.ins().vhigh_bits(ir::types::I32, chunk));
        }
        let lanes: Vec<ir::Value> = self
            .lanes_of(vector)
            .into_iter()
            .map(|lane| {
                let bit = self.mask_is_set(lane);
                self.clif(bit)
            })
            .collect();
        self.join_bits(1, lanes, |_, lane| lane)
    }

    /// Joins pieces of `width` bits each, which `f` makes.
    fn join_bits(
        &mut self,
        width: i64,
        pieces: Vec<ir::Value>,
        f: impl Fn(&mut cranelift_codegen::cursor::FuncCursor<'_>, ir::Value) -> ir::Value,
    ) -> Value {
        self.emit_value(Type::I64, |c| {
            let mut joined: Option<ir::Value> = None;
            for (index, piece) in pieces.into_iter().enumerate() {
                let bits = f(c, piece);
                let wide = c.ins().uextend(ir::types::I64, bits);
                joined = Some(match joined {
                    None => wide,
                    Some(lower) => {
                        let distance = c.ins().iconst(ir::types::I32, index as i64 * width);
                        let shifted = c.ins().ishl(wide, distance);
                        c.ins().bor(lower, shifted)
                    }
                });
            }
            match joined {
                Some(joined) => joined,
                None => c.ins().iconst(ir::types::I64, 0),
            }
        })
    }

    /// A mask made of the bits of an `I64`, the lowest for the first lane.
    fn mask_lanes_of_bits(&mut self, bits: Value, lanes: u32) -> Vec<Value> {
        (0..lanes)
            .map(|lane| {
                let distance = Value::constant(Type::I64, u128::from(lane));
                let shifted = self.integer_operation(IntegerOperation::LogicalShiftRight, bits, distance);
                self.truncate_integer(shifted, Type::Bool)
            })
            .collect()
    }
}

/// The chunk of integers as wide as `element`.
fn integer_chunk(element: Element) -> ir::Type {
    match element.size() {
        1 => ir::types::I8X16,
        2 => ir::types::I16X8,
        4 => ir::types::I32X4,
        _ => ir::types::I64X2,
    }
}

/// `simd_bitmask`: an unsigned integer with a bit per lane, or as many bytes as are needed.
pub fn bitmask<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let mask = builder.vector_argument(call, 0);
    let bits = builder.high_bits(mask);
    let layout = call.result.layout;
    if layout.ty.is_integral() {
        let ty = builder.cx.layout_type(layout, true);
        return Outcome::Result(builder.cast_integer(bits, ty, Signedness::Unsigned));
    }
    let slot = builder.with_function(|state| state.stack_slot(8, 8));
    let address = Value::Stack { slot, offset: 0 };
    builder.store_scalar(bits, address, plain_memory());
    builder.copy_bytes(call.result.val.llval, address, layout.size.bytes().min(8));
    Outcome::Done
}

/// `simd_select_bitmask(mask, yes, no)`, with the mask as `simd_bitmask` makes it.
pub fn select_bitmask<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>, shape: Shape) -> Value {
    let mask = &call.arguments[0];
    let bits = match mask.val {
        OperandValue::Immediate(value) if value.ty().is_integer() => {
            builder.cast_integer(value, Type::I64, Signedness::Unsigned)
        }
        _ => {
            let slot = builder.with_function(|state| state.stack_slot(8, 8));
            let address = Value::Stack { slot, offset: 0 };
            let zero = Value::constant(Type::I64, 0);
            builder.store_scalar(zero, address, plain_memory());
            match mask.val {
                OperandValue::Ref(place) => {
                    builder.copy_bytes(address, place.llval, mask.layout.size.bytes().min(8));
                }
                _ => builder.store_value(mask.immediate(), address, plain_memory()),
            }
            builder.load_scalar(Type::I64, address, plain_memory())
        }
    };
    let (yes, no) = (builder.vector_argument(call, 1), builder.vector_argument(call, 2));
    let conditions = builder.mask_lanes_of_bits(bits, shape.lanes);
    let mut conditions = conditions.into_iter();
    builder.map_lanes(shape.ty(), &[yes, no], |builder, lanes| {
        let condition = conditions.next().unwrap_or_else(|| builder.truth(false));
        builder.choose(condition, lanes[0], lanes[1])
    })
}

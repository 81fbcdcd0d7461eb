//! Lowers comparisons, and operations on their masks: selection, bitmasks (one bit per lane).

use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::FloatCC;
use rustc_codegen_ssa::common::{IntPredicate, RealPredicate};
use rustc_codegen_ssa::mir::operand::OperandValue;

use super::lanes::{LaneKind, Shape, vector_parts};
use crate::builder::Builder;
use crate::builder::arithmetic::integer_condition;
use crate::clif::operations::{IntegerOperation, Signedness};
use crate::clif::types::{Element, Type};
use crate::clif::values::Value;
use crate::intrinsics::{Call, Outcome};

/// Bitmasks consist of words of 64 bits.
const WORD_BYTES: u64 = 8;
pub const WORD_LANES: u32 = 64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LaneComparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl LaneComparison {
    pub fn of_integers(self, signedness: Signedness) -> IntPredicate {
        match (self, signedness) {
            (LaneComparison::Equal, _) => IntPredicate::IntEQ,
            (LaneComparison::NotEqual, _) => IntPredicate::IntNE,
            (LaneComparison::Less, Signedness::Signed) => IntPredicate::IntSLT,
            (LaneComparison::Less, Signedness::Unsigned) => IntPredicate::IntULT,
            (LaneComparison::LessOrEqual, Signedness::Signed) => IntPredicate::IntSLE,
            (LaneComparison::LessOrEqual, Signedness::Unsigned) => IntPredicate::IntULE,
            (LaneComparison::Greater, Signedness::Signed) => IntPredicate::IntSGT,
            (LaneComparison::Greater, Signedness::Unsigned) => IntPredicate::IntUGT,
            (LaneComparison::GreaterOrEqual, Signedness::Signed) => IntPredicate::IntSGE,
            (LaneComparison::GreaterOrEqual, Signedness::Unsigned) => IntPredicate::IntUGE,
        }
    }

    /// Comparisons with NaN are false, except "not equal".
    pub fn of_floats(self) -> (RealPredicate, FloatCC) {
        match self {
            LaneComparison::Equal => (RealPredicate::RealOEQ, FloatCC::Equal),
            LaneComparison::NotEqual => (RealPredicate::RealUNE, FloatCC::NotEqual),
            LaneComparison::Less => (RealPredicate::RealOLT, FloatCC::LessThan),
            LaneComparison::LessOrEqual => (RealPredicate::RealOLE, FloatCC::LessThanOrEqual),
            LaneComparison::Greater => (RealPredicate::RealOGT, FloatCC::GreaterThan),
            LaneComparison::GreaterOrEqual => (RealPredicate::RealOGE, FloatCC::GreaterThanOrEqual),
        }
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Compares lane by lane. The lanes of `result`, the type of the mask, are integers.
    pub fn vector_compare(
        &mut self,
        comparison: LaneComparison,
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

    /// Selects the lanes of `then_value` where the mask is set, and those of `else_value` elsewhere.
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

    /// Returns the highest bits of all lanes in words of [`WORD_LANES`], with the first lane's bit as the
    /// lowest. Bits beyond the last lane are zero.
    pub fn high_bits(&mut self, vector: Value) -> Vec<Value> {
        let (element, _) = vector_parts(vector.ty());
        if let Some(chunk) = self.chunk_type(vector.ty()) {
            let lanes = chunk.lane_count();
            let chunks = self.chunks_of(vector, integer_chunk(element));
            let words = chunks.chunks((WORD_LANES / lanes) as usize);
            let join = |word: &[ir::Value]| {
                self.join_bits(i64::from(lanes), word, |c, chunk| c.ins().vhigh_bits(ir::types::I32, chunk))
            };
            return words.map(join).collect();
        }
        let lanes: Vec<ir::Value> = self
            .lanes_of(vector)
            .into_iter()
            .map(|lane| {
                let bit = self.mask_is_set(lane);
                self.clif(bit)
            })
            .collect();
        lanes.chunks(WORD_LANES as usize).map(|word| self.join_bits(1, word, |_, lane| lane)).collect()
    }

    /// Joins pieces of `width` bits each, which `f` makes, into one word.
    fn join_bits(
        &mut self,
        width: i64,
        pieces: &[ir::Value],
        f: impl Fn(&mut cranelift_codegen::cursor::FuncCursor<'_>, ir::Value) -> ir::Value,
    ) -> Value {
        self.emit_value(Type::I64, |c| {
            let mut joined: Option<ir::Value> = None;
            for (index, &piece) in pieces.iter().enumerate() {
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

    /// Returns the bits of words as truth values, the lowest one for the first lane.
    fn mask_lanes_of_bits(&mut self, words: &[Value], lanes: u32) -> Vec<Value> {
        (0..lanes)
            .map(|lane| {
                let distance = Value::constant(Type::I64, u128::from(lane % WORD_LANES));
                let word = words[(lane / WORD_LANES) as usize];
                let shifted = self.integer_operation(IntegerOperation::LogicalShiftRight, word, distance);
                self.truncate_integer(shifted, Type::Bool)
            })
            .collect()
    }

    /// Makes a slot of whole words for a bitmask of this many lanes.
    fn bitmask_slot(&mut self, lanes: u32) -> Value {
        let words = u64::from(lanes.div_ceil(WORD_LANES));
        let slot = self.with_function(|state| state.stack_slot(words * WORD_BYTES, WORD_BYTES));
        Value::Stack { slot, offset: 0 }
    }
}

/// Returns the type of a chunk of integers that are as wide as `element`.
fn integer_chunk(element: Element) -> ir::Type {
    match element.size() {
        1 => ir::types::I8X16,
        2 => ir::types::I16X8,
        4 => ir::types::I32X4,
        _ => ir::types::I64X2,
    }
}

/// `simd_bitmask`: returns an unsigned integer with one bit per lane, or an array of bytes.
pub fn bitmask<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>, shape: Shape) -> Outcome {
    let mask = builder.vector_argument(call, 0);
    let words = builder.high_bits(mask);
    let layout = call.result.layout;
    if let (true, [word]) = (layout.ty.is_integral(), words.as_slice()) {
        let ty = builder.cx.immediate_type(layout);
        return Outcome::Result(builder.cast_integer(*word, ty, Signedness::Unsigned));
    }
    let address = builder.bitmask_slot(shape.lanes);
    for (index, word) in words.into_iter().enumerate() {
        let place = builder.offset_by(address, index as i64 * WORD_BYTES as i64);
        builder.store_scalar(word, place, plain_memory());
    }
    builder.copy_bytes(call.result.val.llval, address, layout.size.bytes());
    Outcome::Done
}

/// `simd_select_bitmask(mask, yes, no)`, with the mask as `simd_bitmask` makes it.
pub fn select_bitmask<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>, shape: Shape) -> Value {
    let words = bitmask_words(builder, call, shape);
    let (yes, no) = (builder.vector_argument(call, 1), builder.vector_argument(call, 2));
    let conditions = builder.mask_lanes_of_bits(&words, shape.lanes);
    let mut conditions = conditions.into_iter();
    builder.map_lanes(shape.ty(), &[yes, no], |builder, lanes| {
        let condition = conditions.next().unwrap_or_else(|| builder.truth(false));
        builder.choose(condition, lanes[0], lanes[1])
    })
}

/// Returns the words of the bitmask in the first argument: an integer, or an array of bytes.
fn bitmask_words<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>, shape: Shape) -> Vec<Value> {
    let mask = &call.arguments[0];
    match mask.val {
        OperandValue::Immediate(value) if value.ty().is_integer() && shape.lanes <= WORD_LANES => {
            return vec![builder.cast_integer(value, Type::I64, Signedness::Unsigned)];
        }
        _ => {}
    }
    let address = builder.bitmask_slot(shape.lanes);
    let words: Vec<Value> = (0..shape.lanes.div_ceil(WORD_LANES))
        .map(|word| builder.offset_by(address, i64::from(word) * WORD_BYTES as i64))
        .collect();
    for &word in &words {
        builder.store_scalar(Value::constant(Type::I64, 0), word, plain_memory());
    }
    match mask.val {
        OperandValue::Ref(place) => builder.copy_bytes(address, place.llval, mask.layout.size.bytes()),
        _ => builder.store_value(mask.immediate(), address, plain_memory()),
    }
    words.into_iter().map(|word| builder.load_scalar(Type::I64, word, plain_memory())).collect()
}

//! Lowers intrinsics on vectors.
//!
//! 1. [`lower`] checks the call ([`checks`]), and maps its symbol to a small function per case.
//! 2. Every operation works lane by lane, for any element type and any number of lanes ([`lanes`]).
//! 3. Where every CPU of the target has an instruction that works on 128 bits ([`chunks`]), vectors of a
//!    multiple of that size use it: CLIF vectors directly, larger ones in pieces through memory.
//!
//! Truth values of lanes are masks: all bits set, or none. Where only one bit is read, it is the highest.

pub mod arithmetic;
pub mod casts;
mod checks;
pub mod chunks;
pub mod lanes;
pub mod masks;
pub mod memory;
pub mod reductions;
pub mod shuffles;

use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_middle::bug;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{self, Ty};
use rustc_span::{Symbol, sym};

use super::{Call, Outcome};
use crate::builder::Builder;
use crate::builder::memory::memory_flags;
use crate::clif::operations::{BitOperation, Direction, FloatFunction, SaturatingOperation};
use crate::clif::types::Type;
use crate::clif::values::Value;
use arithmetic::BinaryOperation;
use lanes::{LaneKind, Shape};
use masks::Comparison;
use reductions::Reduction;

/// An operation on vectors.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Binary(BinaryOperation),
    Compare(Comparison),
    Negate,
    Bits(BitOperation),
    Saturating(SaturatingOperation),
    Funnel(Direction),
    CarrylessMultiply,
    Float(FloatFunction),
    Splat,
    Insert,
    Extract,
    Shuffle,
    ShuffleConstGeneric,
    Select,
    SelectBitmask,
    Bitmask,
    Reduce(Reduction),
    Cast,
    Reinterpret,
    ArithmeticOffset,
    Gather,
    Scatter,
    MaskedLoad,
    MaskedStore,
}

fn operation_of(name: Symbol) -> Option<Operation> {
    arithmetic_of(name).or_else(|| float_function_of(name)).or_else(|| reduction_of(name)).or_else(|| {
        Some(match name {
            sym::simd_splat => Operation::Splat,
            sym::simd_insert | sym::simd_insert_dyn => Operation::Insert,
            sym::simd_extract | sym::simd_extract_dyn => Operation::Extract,
            sym::simd_shuffle => Operation::Shuffle,
            sym::simd_shuffle_const_generic => Operation::ShuffleConstGeneric,
            sym::simd_select => Operation::Select,
            sym::simd_select_bitmask => Operation::SelectBitmask,
            sym::simd_bitmask => Operation::Bitmask,
            sym::simd_cast | sym::simd_as => Operation::Cast,
            sym::simd_cast_ptr | sym::simd_expose_provenance | sym::simd_with_exposed_provenance => {
                Operation::Reinterpret
            }
            sym::simd_arith_offset => Operation::ArithmeticOffset,
            sym::simd_gather => Operation::Gather,
            sym::simd_scatter => Operation::Scatter,
            sym::simd_masked_load => Operation::MaskedLoad,
            sym::simd_masked_store => Operation::MaskedStore,
            _ => return None,
        })
    })
}

fn arithmetic_of(name: Symbol) -> Option<Operation> {
    Some(match name {
        sym::simd_add => Operation::Binary(BinaryOperation::Add),
        sym::simd_sub => Operation::Binary(BinaryOperation::Subtract),
        sym::simd_mul => Operation::Binary(BinaryOperation::Multiply),
        sym::simd_div => Operation::Binary(BinaryOperation::Divide),
        sym::simd_rem => Operation::Binary(BinaryOperation::Remainder),
        sym::simd_shl => Operation::Binary(BinaryOperation::ShiftLeft),
        sym::simd_shr => Operation::Binary(BinaryOperation::ShiftRight),
        sym::simd_and => Operation::Binary(BinaryOperation::And),
        sym::simd_or => Operation::Binary(BinaryOperation::Or),
        sym::simd_xor => Operation::Binary(BinaryOperation::ExclusiveOr),
        sym::simd_eq => Operation::Compare(Comparison::Equal),
        sym::simd_ne => Operation::Compare(Comparison::NotEqual),
        sym::simd_lt => Operation::Compare(Comparison::Less),
        sym::simd_le => Operation::Compare(Comparison::LessOrEqual),
        sym::simd_gt => Operation::Compare(Comparison::Greater),
        sym::simd_ge => Operation::Compare(Comparison::GreaterOrEqual),
        sym::simd_neg => Operation::Negate,
        sym::simd_bswap => Operation::Bits(BitOperation::SwapBytes),
        sym::simd_bitreverse => Operation::Bits(BitOperation::ReverseBits),
        sym::simd_ctlz => Operation::Bits(BitOperation::LeadingZeros),
        sym::simd_cttz => Operation::Bits(BitOperation::TrailingZeros),
        sym::simd_ctpop => Operation::Bits(BitOperation::CountOnes),
        sym::simd_saturating_add => Operation::Saturating(SaturatingOperation::Add),
        sym::simd_saturating_sub => Operation::Saturating(SaturatingOperation::Subtract),
        sym::simd_funnel_shl => Operation::Funnel(Direction::Left),
        sym::simd_funnel_shr => Operation::Funnel(Direction::Right),
        sym::simd_carryless_mul => Operation::CarrylessMultiply,
        _ => return None,
    })
}

fn float_function_of(name: Symbol) -> Option<Operation> {
    Some(Operation::Float(match name {
        sym::simd_fabs => FloatFunction::Absolute,
        sym::simd_ceil => FloatFunction::Ceiling,
        sym::simd_floor => FloatFunction::Floor,
        sym::simd_round => FloatFunction::Round,
        sym::simd_round_ties_even => FloatFunction::RoundTiesEven,
        sym::simd_trunc => FloatFunction::Truncate,
        sym::simd_fsqrt => FloatFunction::SquareRoot,
        sym::simd_fma => FloatFunction::FusedMultiplyAdd,
        sym::simd_relaxed_fma => FloatFunction::RelaxedMultiplyAdd,
        sym::simd_fsin => FloatFunction::Sine,
        sym::simd_fcos => FloatFunction::Cosine,
        sym::simd_fexp => FloatFunction::Exponential,
        sym::simd_fexp2 => FloatFunction::Exponential2,
        sym::simd_flog => FloatFunction::Logarithm,
        sym::simd_flog10 => FloatFunction::Logarithm10,
        sym::simd_flog2 => FloatFunction::Logarithm2,
        sym::simd_minimum_number_nsz => FloatFunction::MinimumNumber,
        sym::simd_maximum_number_nsz => FloatFunction::MaximumNumber,
        _ => return None,
    }))
}

fn reduction_of(name: Symbol) -> Option<Operation> {
    Some(Operation::Reduce(match name {
        sym::simd_reduce_add_ordered => Reduction::AddOrdered,
        sym::simd_reduce_mul_ordered => Reduction::MultiplyOrdered,
        sym::simd_reduce_add_unordered => Reduction::Add,
        sym::simd_reduce_mul_unordered => Reduction::Multiply,
        sym::simd_reduce_min => Reduction::Minimum,
        sym::simd_reduce_max => Reduction::Maximum,
        sym::simd_reduce_and => Reduction::And,
        sym::simd_reduce_or => Reduction::Or,
        sym::simd_reduce_xor => Reduction::ExclusiveOr,
        sym::simd_reduce_all => Reduction::All,
        sym::simd_reduce_any => Reduction::Any,
        _ => return None,
    }))
}

pub fn lower<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Option<Outcome> {
    let operation = operation_of(call.name)?;
    if let Err(error) = checks::check(builder, call, operation) {
        // Lowering continues, to find more errors.
        builder.cx.tcx.dcx().emit_err(error);
        return Some(Outcome::Done);
    }
    // The vector that determines the lanes. A splat only has its result.
    let ty = match operation {
        Operation::Splat => call.result.layout.ty,
        Operation::SelectBitmask => call.argument_type(1),
        _ => call.argument_type(0),
    };
    let shape = builder.shape(ty);
    Some(lower_operation(builder, call, operation, shape))
}

fn lower_operation<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    call: &Call<'_, 'tcx>,
    operation: Operation,
    shape: Shape,
) -> Outcome {
    Outcome::Result(match operation {
        Operation::Splat => builder.splat(shape.ty(), call.value(0)),
        Operation::Insert => {
            let operand = builder.vector_argument(call, 0);
            builder.insert_lane(operand, call.value(1), call.value(2))
        }
        Operation::Extract => {
            let operand = builder.vector_argument(call, 0);
            builder.extract_lane(operand, call.value(1))
        }
        Operation::Reinterpret => {
            let operand = builder.vector_argument(call, 0);
            let result = builder.result_vector_type(call);
            builder.retype_vector(operand, result)
        }
        Operation::SelectBitmask => masks::select_bitmask(builder, call, shape),
        Operation::Gather => memory::gather(builder, call),
        Operation::MaskedLoad => memory::masked_load(builder, call),
        Operation::Shuffle => return shuffles::shuffle(builder, call),
        Operation::ShuffleConstGeneric => return shuffles::shuffle_const_generic(builder, call),
        Operation::Bitmask => return masks::bitmask(builder, call, shape),
        Operation::Reduce(reduction) => return reductions::reduce(builder, call, reduction, shape),
        Operation::Cast => return casts::cast(builder, call, shape),
        Operation::ArithmeticOffset => return memory::arithmetic_offset(builder, call),
        Operation::Scatter => return memory::scatter(builder, call),
        Operation::MaskedStore => return memory::masked_store(builder, call),
        _ => lower_lanewise(builder, call, operation, shape),
    })
}

/// Lowers an operation whose operands are all vectors.
fn lower_lanewise<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    call: &Call<'_, 'tcx>,
    operation: Operation,
    shape: Shape,
) -> Value {
    let operands: Vec<Value> =
        (0..call.arguments.len()).map(|index| builder.vector_argument(call, index)).collect();
    match (operation, operands.as_slice()) {
        (Operation::Binary(operation), &[left, right]) => {
            builder.vector_binary(operation, shape, left, right)
        }
        (Operation::Compare(comparison), &[left, right]) => {
            let result = builder.result_vector_type(call);
            builder.vector_compare(comparison, shape, left, right, result)
        }
        (Operation::Negate, &[operand]) => builder.vector_negate(shape, operand),
        (Operation::Bits(operation), &[operand]) => builder.vector_bits(operation, operand),
        (Operation::Saturating(operation), &[left, right]) => {
            builder.vector_saturating(operation, shape, left, right)
        }
        (Operation::Funnel(direction), _) => builder.map_lanes(shape.ty(), &operands, |builder, lanes| {
            builder.funnel_shift(direction, lanes[0], lanes[1], lanes[2])
        }),
        (Operation::CarrylessMultiply, _) => builder.map_lanes(shape.ty(), &operands, |builder, lanes| {
            builder.carryless_multiply(lanes[0], lanes[1])
        }),
        (Operation::Float(function), _) => builder.vector_float_function(function, &operands),
        (Operation::Select, &[mask, then_value, else_value]) => {
            builder.vector_select(mask, then_value, else_value)
        }
        _ => bug!("`{}` of {} vectors", call.name, operands.len()),
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the element type, number and meaning of the lanes of the vector type `ty`.
    pub fn shape(&self, ty: Ty<'tcx>) -> Shape {
        let (lanes, element) = ty.simd_size_and_type(self.cx.tcx);
        let kind = match element.kind() {
            ty::Int(_) => LaneKind::Signed,
            ty::Float(_) => LaneKind::Float,
            ty::RawPtr(..) => LaneKind::Pointer,
            _ => LaneKind::Unsigned,
        };
        let element = self.cx.memory_type(self.cx.layout_of(element)).element();
        let element = element.unwrap_or_else(|| bug!("`{ty}` has no scalar elements"));
        Shape { element, lanes: lanes as u32, kind }
    }

    /// Returns the type of the result, also for packed vectors, whose layout is that of an array.
    pub fn result_vector_type(&self, call: &Call<'_, 'tcx>) -> Type {
        self.shape(call.result.layout.ty).ty()
    }

    /// Returns a vector argument; packed vectors are passed by reference.
    pub fn vector_argument(&mut self, call: &Call<'_, 'tcx>, index: usize) -> Value {
        let argument = &call.arguments[index];
        match argument.val {
            OperandValue::Ref(place) => {
                let ty = self.shape(argument.layout.ty).ty();
                self.load_value(ty, place.llval, memory_flags(ty, place.align))
            }
            _ => argument.immediate(),
        }
    }
}

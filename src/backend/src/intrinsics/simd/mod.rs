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
use masks::LaneComparison;
use reductions::Reduction;

/// An operation on vectors.
#[derive(Clone, Copy, Debug)]
enum VectorOperation {
    Binary(BinaryOperation),
    Compare(LaneComparison),
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

fn operation_of(name: Symbol) -> Option<VectorOperation> {
    arithmetic_of(name).or_else(|| float_function_of(name)).or_else(|| reduction_of(name)).or_else(|| {
        Some(match name {
            sym::simd_splat => VectorOperation::Splat,
            sym::simd_insert | sym::simd_insert_dyn => VectorOperation::Insert,
            sym::simd_extract | sym::simd_extract_dyn => VectorOperation::Extract,
            sym::simd_shuffle => VectorOperation::Shuffle,
            sym::simd_shuffle_const_generic => VectorOperation::ShuffleConstGeneric,
            sym::simd_select => VectorOperation::Select,
            sym::simd_select_bitmask => VectorOperation::SelectBitmask,
            sym::simd_bitmask => VectorOperation::Bitmask,
            sym::simd_cast | sym::simd_as => VectorOperation::Cast,
            sym::simd_cast_ptr | sym::simd_expose_provenance | sym::simd_with_exposed_provenance => {
                VectorOperation::Reinterpret
            }
            sym::simd_arith_offset => VectorOperation::ArithmeticOffset,
            sym::simd_gather => VectorOperation::Gather,
            sym::simd_scatter => VectorOperation::Scatter,
            sym::simd_masked_load => VectorOperation::MaskedLoad,
            sym::simd_masked_store => VectorOperation::MaskedStore,
            _ => return None,
        })
    })
}

fn arithmetic_of(name: Symbol) -> Option<VectorOperation> {
    Some(match name {
        sym::simd_add => VectorOperation::Binary(BinaryOperation::Add),
        sym::simd_sub => VectorOperation::Binary(BinaryOperation::Subtract),
        sym::simd_mul => VectorOperation::Binary(BinaryOperation::Multiply),
        sym::simd_div => VectorOperation::Binary(BinaryOperation::Divide),
        sym::simd_rem => VectorOperation::Binary(BinaryOperation::Remainder),
        sym::simd_shl => VectorOperation::Binary(BinaryOperation::ShiftLeft),
        sym::simd_shr => VectorOperation::Binary(BinaryOperation::ShiftRight),
        sym::simd_and => VectorOperation::Binary(BinaryOperation::And),
        sym::simd_or => VectorOperation::Binary(BinaryOperation::Or),
        sym::simd_xor => VectorOperation::Binary(BinaryOperation::ExclusiveOr),
        sym::simd_eq => VectorOperation::Compare(LaneComparison::Equal),
        sym::simd_ne => VectorOperation::Compare(LaneComparison::NotEqual),
        sym::simd_lt => VectorOperation::Compare(LaneComparison::Less),
        sym::simd_le => VectorOperation::Compare(LaneComparison::LessOrEqual),
        sym::simd_gt => VectorOperation::Compare(LaneComparison::Greater),
        sym::simd_ge => VectorOperation::Compare(LaneComparison::GreaterOrEqual),
        sym::simd_neg => VectorOperation::Negate,
        sym::simd_bswap => VectorOperation::Bits(BitOperation::SwapBytes),
        sym::simd_bitreverse => VectorOperation::Bits(BitOperation::ReverseBits),
        sym::simd_ctlz => VectorOperation::Bits(BitOperation::LeadingZeros),
        sym::simd_cttz => VectorOperation::Bits(BitOperation::TrailingZeros),
        sym::simd_ctpop => VectorOperation::Bits(BitOperation::CountOnes),
        sym::simd_saturating_add => VectorOperation::Saturating(SaturatingOperation::Add),
        sym::simd_saturating_sub => VectorOperation::Saturating(SaturatingOperation::Subtract),
        sym::simd_funnel_shl => VectorOperation::Funnel(Direction::Left),
        sym::simd_funnel_shr => VectorOperation::Funnel(Direction::Right),
        sym::simd_carryless_mul => VectorOperation::CarrylessMultiply,
        _ => return None,
    })
}

fn float_function_of(name: Symbol) -> Option<VectorOperation> {
    Some(VectorOperation::Float(match name {
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

fn reduction_of(name: Symbol) -> Option<VectorOperation> {
    Some(VectorOperation::Reduce(match name {
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
        VectorOperation::Splat => call.result.layout.ty,
        VectorOperation::SelectBitmask => call.argument_type(1),
        _ => call.argument_type(0),
    };
    let shape = builder.shape(ty);
    Some(lower_operation(builder, call, operation, shape))
}

fn lower_operation<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    call: &Call<'_, 'tcx>,
    operation: VectorOperation,
    shape: Shape,
) -> Outcome {
    Outcome::Result(match operation {
        VectorOperation::Splat => builder.splat(shape.ty(), call.value(0)),
        VectorOperation::Insert => {
            let operand = builder.vector_argument(call, 0);
            builder.insert_lane(operand, call.value(1), call.value(2))
        }
        VectorOperation::Extract => {
            let operand = builder.vector_argument(call, 0);
            builder.extract_lane(operand, call.value(1))
        }
        VectorOperation::Reinterpret => {
            let operand = builder.vector_argument(call, 0);
            let result = builder.result_vector_type(call);
            builder.retype_vector(operand, result)
        }
        VectorOperation::SelectBitmask => masks::select_bitmask(builder, call, shape),
        VectorOperation::Gather => memory::gather(builder, call),
        VectorOperation::MaskedLoad => memory::masked_load(builder, call),
        VectorOperation::Shuffle => return shuffles::shuffle(builder, call),
        VectorOperation::ShuffleConstGeneric => return shuffles::shuffle_const_generic(builder, call),
        VectorOperation::Bitmask => return masks::bitmask(builder, call, shape),
        VectorOperation::Reduce(reduction) => return reductions::reduce(builder, call, reduction, shape),
        VectorOperation::Cast => return casts::cast(builder, call, shape),
        VectorOperation::ArithmeticOffset => return memory::arithmetic_offset(builder, call),
        VectorOperation::Scatter => return memory::scatter(builder, call),
        VectorOperation::MaskedStore => return memory::masked_store(builder, call),
        _ => lower_lanewise(builder, call, operation, shape),
    })
}

/// Lowers an operation whose operands are all vectors.
fn lower_lanewise<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    call: &Call<'_, 'tcx>,
    operation: VectorOperation,
    shape: Shape,
) -> Value {
    let operands: Vec<Value> =
        (0..call.arguments.len()).map(|index| builder.vector_argument(call, index)).collect();
    match (operation, operands.as_slice()) {
        (VectorOperation::Binary(operation), &[left, right]) => {
            builder.vector_binary(operation, shape, left, right)
        }
        (VectorOperation::Compare(comparison), &[left, right]) => {
            let result = builder.result_vector_type(call);
            builder.vector_compare(comparison, shape, left, right, result)
        }
        (VectorOperation::Negate, &[operand]) => builder.vector_negate(shape, operand),
        (VectorOperation::Bits(operation), &[operand]) => builder.vector_bits(operation, operand),
        (VectorOperation::Saturating(operation), &[left, right]) => {
            builder.vector_saturating(operation, shape, left, right)
        }
        (VectorOperation::Funnel(direction), _) => {
            builder.map_lanes(shape.ty(), &operands, |builder, lanes| {
                builder.funnel_shift(direction, lanes[0], lanes[1], lanes[2])
            })
        }
        (VectorOperation::CarrylessMultiply, _) => {
            builder.map_lanes(shape.ty(), &operands, |builder, lanes| {
                builder.carryless_multiply(lanes[0], lanes[1])
            })
        }
        (VectorOperation::Float(function), _) => builder.vector_float_function(function, &operands),
        (VectorOperation::Select, &[mask, then_value, else_value]) => {
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
        Shape { element, lanes: lanes as u32, kind, registers: self.cx.vector_registers() }
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

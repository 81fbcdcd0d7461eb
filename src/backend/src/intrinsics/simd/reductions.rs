//! Reduces vectors to one scalar.

use rustc_codegen_ssa::common::IntPredicate;

use super::lanes::{LaneKind, Shape, vector_parts};
use super::masks::WORD_LANES;
use crate::builder::Builder;
use crate::clif::operations::IntegerExtremum;
use crate::clif::operations::{FloatFunction, FloatOperation, IntegerOperation, Signedness};
use crate::clif::types::Type;
use crate::clif::values::Value;
use crate::intrinsics::{Call, Outcome};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reduction {
    /// Begins with an initial value, and adds the lanes in their order.
    AddOrdered,
    MultiplyOrdered,
    Add,
    Multiply,
    Minimum,
    Maximum,
    And,
    Or,
    ExclusiveOr,
    /// Whether all or any lanes of a mask are set.
    All,
    Any,
}

pub fn reduce<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    call: &Call<'_, 'tcx>,
    reduction: Reduction,
    shape: Shape,
) -> Outcome {
    let vector = builder.vector_argument(call, 0);
    if let Reduction::All | Reduction::Any = reduction {
        return Outcome::Result(reduce_mask(builder, reduction, vector));
    }
    let mut lanes = builder.lanes_of(vector).into_iter();
    let first = match reduction {
        Reduction::AddOrdered | Reduction::MultiplyOrdered => Some(call.value(1)),
        _ => lanes.next(),
    };
    let Some(first) = first else { return Outcome::Done };
    Outcome::Result(lanes.fold(first, |left, right| join(builder, reduction, shape.kind, left, right)))
}

/// Whether all or any lanes of a mask are set: some highest bit is not zero (any), or none differs from a
/// full mask (all).
fn reduce_mask(builder: &mut Builder<'_, '_>, reduction: Reduction, mask: Value) -> Value {
    let (_, lanes) = vector_parts(mask.ty());
    let mut gathered = Value::constant(Type::I64, 0);
    for (word, start) in builder.high_bits(mask).into_iter().zip((0..lanes).step_by(WORD_LANES as usize)) {
        let full = u64::MAX >> (WORD_LANES - (lanes - start).min(WORD_LANES));
        let bits = match reduction {
            Reduction::All => {
                let full = Value::constant(Type::I64, full.into());
                builder.integer_operation(IntegerOperation::ExclusiveOr, word, full)
            }
            _ => word,
        };
        gathered = builder.integer_operation(IntegerOperation::Or, gathered, bits);
    }
    let predicate = match reduction {
        Reduction::All => IntPredicate::IntEQ,
        _ => IntPredicate::IntNE,
    };
    builder.compare_integers(predicate, gathered, Value::constant(Type::I64, 0))
}

fn join(
    builder: &mut Builder<'_, '_>,
    reduction: Reduction,
    kind: LaneKind,
    left: Value,
    right: Value,
) -> Value {
    match reduction {
        Reduction::AddOrdered | Reduction::Add if kind == LaneKind::Float => {
            builder.float_operation(FloatOperation::Add, left, right)
        }
        Reduction::MultiplyOrdered | Reduction::Multiply if kind == LaneKind::Float => {
            builder.float_operation(FloatOperation::Multiply, left, right)
        }
        Reduction::Minimum if kind == LaneKind::Float => {
            builder.float_function(FloatFunction::MinimumNumber, &[left, right])
        }
        Reduction::Maximum if kind == LaneKind::Float => {
            builder.float_function(FloatFunction::MaximumNumber, &[left, right])
        }
        Reduction::Minimum => builder.extremum(IntegerExtremum::Minimum, kind.signedness(), left, right),
        Reduction::Maximum => builder.extremum(IntegerExtremum::Maximum, kind.signedness(), left, right),
        Reduction::AddOrdered | Reduction::Add => {
            builder.integer_operation(IntegerOperation::Add, left, right)
        }
        Reduction::MultiplyOrdered | Reduction::Multiply => {
            builder.integer_operation(IntegerOperation::Multiply, left, right)
        }
        Reduction::And => builder.integer_operation(IntegerOperation::And, left, right),
        Reduction::Or => builder.integer_operation(IntegerOperation::Or, left, right),
        Reduction::ExclusiveOr | Reduction::All | Reduction::Any => {
            builder.integer_operation(IntegerOperation::ExclusiveOr, left, right)
        }
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the smaller or larger one of two integers.
    pub fn extremum(
        &mut self,
        extremum: IntegerExtremum,
        signedness: Signedness,
        left: Value,
        right: Value,
    ) -> Value {
        let predicate = match (extremum, signedness) {
            (IntegerExtremum::Minimum, Signedness::Signed) => IntPredicate::IntSLT,
            (IntegerExtremum::Minimum, Signedness::Unsigned) => IntPredicate::IntULT,
            (IntegerExtremum::Maximum, Signedness::Signed) => IntPredicate::IntSGT,
            (IntegerExtremum::Maximum, Signedness::Unsigned) => IntPredicate::IntUGT,
        };
        let condition = self.compare_integers(predicate, left, right);
        self.choose(condition, left, right)
    }
}

//! Lowers conversions of vectors, lane by lane.

use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;

use super::lanes::{LaneKind, Shape};
use crate::builder::Builder;
use crate::clif::types::{Element, Type};
use crate::clif::values::Value;
use crate::intrinsics::{Call, Outcome};

/// Lowers `simd_cast` and `simd_as`, which work like the scalar conversion `as`, for all values.
pub fn cast<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>, from: Shape) -> Outcome {
    let vector = builder.vector_argument(call, 0);
    let to = builder.shape(call.result.layout.ty);
    if from.element == to.element {
        return Outcome::Result(vector);
    }
    if (from.kind, from.element, to.element) == (LaneKind::Signed, Element::I32, Element::F32)
        && let Some(chunk) = builder.chunk_type(from.ty())
    {
        return Outcome::Result(builder.map_chunks(to.ty(), chunk, &[vector], |c, chunks| {
            c.ins().fcvt_from_sint(ir::types::F32X4, chunks[0])
        }));
    }
    Outcome::Result(builder.map_lanes(to.ty(), &[vector], |builder, lanes| {
        builder.cast_lane(lanes[0], from.kind, to.element.scalar_type(), to.kind)
    }))
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    fn cast_lane(&mut self, lane: Value, from: LaneKind, ty: Type, to: LaneKind) -> Value {
        match (from, to) {
            (LaneKind::Float, LaneKind::Float) if ty.size() < lane.ty().size() => self.narrow_float(lane, ty),
            (LaneKind::Float, LaneKind::Float) => self.widen_float(lane, ty),
            (LaneKind::Float, _) => self.float_to_integer(lane, ty, to.signedness()),
            (_, LaneKind::Float) => self.integer_to_float(lane, ty, from.signedness()),
            _ => self.cast_integer(lane, ty, from.signedness()),
        }
    }
}

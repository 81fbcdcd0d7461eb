//! Lowers operations on vectors of addresses, and masked accesses.
//!
//! A lane whose mask is not set is neither read nor written at its address, which may be invalid. The access
//! goes to a stack slot instead, which avoids a branch.

use clif_engine::clif::memory::plain_memory;
use rustc_middle::bug;
use rustc_middle::ty::layout::LayoutOf;

use super::lanes::vector_parts;
use crate::builder::Builder;
use crate::clif::types::Type;
use crate::clif::values::Value;
use crate::intrinsics::{Call, Outcome};

/// `simd_arith_offset(addresses, offsets)`: the offsets count pointees.
pub fn arithmetic_offset<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let (_, element) = call.argument_type(0).simd_size_and_type(builder.cx.tcx);
    let Some(pointee) = element.builtin_deref(true) else {
        bug!("`{}` of a vector that does not hold addresses", call.name)
    };
    let layout = builder.cx.layout_of(pointee);
    let pointee = Type::Memory { size: layout.size.bytes(), alignment: layout.align.abi.bytes() };
    let operands = [builder.vector_argument(call, 0), builder.vector_argument(call, 1)];
    Outcome::Result(builder.map_lanes(operands[0].ty(), &operands, |builder, lanes| {
        builder.element_address(pointee, lanes[0], &[lanes[1]])
    }))
}

/// `simd_gather(values, addresses, mask)`: loads from the addresses, or takes the value where the mask is not
/// set.
pub fn gather<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Value {
    let [values, addresses, mask] = [0, 1, 2].map(|index| builder.vector_argument(call, index));
    let addresses = builder.lanes_of(addresses);
    let mask = builder.lanes_of(mask);
    builder.gather_lanes(values, &addresses, &mask)
}

/// `simd_masked_load(mask, address, values)`: loads consecutive elements, or takes the value where the mask
/// is not set.
pub fn masked_load<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Value {
    let (mask, values) = (builder.vector_argument(call, 0), builder.vector_argument(call, 2));
    let addresses = builder.consecutive_addresses(call.value(1), values.ty());
    let mask = builder.lanes_of(mask);
    builder.gather_lanes(values, &addresses, &mask)
}

/// `simd_scatter(values, addresses, mask)`.
pub fn scatter<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let [values, addresses, mask] = [0, 1, 2].map(|index| builder.vector_argument(call, index));
    let addresses = builder.lanes_of(addresses);
    let mask = builder.lanes_of(mask);
    builder.scatter_lanes(values, &addresses, &mask);
    Outcome::Done
}

/// `simd_masked_store(mask, address, values)`.
pub fn masked_store<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let (mask, values) = (builder.vector_argument(call, 0), builder.vector_argument(call, 2));
    let addresses = builder.consecutive_addresses(call.value(1), values.ty());
    let mask = builder.lanes_of(mask);
    builder.scatter_lanes(values, &addresses, &mask);
    Outcome::Done
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the addresses of the lanes of a vector of the type `ty` at `address`.
    fn consecutive_addresses(&mut self, address: Value, ty: Type) -> Vec<Value> {
        let (element, lanes) = vector_parts(ty);
        let address = self.clif(address);
        let address = Value::Instruction { value: address, ty: Type::Pointer };
        (0..i64::from(lanes)).map(|lane| self.offset_by(address, lane * element.size() as i64)).collect()
    }

    /// Loads the lanes whose mask is set from their addresses, the others from `values`.
    pub fn gather_lanes(&mut self, values: Value, addresses: &[Value], mask: &[Value]) -> Value {
        let (element, _) = vector_parts(values.ty());
        let copy = self.vector_address(values);
        let lanes = addresses
            .iter()
            .zip(mask)
            .enumerate()
            .map(|(lane, (&address, &mask))| {
                let kept = self.offset_by(copy, lane as i64 * element.size() as i64);
                let condition = self.mask_is_set(mask);
                let address = self.choose(condition, address, kept);
                self.load_scalar(element.scalar_type(), address, plain_memory())
            })
            .collect();
        self.vector_from_lanes(values.ty(), lanes)
    }

    /// Stores the lanes whose mask is set at their addresses, in order.
    pub fn scatter_lanes(&mut self, values: Value, addresses: &[Value], mask: &[Value]) {
        let (element, _) = vector_parts(values.ty());
        let unused = self.with_function(|state| state.stack_slot(element.size(), 16));
        let unused = self.slot_address(unused);
        let values = self.lanes_of(values);
        for ((&value, &address), &mask) in values.iter().zip(addresses).zip(mask) {
            let condition = self.mask_is_set(mask);
            let address = self.choose(condition, address, unused);
            self.store_value(value, address, plain_memory());
        }
    }
}

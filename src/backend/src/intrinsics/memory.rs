//! Lowers intrinsics on memory: volatile loads ([`crate::builder::memory`] says how), comparison of bytes,
//! hints.

use clif_engine::clif::memory::{plain_memory, volatile_memory};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_codegen_ssa::traits::{BuilderMethods, ConstCodegenMethods};
use rustc_middle::ty::layout::LayoutOf;
use rustc_span::sym;

use super::{Call, Outcome};
use crate::builder::Builder;
use crate::builder::memory::{VOLATILE_COPY_BYTES, integer_parts};
use crate::clif::types::Type;
use crate::clif::values::Value;

/// The most loads per side that compare bytes inline. More bytes are compared by `memcmp`.
const COMPARED_PARTS: usize = 4;

pub fn lower<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Option<Outcome> {
    Some(match call.name {
        sym::volatile_load | sym::unaligned_volatile_load => volatile_load(builder, call),
        sym::compare_bytes => compare_bytes(builder, call),
        sym::raw_eq => raw_equal(builder, call),
        sym::black_box => black_box(builder, call),
        sym::va_arg => variadic_argument(builder, call),
        sym::ptr_mask => mask_address(builder, call),
        // Hints, which are ignored.
        sym::prefetch_read_data
        | sym::prefetch_write_data
        | sym::prefetch_read_instruction
        | sym::prefetch_write_instruction => Outcome::Done,
        _ => return None,
    })
}

fn volatile_load<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let layout = call.result.layout;
    if layout.is_zst() {
        return Outcome::Done;
    }
    let ty = builder.cx.memory_type(layout);
    if ty.clif().is_some() {
        return Outcome::Result(builder.volatile_load(ty, call.value(0)));
    }
    let size = layout.size.bytes();
    builder.copy_bytes_as(volatile_memory(), call.result.val.llval, call.value(0), size);
    Outcome::Done
}

/// Lowers `va_arg`. `core` implements `VaArgSafe` for scalars only.
fn variadic_argument<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let ty = builder.cx.memory_type(call.result.layout);
    Outcome::Result(builder.va_arg(call.value(0), ty))
}

fn compare_bytes<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let arguments = [call.value(0), call.value(1), call.value(2)];
    Outcome::Result(builder.call_runtime("memcmp", &arguments, Type::I32))
}

fn raw_equal<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let size = builder.cx.layout_of(call.instance.args.type_at(0)).size.bytes();
    let (left, right) = (call.value(0), call.value(1));
    let parts: Vec<(u64, ir::Type)> = integer_parts(size).take(COMPARED_PARTS + 1).collect();
    if parts.is_empty() {
        return Outcome::Result(builder.cx.const_bool(true));
    }
    if parts.len() > COMPARED_PARTS {
        let size = builder.cx.const_usize(size);
        let order = builder.call_runtime("memcmp", &[left, right, size], Type::I32);
        let order = builder.clif(order);
        return Outcome::Result(builder.emit_value(Type::Bool, |c| {
            let zero = c.ins().iconst(ir::types::I32, 0);
            c.ins().icmp(IntCC::Equal, order, zero)
        }));
    }
    Outcome::Result(compare_parts(builder, left, right, &parts))
}

/// Whether two pieces of memory are equal: the differences of all parts are combined and compared with zero
/// once.
fn compare_parts(
    builder: &mut Builder<'_, '_>,
    left: Value,
    right: Value,
    parts: &[(u64, ir::Type)],
) -> Value {
    let mut differences: Option<ir::Value> = None;
    for &(offset, part) in parts {
        let left = builder.load_clif(part, left, offset as i64, plain_memory());
        let right = builder.load_clif(part, right, offset as i64, plain_memory());
        if parts.len() == 1 {
            return builder.emit_value(Type::Bool, |c| c.ins().icmp(IntCC::Equal, left, right));
        }
        differences = Some(builder.emit(|c| {
            let difference = c.ins().bxor(left, right);
            let wide = match part {
                ir::types::I64 => difference,
                _ => c.ins().uextend(ir::types::I64, difference),
            };
            match differences {
                Some(earlier) => c.ins().bor(earlier, wide),
                None => wide,
            }
        }));
    }
    let Some(differences) = differences else { return builder.truth(true) };
    builder.emit_value(Type::Bool, |c| {
        let zero = c.ins().iconst(ir::types::I64, 0);
        c.ins().icmp(IntCC::Equal, differences, zero)
    })
}

/// Stores the value to the memory of the result with a volatile access. The optimiser does not know what a
/// load from there returns.
fn black_box<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let value = call.arguments[0].val;
    match value {
        // A volatile copy of this size would be a loop. A call of `memcpy` hides as much.
        OperandValue::Ref(_) if call.result.layout.size.bytes() > VOLATILE_COPY_BYTES => {
            value.store(builder, call.result);
        }
        _ => value.volatile_store(builder, call.result),
    }
    // A zero-sized value is not stored, so the fence is needed here.
    builder.sequence_point();
    Outcome::Done
}

fn mask_address<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let (address, mask) = (builder.clif(call.value(0)), builder.clif(call.value(1)));
    Outcome::Result(builder.emit_value(Type::Pointer, |c| c.ins().band(address, mask)))
}

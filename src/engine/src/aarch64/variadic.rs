//! C-variadic functions of AAPCS64.
//!
//! Calls pass variable arguments like all others. A `va_list` has five fields (AAPCS64, appendix B,
//! "Variable argument lists"): the address of the next stack argument, the ends of the two areas with the
//! argument registers, and the distances from there to the next register, which are negative while there is
//! one.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I32, I64};

use crate::calls::{NextArgument, VariadicRules};

pub(super) const RULES: VariadicRules = VariadicRules {
    call_stub: None,
    keeps_registers_when_probing: true,
    list_size: VR_OFFS as u64 + 4,
    list_fields,
    next,
};

/// Fields of `va_list`, in bytes from its start.
const STACK: i64 = 0;
const GR_TOP: i64 = 8;
const VR_TOP: i64 = 16;
const GR_OFFS: i64 = 24;
const VR_OFFS: i64 = 28;

/// Bytes of one integer register in its area, and of one stack slot.
const INTEGER_BYTES: i64 = 8;
/// Bytes of one vector register in its area.
const FLOAT_BYTES: i64 = 16;

/// Whether an argument is in an integer register.
fn is_integer(argument: ir::Type) -> bool {
    argument.is_int()
}

fn list_fields(argument: ir::Type) -> &'static [(ir::Type, i64)] {
    if is_integer(argument) {
        &[(I64, STACK), (I64, GR_TOP), (I32, GR_OFFS)]
    } else {
        &[(I64, STACK), (I64, VR_TOP), (I32, VR_OFFS)]
    }
}

/// The argument is in a register as long as the distance is negative, also after the registers of the
/// argument. If not, it is on the stack, and so are all later ones of its kind (AAPCS64, appendix B).
fn next(c: &mut FuncCursor<'_>, argument: ir::Type, fields: &[ir::Value]) -> NextArgument {
    let &[stack, top, distance] = fields else { unreachable!("`list_fields` has three") };
    let bytes = i64::from(argument.bytes());
    let unit = if is_integer(argument) { INTEGER_BYTES } else { FLOAT_BYTES };
    let is_wide = bytes > INTEGER_BYTES;
    let start = if is_integer(argument) && is_wide { aligned(c, distance) } else { distance };
    let step = c.ins().iconst(I32, (bytes as u64).next_multiple_of(unit as u64) as i64);
    let end = c.ins().iadd(start, step);
    let zero = c.ins().iconst(I32, 0);
    let begins_before = c.ins().icmp(IntCC::SignedLessThan, distance, zero);
    let ends_before = c.ins().icmp(IntCC::SignedLessThanOrEqual, end, zero);
    let in_register = c.ins().band(begins_before, ends_before);
    let wide_start = c.ins().sextend(I64, start);
    let register = c.ins().iadd(top, wide_start);
    let slot = if is_wide { aligned(c, stack) } else { stack };
    let slot_bytes = c.ins().iconst(I64, (bytes as u64).next_multiple_of(INTEGER_BYTES as u64) as i64);
    let next_slot = c.ins().iadd(slot, slot_bytes);
    let address = c.ins().select(in_register, register, slot);
    // Once it is not negative, the distance stays as it is: it could overflow.
    let next_distance = c.ins().select(begins_before, end, distance);
    let next_stack = c.ins().select(in_register, stack, next_slot);
    let distance_field = if is_integer(argument) { GR_OFFS } else { VR_OFFS };
    NextArgument { address, stores: vec![(distance_field, next_distance), (STACK, next_stack)] }
}

/// Emits `value`, rounded up to a multiple of 16.
fn aligned(c: &mut FuncCursor<'_>, value: ir::Value) -> ir::Value {
    let ty = c.func.dfg.value_type(value);
    let last = c.ins().iconst(ty, 15);
    let mask = c.ins().iconst(ty, -16);
    let beyond = c.ins().iadd(value, last);
    c.ins().band(beyond, mask)
}

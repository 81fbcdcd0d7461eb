//! C-variadic functions of System V.
//!
//! Calls (System V AMD64, 3.5.7): the caller says in `al` how many vector registers hold arguments at most.
//! CLIF cannot set a register before a call, so a call goes through a stub of machine code that sets it and
//! jumps to the real callee. The callee does not know of the additional stack argument.
//!
//! Definitions: `va_list` has offsets of the next registers in the save area, and the addresses of the next
//! stack argument and of the save area. `al` is not read: it is only a hint.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8X16, I32, I64};

use super::arguments::{FLOAT_REGISTERS, INTEGER_REGISTERS};
use crate::calls::{ListField, NamedParameters, NextArgument, SavedPiece, VariadicRules, struct_argument};

pub(super) const RULES: VariadicRules = VariadicRules {
    call_stub: Some(stub_code),
    definition_parameters,
    save_area_bytes: SAVE_AREA_BYTES,
    save_area_alignment: FLOAT_BYTES,
    saved_offset,
    // The value of a `StructArgument` is its address.
    stack_arguments: |_, parameters| parameters[INTEGER_REGISTERS + FLOAT_REGISTERS],
    start,
    list_fields,
    next,
};

/// The number of vector registers for arguments: always a valid upper bound.
const VECTOR_REGISTERS: u8 = FLOAT_REGISTERS as u8;
/// The return address lies between `rsp` and the stack arguments.
const RETURN_ADDRESS_BYTES: u64 = 8;

/// `mov eax, 8; jmp [rsp + 8 + stack_offset]` (Intel SDM: B8 id; FF /4 with SIB and a 32-bit displacement).
fn stub_code(stack_offset: u64) -> Vec<u8> {
    let mut code = vec![0xb8, VECTOR_REGISTERS, 0, 0, 0, 0xff, 0xa4, 0x24];
    code.extend_from_slice(&((stack_offset + RETURN_ADDRESS_BYTES) as u32).to_le_bytes());
    code
}

/// Bytes of one integer register in the save area, and of one stack argument.
const INTEGER_BYTES: u64 = 8;
/// Bytes of one vector register in the save area.
const FLOAT_BYTES: u64 = 16;
/// Where the vector registers begin in the save area.
const FLOATS_OFFSET: u64 = INTEGER_REGISTERS as u64 * INTEGER_BYTES;
const SAVE_AREA_BYTES: u64 = FLOATS_OFFSET + FLOAT_REGISTERS as u64 * FLOAT_BYTES;

/// Fields of `va_list` (System V AMD64, figure 3.34), in bytes from its start.
const GP_OFFSET: i64 = 0;
const FP_OFFSET: i64 = 4;
const OVERFLOW_ARG_AREA: i64 = 8;
const REG_SAVE_AREA: i64 = 16;

/// System V AMD64, figure 3.33.
fn saved_offset(is_integer: bool, rank: usize) -> u64 {
    if is_integer { rank as u64 * INTEGER_BYTES } else { FLOATS_OFFSET + rank as u64 * FLOAT_BYTES }
}

fn definition_parameters(result_pointer: bool) -> Vec<ir::AbiParam> {
    let mut parameters = vec![ir::AbiParam::new(I64); INTEGER_REGISTERS];
    if result_pointer {
        // Its address is also returned.
        parameters[0] = ir::AbiParam::special(I64, ir::ArgumentPurpose::StructReturn);
    }
    parameters.extend([ir::AbiParam::new(I8X16); FLOAT_REGISTERS]);
    // The value of such a parameter is the address of what was passed; its size does not matter here.
    parameters.push(struct_argument(INTEGER_BYTES));
    parameters
}

fn start(named: NamedParameters) -> Vec<(i64, ListField)> {
    let after = |is_integer, rank| ListField::Number(saved_offset(is_integer, rank) as u32);
    vec![
        (GP_OFFSET, after(true, named.integers)),
        (FP_OFFSET, after(false, named.floats)),
        (OVERFLOW_ARG_AREA, ListField::Address(SavedPiece::Stack { offset: named.stack_bytes })),
        (REG_SAVE_AREA, ListField::Address(SavedPiece::Register { offset: 0 })),
    ]
}

fn list_fields(argument: ir::Type) -> &'static [(ir::Type, i64)] {
    if argument.is_float() {
        &[(I32, FP_OFFSET), (I64, OVERFLOW_ARG_AREA), (I64, REG_SAVE_AREA)]
    } else {
        &[(I32, GP_OFFSET), (I64, OVERFLOW_ARG_AREA), (I64, REG_SAVE_AREA)]
    }
}

/// System V AMD64, 3.5.7: an argument is in the save area as long as the offset is within the registers of
/// its kind.
fn next(c: &mut FuncCursor<'_>, argument: ir::Type, fields: &[ir::Value]) -> NextArgument {
    let (field, step, end) = if argument.is_float() {
        (FP_OFFSET, FLOAT_BYTES, SAVE_AREA_BYTES)
    } else {
        (GP_OFFSET, INTEGER_BYTES, FLOATS_OFFSET)
    };
    let &[offset, overflow, save_area] = fields else { unreachable!("`list_fields` has three") };
    let last = c.ins().iconst(I32, (end - step) as i64);
    let in_register = c.ins().icmp(IntCC::UnsignedLessThanOrEqual, offset, last);
    let wide_offset = c.ins().uextend(I64, offset);
    let register = c.ins().iadd(save_area, wide_offset);
    let step = c.ins().iconst(I32, step as i64);
    let next_offset = c.ins().iadd(offset, step);
    let slot = c.ins().iconst(I64, INTEGER_BYTES as i64);
    let next_overflow = c.ins().iadd(overflow, slot);
    let address = c.ins().select(in_register, register, overflow);
    let next_offset = c.ins().select(in_register, next_offset, offset);
    let next_overflow = c.ins().select(in_register, overflow, next_overflow);
    NextArgument { address, stores: vec![(field, next_offset), (OVERFLOW_ARG_AREA, next_overflow)] }
}

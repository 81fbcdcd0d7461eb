//! C-variadic functions of System V.
//!
//! Calls (System V AMD64, 3.5.7): the caller says in `al` how many vector registers hold arguments at most.
//! CLIF cannot set a register before a call, so a call goes through a stub of machine code that sets it and
//! jumps to the real callee. The callee does not know of the additional stack argument.
//!
//! Lists: `va_list` has offsets of the next registers in the register save area, and the addresses of the
//! next stack argument and of the save area.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I32, I64};

use super::arguments::{FLOAT_REGISTERS, INTEGER_REGISTERS};
use crate::calls::{NextArgument, VariadicRules};

pub(super) const RULES: VariadicRules = VariadicRules {
    call_stub: Some(stub_code),
    // The loop splits the entry block, and LLVM 22 then drops the pseudo instruction
    // `VASTART_SAVE_XMM_REGS`, which saves the vector registers.
    keeps_registers_when_probing: false,
    list_size: REG_SAVE_AREA as u64 + INTEGER_BYTES,
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

//! C-variadic functions of System V: the stub of a call, and what a definition saves and reads.
//!
//! Calls (System V AMD64, 3.5.7): the caller says in `al` how many vector registers hold arguments at most.
//! CLIF cannot set a register before a call, so a call goes through a stub of machine code that sets it and
//! jumps to the real callee. The caller passes the callee's address as an additional stack argument, which
//! the callee does not know of.
//!
//! Definitions save all argument registers in a *register save area* on entry, and read everything from there
//! or from the stack arguments.

use cranelift_codegen::ir;

use super::arguments::{FLOAT_REGISTERS, INTEGER_REGISTERS};

/// The number of vector registers for arguments: always a valid upper bound.
pub const VECTOR_REGISTERS: u8 = 8;
/// The return address lies between `rsp` and the stack arguments.
pub const RETURN_ADDRESS_BYTES: u64 = 8;

/// `mov eax, 8; jmp [rsp + 8 + stack_offset]` (Intel SDM: B8 id; FF /4 with SIB and a 32-bit displacement).
pub fn stub_code(stack_offset: u64) -> Vec<u8> {
    let mut code = vec![0xb8, VECTOR_REGISTERS, 0, 0, 0, 0xff, 0xa4, 0x24];
    code.extend_from_slice(&((stack_offset + RETURN_ADDRESS_BYTES) as u32).to_le_bytes());
    code
}

/// Bytes of one integer register in the save area, and of one stack argument.
pub const INTEGER_BYTES: u64 = 8;
/// Bytes of one vector register in the save area.
pub const FLOAT_BYTES: u64 = 16;
/// Where the vector registers begin in the save area.
pub const FLOATS_OFFSET: u64 = INTEGER_REGISTERS as u64 * INTEGER_BYTES;
pub const SAVE_AREA_BYTES: u64 = FLOATS_OFFSET + FLOAT_REGISTERS as u64 * FLOAT_BYTES;

/// Fields of `va_list` (System V AMD64, figure 3.34), in bytes from its start.
pub const GP_OFFSET: i64 = 0;
pub const FP_OFFSET: i64 = 4;
pub const OVERFLOW_ARG_AREA: i64 = 8;
pub const REG_SAVE_AREA: i64 = 16;

/// What the named parameters of a C-variadic function take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedParameters {
    pub integers: usize,
    pub floats: usize,
    pub stack_bytes: u64,
}

/// Where a C-variadic function finds a named parameter; offsets in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedPiece {
    /// In the save area.
    Register { offset: u64 },
    /// In the stack arguments.
    Stack { offset: u64 },
}

/// Where the register with this rank among those of its kind lies in the save area.
pub fn saved_offset(is_integer: bool, rank: usize) -> u64 {
    if is_integer { rank as u64 * INTEGER_BYTES } else { FLOATS_OFFSET + rank as u64 * FLOAT_BYTES }
}

/// The CLIF parameters of every C-variadic definition.
pub fn definition_parameters(result_pointer: bool) -> Vec<ir::AbiParam> {
    let mut parameters = vec![ir::AbiParam::new(ir::types::I64); INTEGER_REGISTERS];
    if result_pointer {
        // Its address is also returned.
        parameters[0] = ir::AbiParam::special(ir::types::I64, ir::ArgumentPurpose::StructReturn);
    }
    parameters.extend([ir::AbiParam::new(ir::types::I8X16); FLOAT_REGISTERS]);
    // The value of such a parameter is the address of what was passed; its size does not matter here.
    let stack = ir::ArgumentPurpose::StructArgument(INTEGER_BYTES as u32);
    parameters.push(ir::AbiParam::special(ir::types::I64, stack));
    parameters
}

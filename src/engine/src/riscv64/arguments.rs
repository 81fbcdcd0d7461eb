//! Places arguments: LP64D of the RISC-V psABI ("Integer Calling Convention", "Hardware Floating-point
//! Calling Convention"), as LLVM does (`RISCVCallingConv.cpp`).
//!
//! Integer and float registers are given out independently of each other. A float for which no float register
//! is left is passed like an integer: its bits are in an integer register, or on the stack. So arguments are
//! on the stack only when all integer registers are used. What has 128 bits is in any two integer registers,
//! or the last one and the stack.

use cranelift_codegen::ir;
use cranelift_codegen::ir::types::{F128, I64, I128};

use super::{tail_calls, variadic};
use crate::calls::{Assigner, ByValue, CallRules, Members, OtherTailCalls, PlacedPiece};

/// Number of integer registers for arguments, `a0` to `a7`.
pub(super) const INTEGER_REGISTERS: usize = 8;
/// Number of float registers for arguments, `fa0` to `fa7`.
pub(super) const FLOAT_REGISTERS: usize = 8;
/// Size of a stack argument slot in bytes.
const STACK_SLOT: u64 = 8;
/// Size and alignment in bytes of the largest scalars.
const WIDE: u64 = 16;

pub(super) static CALLS: CallRules = CallRules {
    integer_registers: INTEGER_REGISTERS,
    float_registers: FLOAT_REGISTERS,
    stack_slot: STACK_SLOT,
    // `isa::riscv64::abi::Riscv64MachineDeps::stack_align` of cranelift-codegen 0.136.5.
    stack_alignment: 16,
    // The target decides which registers there are. Vectors are in memory or in integer registers.
    features: &[],
    result_pointer: |assigner| assigner.integers += 1,
    scalars: |assigner, parameters, _: Members| parameters.iter().map(|&p| scalar(assigner, p)).collect(),
    soft_quad: Assigner::soft_quad_as_integer,
    by_value,
    plain_extension,
    // `PreserveAll` saves vector registers with instructions of the vector extension. LLVM's
    // `preserve_mostcc` does not preserve the float registers of the C convention (`CSR_RT_MostRegs` of
    // `RISCVCallingConv.td`).
    cold_shims: true,
    variadic: variadic::RULES,
    tail_calls: Some(tail_calls::RULES),
    // `RISCVTargetLowering::isEligibleForTailCallOptimization` refuses arguments on the stack.
    other_tail_calls: OtherTailCalls::Refused,
};

/// Integers of 32 bits are always sign-extended (psABI, "Integer Calling Convention"). Narrower ones are
/// extended by their signedness, which library functions that the backend calls do not rely on.
fn plain_extension(ty: ir::Type) -> ir::ArgumentExtension {
    if ty == ir::types::I32 { ir::ArgumentExtension::Sext } else { ir::ArgumentExtension::None }
}

fn scalar(assigner: &mut Assigner, parameter: ir::AbiParam) -> PlacedPiece {
    match parameter.value_type {
        I128 | F128 => wide(assigner, parameter),
        ty if ty.is_float() => float(assigner, parameter),
        _ => integer(assigner, parameter),
    }
}

/// Places a float. Variable arguments are passed like integers.
fn float(assigner: &mut Assigner, parameter: ir::AbiParam) -> PlacedPiece {
    if assigner.floats < FLOAT_REGISTERS && !assigner.are_variable {
        assigner.floats += 1;
        return PlacedPiece::Whole(assigner.register(parameter));
    }
    match integer(assigner, ir::AbiParam::new(parameter.value_type.as_int())) {
        PlacedPiece::Whole(placed) => PlacedPiece::Bits(placed),
        other => other,
    }
}

/// Places an integer of at most 64 bits.
fn integer(assigner: &mut Assigner, parameter: ir::AbiParam) -> PlacedPiece {
    PlacedPiece::Whole(if assigner.integers < INTEGER_REGISTERS {
        assigner.integers += 1;
        assigner.register(parameter)
    } else {
        assigner.stack_slot(parameter, STACK_SLOT, STACK_SLOT)
    })
}

/// Places an integer or float of 128 bits. In CLIF it is one parameter for two integer registers, and
/// Cranelift splits it in the same way.
fn wide(assigner: &mut Assigner, parameter: ir::AbiParam) -> PlacedPiece {
    if assigner.are_variable && assigner.integers % 2 == 1 {
        // A variable argument begins at an even register. Nothing is in the one before it.
        integer(assigner, ir::AbiParam::new(I64));
    }
    PlacedPiece::Whole(match INTEGER_REGISTERS - assigner.integers {
        0 => assigner.stack_slot(parameter, WIDE, WIDE),
        1 => {
            // The first stack argument is the upper half.
            assigner.integers += 1;
            assigner.stack_bytes += STACK_SLOT;
            assigner.register(parameter)
        }
        _ => {
            assigner.integers += 2;
            assigner.register(parameter)
        }
    })
}

/// Places a copy of an aggregate of `size` bytes. Those that are not in registers go by address.
fn by_value(assigner: &mut Assigner, size: u64, alignment: u64) -> (PlacedPiece, ByValue) {
    (integer(assigner, ir::AbiParam::new(I64)), ByValue::Address { size, alignment })
}

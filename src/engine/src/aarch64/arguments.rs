//! Places arguments as LLVM does in the Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64,
//! section 6.8.2).
//!
//! - The address of an indirect result has a register of its own, `x8`.
//! - An `i128` is in two registers of which the first is even. If there are none, it is on the stack, aligned
//!   to 16 bytes, and so is every later integer.
//! - An argument of several scalars is in registers of its kind, or all of it is on the stack, and so is
//!   every later argument of this kind. LLVM treats all arrays in this way (`CC_AArch64_Custom_Block` in its
//!   `AArch64CallingConvention.cpp`), and rustc passes every aggregate as an array: homogeneous ones by their
//!   members, others by words (`rustc_target::callconv::aarch64`).
//!
//! Cranelift ignores how an integer is extended (`get_ext_mode` of its `isa::aarch64::abi`), but LLVM relies
//! on the caller's extension of a `bool`.

use cranelift_codegen::ir;

use super::variadic;
use crate::calls::{Assigner, ByValue, CallRules, Members, OtherTailCalls, Placed, PlacedPiece};

/// Number of integer registers for arguments: `x0` to `x7`.
const INTEGER_REGISTERS: usize = 8;
/// Number of registers for floats and vectors as arguments: `v0` to `v7`.
const FLOAT_REGISTERS: usize = 8;
/// Size of a stack argument slot in bytes.
const STACK_SLOT: u64 = 8;
/// The alignment of an `i128` on the stack.
const WIDE_ALIGNMENT: u64 = 16;

pub(super) static CALLS: CallRules = CallRules {
    integer_registers: INTEGER_REGISTERS,
    float_registers: FLOAT_REGISTERS,
    stack_slot: STACK_SLOT,
    // `isa::aarch64::abi::AArch64MachineDeps::stack_align` of cranelift-codegen 0.136.5.
    stack_alignment: 16,
    // Vectors of all widths that have registers need `neon`, which every target with floats has.
    features: &[],
    // `x8`.
    result_pointer: |_| {},
    scalars,
    soft_quad: Assigner::soft_quad_as_integer,
    by_value,
    plain_extension: |_| ir::ArgumentExtension::None,
    cold_shims: false,
    variadic: variadic::RULES,
    // In CLIF's convention `tail`, integers begin at `x2` (`compute_arg_locs` of `isa::aarch64::abi`).
    tail_calls: None,
    other_tail_calls: OtherTailCalls::ByShim,
};

/// Places the scalars of one argument. LLVM treats several as an array, whatever the convention says.
fn scalars(assigner: &mut Assigner, parameters: &[ir::AbiParam], _: Members) -> Vec<PlacedPiece> {
    match *parameters {
        [parameter] => vec![scalar(assigner, parameter)],
        _ => array(assigner, parameters),
    }
}

fn scalar(assigner: &mut Assigner, parameter: ir::AbiParam) -> PlacedPiece {
    let clif = parameter.value_type;
    if clif == ir::types::I128 {
        return wide_integer(assigner);
    }
    if clif.is_int() {
        if assigner.integers < INTEGER_REGISTERS {
            assigner.integers += 1;
            return PlacedPiece::Whole(assigner.register(parameter));
        }
    } else if assigner.floats < FLOAT_REGISTERS {
        assigner.floats += 1;
        return PlacedPiece::Whole(assigner.register(parameter));
    }
    PlacedPiece::Whole(stack_slot(assigner, parameter))
}

/// Places a parameter in the next stack slots. All registers of its kind are taken.
fn stack_slot(assigner: &mut Assigner, parameter: ir::AbiParam) -> Placed {
    let bytes = u64::from(parameter.value_type.bytes());
    // Cranelift would give the padding a register.
    assigner.stack_slot(parameter, bytes, bytes.max(STACK_SLOT))
}

fn wide_integer(assigner: &mut Assigner) -> PlacedPiece {
    let half = ir::AbiParam::new(ir::types::I64);
    let first = assigner.integers.next_multiple_of(2);
    if first < INTEGER_REGISTERS {
        fill_integers(assigner, first);
        assigner.integers += 2;
        return PlacedPiece::Halves { low: assigner.register(half), high: assigner.register(half) };
    }
    fill_integers(assigner, INTEGER_REGISTERS);
    let low = assigner.stack_slot(half, STACK_SLOT, WIDE_ALIGNMENT);
    let high = assigner.stack_slot(half, STACK_SLOT, STACK_SLOT);
    PlacedPiece::Halves { low, high }
}

/// Places the elements of an array. All have the same type.
fn array(assigner: &mut Assigner, parameters: &[ir::AbiParam]) -> Vec<PlacedPiece> {
    let Some(first) = parameters.first() else { return vec![] };
    let count = parameters.len();
    if first.value_type.is_int() {
        if assigner.integers + count <= INTEGER_REGISTERS {
            assigner.integers += count;
            return in_registers(assigner, parameters);
        }
        fill_integers(assigner, INTEGER_REGISTERS);
    } else {
        if assigner.floats + count <= FLOAT_REGISTERS {
            assigner.floats += count;
            return in_registers(assigner, parameters);
        }
        while assigner.floats < FLOAT_REGISTERS {
            assigner.floats += 1;
            assigner.register(ir::AbiParam::new(ir::types::F64));
        }
        // Smaller elements are packed on the stack.
        assigner.needs_shim |= u64::from(first.value_type.bytes()) < STACK_SLOT;
    }
    parameters.iter().map(|&parameter| PlacedPiece::Whole(stack_slot(assigner, parameter))).collect()
}

fn in_registers(assigner: &mut Assigner, parameters: &[ir::AbiParam]) -> Vec<PlacedPiece> {
    parameters.iter().map(|&parameter| PlacedPiece::Whole(assigner.register(parameter))).collect()
}

/// Appends parameters that only fill registers, up to the integer register `end`.
fn fill_integers(assigner: &mut Assigner, end: usize) {
    while assigner.integers < end {
        assigner.integers += 1;
        assigner.register(ir::AbiParam::new(ir::types::I64));
    }
}

/// No argument is copied to the stack: the caller passes the address of a copy, which rustc makes
/// (`classify_arg` of `rustc_target::callconv::aarch64`, for all aggregates above 16 bytes).
fn by_value(_: &mut Assigner, size: u64, _: u64) -> (PlacedPiece, ByValue) {
    unreachable!("AAPCS64 passes no aggregate on the stack as a whole, but one of {size} bytes came")
}

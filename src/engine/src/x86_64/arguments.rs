//! Places arguments: System V and Microsoft's convention.
//!
//! System V AMD64, section 3.2.3. LLVM passes an `i128` in two integer registers. If fewer than two are left,
//! it passes it on the stack, aligned to 16 bytes (since LLVM 18). A register that is left then goes to a
//! later integer of at most 64 bits.

use cranelift_codegen::ir;

use super::{tail_calls, variadic};
use crate::calls::{
    Assigner, ByValue, CallRules, Convention, Members, OtherTailCalls, Placed, PlacedPiece, struct_argument,
};

/// Number of integer registers for arguments (System V AMD64, figure 3.4).
pub(super) const INTEGER_REGISTERS: usize = 6;
/// Number of vector registers for arguments.
pub(super) const FLOAT_REGISTERS: usize = 8;
/// Size of a stack argument slot in bytes.
const STACK_SLOT: u64 = 8;

pub(super) static CALLS: CallRules = CallRules {
    integer_registers: INTEGER_REGISTERS,
    float_registers: FLOAT_REGISTERS,
    stack_slot: STACK_SLOT,
    // `isa::x64::abi::X64ABIMachineSpec::stack_align` of cranelift-codegen 0.136.5.
    stack_alignment: 16,
    // System V AMD64, 3.2.3.
    features: &["avx", "avx2", "avx512f", "avx512bw", "avx512fp16"],
    result_pointer: |assigner| assigner.integers += 1,
    scalars: |assigner, parameters, _: Members| parameters.iter().map(|&p| scalar(assigner, p)).collect(),
    soft_quad: halves,
    by_value,
    plain_extension: |_| ir::ArgumentExtension::None,
    cold_shims: false,
    variadic: variadic::RULES,
    tail_calls: Some(tail_calls::RULES),
    other_tail_calls: OtherTailCalls::ByShim,
};

/// Places a scalar or a vector of 128 bits.
fn scalar(assigner: &mut Assigner, parameter: ir::AbiParam) -> PlacedPiece {
    match (assigner.convention, parameter.value_type) {
        (Convention::Windows, ir::types::I128) => halves(assigner),
        (Convention::C, ir::types::I128) => wide_integer(assigner),
        _ => PlacedPiece::Whole(parameter_of_clif(assigner, parameter)),
    }
}

/// Places a value that is one parameter in CLIF.
fn parameter_of_clif(assigner: &mut Assigner, parameter: ir::AbiParam) -> Placed {
    if assigner.convention == Convention::Windows {
        // Each parameter has a register or stack slot by its position, as Cranelift gives it: nothing is
        // ordered here. What is larger than a register comes as an address; of vectors, Cranelift makes it
        // one.
        return assigner.register(parameter);
    }
    let clif = parameter.value_type;
    let is_integer = clif.is_int();
    let (used, available) = if is_integer {
        (&mut assigner.integers, INTEGER_REGISTERS)
    } else {
        (&mut assigner.floats, FLOAT_REGISTERS)
    };
    if *used < available {
        *used += 1;
        return assigner.register(parameter);
    }
    assigner.needs_fillers |= is_integer;
    let bytes = u64::from(clif.bytes());
    assigner.stack_slot(parameter, bytes, bytes.max(STACK_SLOT))
}

/// Places 128 bits as LLVM does where each half is an integer by itself, perhaps one in a register and one on
/// the stack: an `i128` in Microsoft's convention, a float if code does not use vector registers.
fn halves(assigner: &mut Assigner) -> PlacedPiece {
    let half = ir::AbiParam::new(ir::types::I64);
    PlacedPiece::Halves { low: parameter_of_clif(assigner, half), high: parameter_of_clif(assigner, half) }
}

fn wide_integer(assigner: &mut Assigner) -> PlacedPiece {
    let half = ir::AbiParam::new(ir::types::I64);
    if assigner.integers + 2 <= INTEGER_REGISTERS {
        assigner.integers += 2;
        return PlacedPiece::Halves { low: assigner.register(half), high: assigner.register(half) };
    }
    assigner.needs_fillers = true;
    let low = assigner.stack_slot(half, STACK_SLOT, 16);
    let high = assigner.stack_slot(half, STACK_SLOT, STACK_SLOT);
    PlacedPiece::Halves { low, high }
}

/// Places a copy of an aggregate of `size` bytes.
fn by_value(assigner: &mut Assigner, size: u64, alignment: u64) -> (PlacedPiece, ByValue) {
    if assigner.convention == Convention::Windows {
        let address = assigner.register(ir::AbiParam::new(ir::types::I64));
        return (PlacedPiece::Whole(address), ByValue::Address { size, alignment });
    }
    let rounded = size.next_multiple_of(STACK_SLOT);
    let placed = assigner.stack_slot(struct_argument(rounded), rounded, alignment.max(STACK_SLOT));
    (PlacedPiece::Whole(placed), ByValue::Stack { size, alignment })
}

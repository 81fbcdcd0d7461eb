//! Where parameters go, checked against the psABI and against what LLVM does.

use cranelift_codegen::ir;
use cranelift_codegen::ir::types::{F16, F32, F64, F128, I16, I32, I64, I128};
use cranelift_codegen::isa::CallConv;

use crate::calls::{Assigner, ByValue, Convention, Placed, PlacedPiece};
use crate::riscv64::arguments::CALLS;

const fn register(index: usize) -> PlacedPiece {
    PlacedPiece::Whole(Placed::Register(index))
}

const fn stack(index: usize) -> PlacedPiece {
    PlacedPiece::Whole(Placed::Stack(index))
}

fn assigner() -> Assigner {
    Assigner::new(&CALLS, Convention::C)
}

fn assign(assigner: &mut Assigner, types: &[ir::Type]) -> Vec<PlacedPiece> {
    types.iter().map(|&ty| assigner.scalar(ir::AbiParam::new(ty))).collect()
}

fn types(assigner: Assigner) -> (Vec<ir::Type>, usize) {
    let (parameters, stack_start) = assigner.finish();
    (parameters.iter().map(|parameter| parameter.value_type).collect(), stack_start)
}

#[test]
fn registers_come_first() {
    let mut assigner = assigner();
    let placed = assign(&mut assigner, &[I64, F64, I64, I32, I64, I64, I64, I64, I64, I32, F32]);
    assert_eq!(placed[9], stack(0), "the ninth integer");
    assert_eq!(placed[10], register(9), "the second float");
    assert_eq!((assigner.stack_bytes, assigner.finish().1), (8, 10));
}

/// The ninth float is in the first integer register, later ones on the stack when these are used up.
#[test]
fn floats_follow_in_integer_registers() {
    let mut assigner = assigner();
    assign(&mut assigner, &[F64; 8]);
    let placed = assign(&mut assigner, &[F64, F32, F16, I64, I64, I64, I64, I64, F16, F32]);
    let bits = |index| PlacedPiece::Bits(Placed::Register(index));
    assert_eq!(placed[..3], [bits(8), bits(9), bits(10)]);
    assert_eq!(placed[8..], [0, 1].map(|index| PlacedPiece::Bits(Placed::Stack(index))));
    let (types, stack_start) = types(assigner);
    assert_eq!(types[8..11], [I64, I32, I16]);
    assert_eq!(types[stack_start..], [I16, I32]);
}

/// Any two registers will do, unlike in the convention of other machines.
#[test]
fn wide_values_need_no_even_register() {
    let mut assigner = assigner();
    assert_eq!(assign(&mut assigner, &[I32, I128, F128, I64]), [0, 1, 2, 3].map(register));
    assert_eq!(assigner.integers, 6);
}

#[test]
fn wide_values_may_be_partly_on_the_stack() {
    let mut assigner = assigner();
    assign(&mut assigner, &[I64; 7]);
    assert_eq!(assign(&mut assigner, &[F128]), [register(7)]);
    assert_eq!((assigner.integers, assigner.stack_bytes), (8, 8));
    // Then one slot of padding.
    assert_eq!(assign(&mut assigner, &[I128]), [stack(1)]);
    assert_eq!(assigner.stack_bytes, 32);
    assert_eq!(types(assigner).0[8..], [I64, I128]);
}

#[test]
fn wide_values_on_the_stack_are_aligned() {
    let mut assigner = assigner();
    assign(&mut assigner, &[I64; 8]);
    assert_eq!(assign(&mut assigner, &[I128, I32, F128]), [stack(0), stack(1), stack(3)]);
    assert_eq!(assigner.stack_bytes, 16 + 8 + 8 + 16);
}

/// "2×XLEN-bit alignment ... an aligned register pair (i.e., the first register in the pair is
/// even-numbered)" is for variable arguments only.
#[test]
fn variable_arguments() {
    let mut assigner = assigner();
    assign(&mut assigner, &[F64, I64]);
    assigner.begin_variable_arguments();
    let placed = assign(&mut assigner, &[F64, I64, I128, I32, I128]);
    assert_eq!(placed[0], PlacedPiece::Bits(Placed::Register(2)), "no float register");
    // In the pairs a4, a5 and, as only a7 is left after the integer in a6, on the stack.
    assert_eq!(placed[1..], [register(3), register(5), register(6), stack(0)]);
    let (types, stack_start) = types(assigner);
    assert_eq!(types, [F64, I64, I64, I64, I64, I128, I32, I64, I128]);
    assert_eq!(stack_start, 8);
}

#[test]
fn an_indirect_result_takes_the_first_register() {
    let mut assigner = assigner();
    assert_eq!(assigner.result_pointer(), register(0));
    assign(&mut assigner, &[I64; 7]);
    assert_eq!(assign(&mut assigner, &[I64]), [stack(0)]);
}

#[test]
fn large_aggregates_go_by_address() {
    let mut assigner = assigner();
    assert_eq!(assigner.by_value(24, 8), (register(0), ByValue::Address { size: 24, alignment: 8 }));
}

#[test]
fn tail_calls_have_no_stack_arguments() {
    let accepts = |types: &[ir::Type]| {
        let mut signature = ir::Signature::new(CallConv::SystemV);
        signature.params = types.iter().map(|&ty| ir::AbiParam::new(ty)).collect();
        CALLS.tail_calls.as_ref().is_some_and(|rules| (rules.accepts)(&signature))
    };
    assert!(accepts(&[F64, F64, I64, I128, F128, I64, I64, I32]));
    assert!(!accepts(&[I64, I128, F128, I64, I64, I128]), "nine registers");
    assert!(!accepts(&[F32; 9]));
}

//! Where parameters go, checked against what LLVM 22 does (`llc -mtriple=aarch64-linux-gnu`).

use cranelift_codegen::ir;
use cranelift_codegen::ir::types::{F32, F64, F128, I8, I32, I64, I128};

use crate::aarch64::arguments::CALLS;
use crate::calls::{Assigner, Convention, Members, Placed, PlacedPiece};

fn assigner() -> Assigner {
    Assigner::new(&CALLS, Convention::C)
}

fn assign(assigner: &mut Assigner, types: &[ir::Type]) -> Vec<PlacedPiece> {
    types.iter().map(|&ty| assigner.scalar(ir::AbiParam::new(ty))).collect()
}

fn array(assigner: &mut Assigner, ty: ir::Type, count: usize) -> Vec<PlacedPiece> {
    assigner.scalars(&vec![ir::AbiParam::new(ty); count], Members::Together)
}

fn whole(placed: Placed) -> PlacedPiece {
    PlacedPiece::Whole(placed)
}

/// Both kinds of registers are given out independently, and the address of a result takes none of them.
#[test]
fn registers_come_first() {
    let mut assigner = assigner();
    assigner.result_pointer();
    let placed = assign(&mut assigner, &[I64, F64, I64, I32, I64, I64, I64, I64, I64, F32, I64]);
    let stack: Vec<usize> = (0..placed.len()).filter(|&i| placed[i] == whole(Placed::Stack(0))).collect();
    assert_eq!(stack, [10], "the ninth integer");
    let (parameters, stack_start) = assigner.finish();
    assert_eq!((parameters.len(), stack_start), (12, 11));
    assert_eq!(parameters[0].purpose, ir::ArgumentPurpose::StructReturn);
}

/// The first register of an `i128` is even: `x0`, then `x2` and `x3`, then `x4`.
#[test]
fn wide_integers_begin_at_even_registers() {
    let mut assigner = assigner();
    let placed = assign(&mut assigner, &[I64, I128, I64]);
    let halves = PlacedPiece::Halves { low: Placed::Register(2), high: Placed::Register(3) };
    assert_eq!(placed, [whole(Placed::Register(0)), halves, whole(Placed::Register(4))]);
}

/// With only `x7` left, an `i128` is on the stack, and so is the next integer. Stack slots of 8 bytes come
/// before and behind.
#[test]
fn wide_integers_are_aligned_on_the_stack() {
    let mut first = assigner();
    assign(&mut first, &[I64; 7]);
    let placed = assign(&mut first, &[I128, I64]);
    let halves = PlacedPiece::Halves { low: Placed::Stack(0), high: Placed::Stack(1) };
    assert_eq!(placed, [halves, whole(Placed::Stack(2))]);
    assert_eq!(first.finish().1, 8, "a filler is in `x7`");

    let mut second = assigner();
    assign(&mut second, &[I64; 9]);
    let placed = assign(&mut second, &[I128]);
    let halves = PlacedPiece::Halves { low: Placed::Stack(2), high: Placed::Stack(3) };
    assert_eq!((placed[0], second.stack_bytes), (halves, 32));
}

/// An array of words or floats that does not fit is on the stack, and so are all later ones of its kind.
#[test]
fn arrays_stay_together() {
    let mut assigner = assigner();
    assign(&mut assigner, &[I64; 7]);
    assert_eq!(array(&mut assigner, I64, 2), [0, 1].map(Placed::Stack).map(whole));
    assert_eq!(assign(&mut assigner, &[I8]), [whole(Placed::Stack(2))]);
    array(&mut assigner, F64, 4);
    array(&mut assigner, F64, 3);
    // With `x7` and `v7`, 16 registers are filled.
    assert_eq!(array(&mut assigner, F128, 2), [4, 5].map(Placed::Stack).map(whole));
    assert_eq!(assign(&mut assigner, &[F32]), [whole(Placed::Stack(6))]);
    assert!(!assigner.needs_shim);
    assert_eq!((assigner.stack_bytes, assigner.finish().1), (72, 16));
}

/// On the stack, floats of 32 bits lie 4 bytes apart.
#[test]
fn small_elements_on_the_stack_need_a_shim() {
    let mut assigner = assigner();
    array(&mut assigner, F32, 4);
    array(&mut assigner, F32, 4);
    assert!(!assigner.needs_shim);
    array(&mut assigner, F32, 2);
    assert!(assigner.needs_shim);
}

/// LLVM relies on the caller's extension of a `bool`, which Cranelift ignores.
#[test]
fn extended_integers_are_wide() {
    let zero = ir::ArgumentExtension::Uext;
    assert_eq!(CALLS.parameter(I8, zero).value_type, I64);
    assert_eq!(CALLS.parameter(I8, ir::ArgumentExtension::None).value_type, I8);
    assert_eq!(CALLS.parameter(I64, zero).value_type, I64);
}

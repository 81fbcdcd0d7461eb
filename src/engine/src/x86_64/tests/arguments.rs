//! Where parameters go, checked against the tables of the ABI documents.

use cranelift_codegen::ir;
use cranelift_codegen::ir::types::{F64, I32, I64, I128};

use crate::calls::{Assigner, ByValue, Convention, Placed, PlacedPiece};
use crate::x86_64::arguments::CALLS;

fn assigner(convention: Convention) -> Assigner {
    Assigner::new(&CALLS, convention)
}

fn assign(assigner: &mut Assigner, types: &[ir::Type]) -> Vec<PlacedPiece> {
    types.iter().map(|&ty| assigner.scalar(ir::AbiParam::new(ty))).collect()
}

/// System V AMD64, figure 3.6: a, b and the following integers fill six registers; floats have eight of their
/// own.
#[test]
fn registers_come_first() {
    let mut assigner = assigner(Convention::C);
    let placed = assign(&mut assigner, &[I64, F64, I64, I32, I64, I64, I64, I64, F64]);
    let on_stack = PlacedPiece::Whole(Placed::Stack(0));
    let stack: Vec<usize> = (0..placed.len()).filter(|&index| placed[index] == on_stack).collect();
    assert_eq!(stack, [7], "the seventh integer");
    let (parameters, stack_start) = assigner.finish();
    assert_eq!((parameters.len(), stack_start), (9, 8));
}

/// Without fillers, Cranelift would give the stack argument a register that is left over.
#[test]
fn left_over_registers_are_filled() {
    let mut assigner = assigner(Convention::C);
    assign(&mut assigner, &[I64, I64, I64, I64, I64]);
    let wide = assign(&mut assigner, &[I128]);
    assert_eq!(wide, [PlacedPiece::Halves { low: Placed::Stack(0), high: Placed::Stack(1) }]);
    let (parameters, stack_start) = assigner.finish();
    assert_eq!(stack_start, 6, "five integers and a filler");
    assert_eq!(parameters.len(), 8);
}

/// LLVM aligns an `i128` on the stack to 16 bytes.
#[test]
fn wide_integers_are_aligned_on_the_stack() {
    let mut assigner = assigner(Convention::C);
    assign(&mut assigner, &[I64; 7]);
    let wide = assign(&mut assigner, &[I128]);
    let padded = PlacedPiece::Halves { low: Placed::Stack(2), high: Placed::Stack(3) };
    assert_eq!((wide[0], assigner.stack_bytes), (padded, 32));
}

#[test]
fn a_soft_quad_may_be_in_a_register_and_on_the_stack() {
    let mut assigner = assigner(Convention::C);
    assign(&mut assigner, &[I64; 5]);
    let halves = PlacedPiece::Halves { low: Placed::Register(5), high: Placed::Stack(0) };
    assert_eq!(assigner.soft_quad(), halves);
    let halves = PlacedPiece::Halves { low: Placed::Stack(1), high: Placed::Stack(2) };
    assert_eq!((assigner.soft_quad(), assigner.stack_bytes), (halves, 24));
}

#[test]
fn aggregates_are_copied_to_the_stack() {
    let mut assigner = assigner(Convention::C);
    let (first, _) = assigner.by_value(3, 1);
    let (second, by_value) = assigner.by_value(40, 16);
    assert_eq!(first, PlacedPiece::Whole(Placed::Stack(0)));
    assert_eq!(by_value, ByValue::Stack { size: 40, alignment: 16 });
    // One stack slot of padding lies between.
    assert_eq!(second, PlacedPiece::Whole(Placed::Stack(2)));
    assert_eq!(assigner.stack_bytes, 16 + 40);
}

/// Microsoft's convention: by position; what is larger than a register goes by address.
#[test]
fn windows_passes_by_position() {
    let mut assigner = assigner(Convention::Windows);
    let (piece, by_value) = assigner.by_value(24, 8);
    assert_eq!(piece, PlacedPiece::Whole(Placed::Register(0)));
    assert_eq!(by_value, ByValue::Address { size: 24, alignment: 8 });
    let wide = assign(&mut assigner, &[I128]);
    assert_eq!(wide, [PlacedPiece::Halves { low: Placed::Register(1), high: Placed::Register(2) }]);
}

/// `mov eax, 8` and `jmp [rsp + 24]`, as an assembler writes them.
#[test]
fn the_stub_of_a_variadic_call() {
    let stub_code = CALLS.variadic.call_stub.unwrap();
    let code = stub_code(16);
    assert_eq!(code, [0xb8, 8, 0, 0, 0, 0xff, 0xa4, 0x24, 24, 0, 0, 0]);
}

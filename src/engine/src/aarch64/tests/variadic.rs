//! The address of the next variable argument, as CLIF.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::types::{F64, I32, I64, I128};

use crate::aarch64::arguments::CALLS;

/// Returns the CLIF of `next` for an argument of the type `ty`.
fn next(ty: ir::Type) -> String {
    let rules = &CALLS.variadic;
    let mut function = ir::Function::new();
    let block = function.dfg.make_block();
    let fields: Vec<ir::Value> =
        (rules.list_fields)(ty).iter().map(|&(ty, _)| function.dfg.append_block_param(block, ty)).collect();
    let mut cursor = FuncCursor::new(&mut function);
    cursor.insert_block(block);
    (rules.next)(&mut cursor, ty, &fields);
    function.display().to_string()
}

/// AAPCS64, appendix B: `__stack`, `__gr_top` or `__vr_top`, `__gr_offs` or `__vr_offs`; 32 bytes in all.
#[test]
fn fields() {
    let rules = &CALLS.variadic;
    assert_eq!((rules.list_fields)(I64), [(I64, 0), (I64, 8), (I32, 24)]);
    assert_eq!((rules.list_fields)(F64), [(I64, 0), (I64, 16), (I32, 28)]);
    assert_eq!(rules.list_size, 32);
}

/// Integer registers have 8 bytes each, vector registers 16. An `i128` begins at an even register, and at a
/// multiple of 16 on the stack.
#[test]
fn steps() {
    assert!(next(I64).contains("iconst.i32 8"), "{}", next(I64));
    assert!(next(F64).contains("iconst.i32 16"), "{}", next(F64));
    assert!(!next(I64).contains("iconst.i32 -16"), "{}", next(I64));
    let wide = next(I128);
    assert!(wide.contains("iconst.i32 -16") && wide.contains("iconst.i64 -16"), "{wide}");
}

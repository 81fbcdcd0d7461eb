//! C-variadic functions of LP64D.
//!
//! Calls are like other calls: where variable arguments go is in `arguments`. A `va_list` is the address of
//! the next argument. Each one takes as many slots as it needs, and begins at its own alignment.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::types::I64;

use crate::calls::{NextArgument, VariadicRules};

/// Size of a slot in bytes.
const SLOT: u32 = 8;

pub(super) const RULES: VariadicRules = VariadicRules {
    call_stub: None,
    keeps_registers_when_probing: true,
    list_size: 8,
    list_fields: |_| &[(I64, 0)],
    next,
};

fn next(c: &mut FuncCursor<'_>, argument: ir::Type, fields: &[ir::Value]) -> NextArgument {
    let &[list] = fields else { unreachable!("`list_fields` has one") };
    let alignment = i64::from(argument.bytes());
    let address = if argument.bytes() > SLOT {
        let last = c.ins().iconst(I64, alignment - 1);
        let mask = c.ins().iconst(I64, -alignment);
        let beyond = c.ins().iadd(list, last);
        c.ins().band(beyond, mask)
    } else {
        list
    };
    let step = c.ins().iconst(I64, i64::from(argument.bytes().next_multiple_of(SLOT)));
    let end = c.ins().iadd(address, step);
    NextArgument { address, stores: vec![(0, end)] }
}

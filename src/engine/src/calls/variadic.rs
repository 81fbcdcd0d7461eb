//! C-variadic functions: what calls and `va_arg` need to know about the machine.
//!
//! A definition gets its arguments from a shim in LLVM's IR, which starts a `va_list`
//! ([`crate::llvm::shim`]). The C ABI of the machine decides the fields of this list. Offsets are in bytes.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;

/// The next argument of a `va_list`.
pub struct NextArgument {
    /// Where the argument is.
    pub address: ir::Value,
    /// The new contents of fields, each with the offset of the field.
    pub stores: Vec<(i64, ir::Value)>,
}

/// How a machine's C convention passes variable arguments.
#[derive(Debug)]
pub struct VariadicRules {
    /// Writes the machine code through which C-variadic functions are called, where the convention passes
    /// something that CLIF cannot. The caller passes the callee's address as an additional stack argument, at
    /// this offset in the stack arguments. `None`: they are called like other functions.
    pub call_stub: Option<fn(u64) -> Vec<u8>>,
    /// Whether LLVM saves all registers of variable arguments on entry to a definition that probes its stack
    /// in a loop, as for a parameter that is aligned to a page.
    pub keeps_registers_when_probing: bool,
    /// Size of a `va_list` in bytes.
    pub list_size: u64,
    /// Returns the fields of a list that decide where the next argument, a scalar of this type, is: types and
    /// offsets.
    pub list_fields: fn(ir::Type) -> &'static [(ir::Type, i64)],
    /// Emits the address of the next argument, a scalar of this type, from the values of `list_fields`.
    pub next: fn(&mut FuncCursor<'_>, ir::Type, &[ir::Value]) -> NextArgument,
}

//! C-variadic functions: what calls and definitions need to know about the machine.
//!
//! A definition saves all argument registers in a *register save area* on entry, and reads every argument
//! from there or from the stack arguments. Its `va_list` is a struct in memory, whose fields the C ABI of the
//! machine decides. Offsets are in bytes.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;

/// What the named parameters of a C-variadic function take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedParameters {
    /// How many integer registers.
    pub integers: usize,
    /// How many float and vector registers.
    pub floats: usize,
    /// How many bytes of stack arguments.
    pub stack_bytes: u64,
}

/// Where a C-variadic function finds a named parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedPiece {
    /// In the save area.
    Register { offset: u64 },
    /// In the stack arguments.
    Stack { offset: u64 },
}

/// What a field of a `va_list` contains at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListField {
    /// A number of 32 bits.
    Number(u32),
    /// An address in the save area or in the stack arguments.
    Address(SavedPiece),
}

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
    /// Returns the CLIF parameters of every C-variadic definition: the integer registers, the float
    /// registers, then what [`VariadicRules::stack_arguments`] needs. The first one may be the address of an
    /// indirect result.
    pub definition_parameters: fn(bool) -> Vec<ir::AbiParam>,
    /// Size of the save area in bytes.
    pub save_area_bytes: u64,
    /// Alignment of the save area in bytes.
    pub save_area_alignment: u64,
    /// Returns the offset in the save area of the integer register, or else float register, with this rank
    /// among those of its kind.
    pub saved_offset: fn(bool, usize) -> u64,
    /// Emits the address of the stack arguments at the start of a definition with these parameters.
    pub stack_arguments: fn(&mut FuncCursor<'_>, &[ir::Value]) -> ir::Value,
    /// Returns the fields of the list of the arguments after the named ones, each with its offset, in the
    /// order in which they are stored.
    pub start: fn(NamedParameters) -> Vec<(i64, ListField)>,
    /// Returns the fields of a list that decide where the next argument, a scalar of this type, is: types and
    /// offsets.
    pub list_fields: fn(ir::Type) -> &'static [(ir::Type, i64)],
    /// Emits the address of the next argument, a scalar of this type, from the values of `list_fields`.
    pub next: fn(&mut FuncCursor<'_>, ir::Type, &[ir::Value]) -> NextArgument,
}

//! Calling conventions: what all machines have in common.
//!
//! Each machine hands out its [`CallRules`]. The lowering asks them in this order:
//! 1. [`Assigner`] places the parameters of a signature in registers and on the stack, as LLVM does.
//! 2. [`VariadicRules`] say how a C-variadic function is called, and how its definition takes arguments.
//! 3. [`TailCallRules`] say which functions can make explicit tail calls.
//!
//! To add the conventions of a machine: `arguments.rs`, `variadic.rs` and `tail_calls.rs` in its folder with
//! a [`CallRules`], as the field `calls` of its `MACHINE`. Until then, its targets are refused.

mod arguments;
mod variadic;

use cranelift_codegen::ir;
use cranelift_codegen::isa::CallConv;

pub use arguments::{Assigner, ByValue, Members, Placed, PlacedPiece};
pub use variadic::{NextArgument, VariadicRules};

pub(crate) use arguments::struct_argument;

/// A calling convention that CLIF has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    /// The C convention of the machine, which is also Rust's.
    C,
    /// Microsoft's, which only some machines have.
    Windows,
}

impl Convention {
    /// Returns Cranelift's name of the convention. `SystemV` is the C convention of every machine.
    pub fn clif(self) -> CallConv {
        match self {
            Convention::C => CallConv::SystemV,
            Convention::Windows => CallConv::WindowsFastcall,
        }
    }
}

/// The rules of a machine's calling conventions.
#[derive(Debug)]
pub struct CallRules {
    /// Number of integer registers for arguments in the C convention.
    pub integer_registers: usize,
    /// Number of registers for floats and vectors as arguments in the C convention.
    pub float_registers: usize,
    /// Size in bytes of a stack argument slot, and the least alignment of a stack argument.
    pub stack_slot: u64,
    /// Alignment in bytes of the stack arguments of CLIF's calls.
    pub stack_alignment: u64,
    /// The target features that decide how values are passed. rustc and LLVM have the same names for them.
    pub features: &'static [&'static str],
    /// Counts the hidden parameter for the address of an indirect result, which is the first CLIF parameter.
    pub(crate) result_pointer: fn(&mut Assigner),
    /// Places the scalars of one argument. The result has a piece for each.
    pub(crate) scalars: fn(&mut Assigner, &[ir::AbiParam], Members) -> Vec<PlacedPiece>,
    /// Places a float of 128 bits on a target whose code does not use registers for floats.
    pub(crate) soft_quad: fn(&mut Assigner) -> PlacedPiece,
    /// Places an aggregate that the caller copies. The numbers are its size and alignment in bytes.
    pub(crate) by_value: fn(&mut Assigner, u64, u64) -> (PlacedPiece, ByValue),
    /// How the C convention extends an integer of this type whose signedness is not known.
    pub plain_extension: fn(ir::Type) -> ir::ArgumentExtension,
    /// Whether functions of `rust-cold` need shims: their callers rely on other registers than CLIF's
    /// conventions preserve.
    pub cold_shims: bool,
    /// C-variadic functions.
    pub variadic: VariadicRules,
    /// Explicit tail calls in CLIF. `None`: CLIF's convention `tail` has its arguments elsewhere.
    pub tail_calls: Option<TailCallRules>,
    /// Explicit tail calls of functions with other signatures.
    pub other_tail_calls: OtherTailCalls,
}

/// Whether functions that CLIF cannot express in its convention `tail` make explicit tail calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OtherTailCalls {
    /// A shim makes them.
    ByShim,
    /// LLVM cannot make them either, and ends the process.
    Refused,
}

impl CallRules {
    /// Returns the CLIF parameter or result of a scalar. It is wider than the scalar if the lowering has to
    /// extend it: Cranelift ignores [`ir::AbiParam::extension`] on some machines, and on the others extends
    /// constants and loaded values, too, by an instruction.
    pub fn parameter(&self, scalar: ir::Type, extension: ir::ArgumentExtension) -> ir::AbiParam {
        let is_extended = extension != ir::ArgumentExtension::None && scalar.bits() < ir::types::I32.bits();
        let clif = if is_extended { ir::types::I64 } else { scalar };
        ir::AbiParam { extension, ..ir::AbiParam::new(clif) }
    }
}

/// How functions make explicit tail calls. CLIF has them only in its convention `tail`.
#[derive(Debug)]
pub struct TailCallRules {
    /// Whether callers cannot tell a function with this signature from one of the convention `tail`.
    pub accepts: fn(&ir::Signature) -> bool,
    /// Returns the signature in the convention `tail`.
    pub signature: fn(&ir::Signature) -> ir::Signature,
    /// Gives a finished function its final results, if it makes tail calls.
    pub finish: fn(&mut ir::Function),
}

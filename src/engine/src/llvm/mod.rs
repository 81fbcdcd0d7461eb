//! What rustc's own LLVM does for this backend: it assembles, and it compiles the vendor intrinsics.
//!
//! The compiler that loads the backend brings LLVM along, since `librustc_driver` needs it. Its C interface
//! (`llvm-c/*.h`) is therefore in the process, for every target, and nothing of this is written again here.
//!
//! In order:
//! 1. [`library`]: finds the functions of the C interface in the running process, once. A compiler without
//!    LLVM is an error that says so.
//! 2. [`module`]: what one CGU wants from LLVM ([`Module`]): functions in LLVM's IR, and module-level
//!    assembly. [`stub`] writes functions that call an intrinsic, [`shim`] those that pass what
//!    CLIF cannot.
//! 3. [`emit`]: compiles a module into the bytes of an object file, and gives what LLVM had to say about it,
//!    which [`description`] takes apart; [`verify`] says whether LLVM accepts the module.
//! 4. [`faults`]: after a failure, which of the functions it was.
//!
//! No function of this module may be called for a crate that has neither assembly nor vendor intrinsics: LLVM
//! then stays asleep. An LLVM context is made for each call, and never shared between threads.

mod block;
mod description;
mod emit;
mod faults;
mod library;
mod module;
mod module_assembly;
pub mod shim;
pub mod stub;
mod verify;
mod words;

#[cfg(test)]
mod stub_tests;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use block::OPERAND_SEPARATOR;
pub use block::{
    Block, End, Layout, Operand, Output, OutputTime, PLACE_ALIGNMENT, Piece, Register, StackUse, Unwinding,
    UseOfValue,
};
pub use emit::{
    Diagnostic, Emitted, Input, InputPlace, RelocationModel, Severity, TargetDescription, emit_object,
};
pub use faults::{FunctionFault, function_faults};
pub use library::LlvmError;
pub use module::{IrFunction, Module};
pub use module_assembly::{CguAssembly, Origin, Syntax};
pub use stub::{Argument, Passed, Stub, StubResult, StubText};
pub use words::words;

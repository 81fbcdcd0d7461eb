//! Has rustc's own LLVM compile assembly, vendor intrinsics and shims.
//!
//! The compiler that loads the backend also loads LLVM, because `librustc_driver` needs it. So LLVM's C
//! interface (`llvm-c/*.h`) is in the process, for every target.
//!
//! 1. Lowering fills a [`Module`] for each CGU, all of it as text:
//!    - [`block`]: an `asm!` block as a function in LLVM's IR;
//!    - [`module_assembly`]: `global_asm!` and naked functions;
//!    - [`stub`]: functions that call an intrinsic;
//!    - [`shim`]: functions that pass parameters which CLIF cannot express;
//!    - [`atomics`]: accesses of 128 bits.
//! 2. [`library`] finds the functions of the C interface in the process, once. A compiler without LLVM is an
//!    error.
//! 3. [`emit`] compiles a module to an object file in memory and returns it with LLVM's diagnostics.
//!    [`description`] parses these, and [`verify`] checks whether LLVM accepts the module.
//! 4. [`faults`] finds the functions that LLVM rejected.
//!
//! [`processors`] resolves the aliases that `-Ctarget-cpu` may name. [`words`](words()) finds symbol names in
//! these texts.
//!
//! If a crate has no assembly, vendor intrinsics or shims, no function here may be called that calls LLVM:
//! LLVM must stay asleep. Each call makes its own LLVM context. No context is shared between threads.

mod atomics;
mod block;
mod description;
mod emit;
mod faults;
mod library;
mod module;
mod module_assembly;
mod processors;
pub mod shim;
pub mod stub;
mod verify;
mod words;

#[cfg(test)]
mod stub_tests;
#[cfg(test)]
pub(crate) mod tests;

pub use atomics::AtomicOperation;
pub(crate) use block::OPERAND_SEPARATOR;
pub use block::{
    Block, End, Extension, Layout, Operand, Output, OutputTime, PLACE_ALIGNMENT, Piece, Register, StackUse,
    Unwinding, UseOfValue,
};
pub use emit::{
    CodeModel, Diagnostic, Emitted, Input, InputPlace, RelocationModel, Severity, TargetDescription,
    emit_object,
};
pub use faults::{FunctionFault, function_faults};
pub use library::LlvmError;
pub use module::{IrFunction, Module};
pub use module_assembly::{CguAssembly, Origin, Syntax};
pub use processors::resolve_alias;
pub use stub::{Argument, Passed, Stub, StubResult, StubSection, StubText};
pub use words::words;

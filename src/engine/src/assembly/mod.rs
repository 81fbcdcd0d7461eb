//! Ties inline assembly to the rest of the CGU and to the source.
//!
//! 1. Lowering writes each `asm!` block as a function in LLVM's IR, and collects `global_asm!` and naked
//!    functions as module-level assembly. Both are a part of the CGU's [`Module`](crate::llvm::Module).
//! 2. When the CGU is finished, a worker has LLVM compile the module. [`stand_ins`] adds labels for the Rust
//!    definitions that the assembly mentions. The result is merged into the CGU's object
//!    (`object::assembled`).
//! 3. [`locate`](mod@locate) finds the source lines of LLVM's diagnostics. The result is an
//!    [`AssemblyDiagnostic`] for each.
//!
//! For `--emit=asm`, the [`disassembler`] turns the object into text.
//!
//! Nothing here depends on a machine. Lowering supplies the names of registers and classes.

mod diagnostic;
mod disassembler;
mod locate;
pub mod stand_ins;

#[cfg(test)]
pub(crate) mod tests;

pub use diagnostic::{AssemblyDiagnostic, AssemblySource};
pub use disassembler::{DisassemblerError, disassemble};
pub use locate::locate;

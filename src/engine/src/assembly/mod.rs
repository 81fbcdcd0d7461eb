//! Inline assembly: `asm!` blocks, `global_asm!` and naked functions become machine code by rustc's own LLVM
//! ([`crate::llvm`]), once for each CGU. And the way back for `--emit=asm`: the [`disassembler`].
//!
//! In order:
//! 1. Lowering turns each `asm!` block into a function of its own ([`block`]), written in LLVM's IR: it takes
//!    the address of a buffer, loads the operands from it, runs the template, stores the results.
//! 2. `global_asm!` and naked functions are collected as module-level assembly ([`source`]), line by line
//!    with the place in the source that each line is from.
//! 3. When the CGU is finished, a worker has LLVM compile all of it at once, with [`stand_ins`] for Rust's
//!    definitions that the assembly mentions; the result is merged into the CGU's object
//!    (`object::assembled`).
//! 4. What LLVM says about it is traced back to the source ([`locate`](mod@locate)) and reported there
//!    ([`diagnostic`]).
//!
//! Nothing here is true of one machine only: what registers and classes are called is for lowering to say.

mod diagnostic;
mod disassembler;
mod locate;
pub mod stand_ins;

#[cfg(test)]
pub(crate) mod tests;

pub use diagnostic::{AssemblyDiagnostic, AssemblySource};
pub use disassembler::{DisassemblerError, disassemble};
pub use locate::locate;

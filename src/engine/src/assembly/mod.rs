//! Inline assembly: from `asm!` blocks to machine code by rustc's own LLVM ([`crate::llvm`]), once for each unit. And the
//! way back for `--emit=asm`: the [`disassembler`].
//!
//! In order:
//! 1. Lowering turns each `asm!` block into a function of its own ([`wrapper`]): it takes the address of a buffer, loads
//!    the operands' registers from it, runs the template, stores the results. Registers for the classes are chosen by
//!    [`allocate`] from the [`registers`] of the machine.
//! 2. Its text, `global_asm!` and naked functions are collected in the unit's [`UnitAssembly`], line by line with the
//!    place in the source that each line is from.
//! 3. When the unit is finished, a worker has LLVM assemble all of it at once; the result is merged into the unit's
//!    object (`object::assembled`), and what the assembler had to say is reported at the places in the source
//!    ([`complaint`]).
//!
//! To add a machine, touch `registers` (names and classes), `allocate` (which to prefer) and `wrapper` (the code around
//! the template).

pub mod allocate;
pub mod complaint;
pub mod disassembler;
pub mod registers;
pub mod source;
pub mod wrapper;

#[cfg(test)]
mod tests;

pub use complaint::{Complaint, Level};
pub use disassembler::{DisassemblerError, disassemble};
pub use registers::{Class, Register};
pub use source::{Origin, Syntax, UnitAssembly};
pub use wrapper::{Block, Direction, Failure, Layout, Operand, Output, Piece, RegisterChoice, write};

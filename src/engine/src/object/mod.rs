//! Writes one ELF relocatable object from a sealed CGU and its compiled functions.
//!
//! The order of work ([`write_cgu`], in `writer`):
//! 1. `data` gives every data object a section and an offset.
//! 2. `code` does the same for every function. References through the GOT to the object's own symbols become
//!    direct.
//! 3. `symbols` adds the definitions to the symbol table. Imports are added when a relocation refers to them.
//! 4. `code` turns Cranelift's relocations into ELF's, with the functions of [`crate::machine`]. A kind
//!    without an equivalent is an error. References to thread-locals are rewritten if the session selects
//!    another model than Cranelift's.
//! 5. `unwind` and `lsda` write `.eh_frame` and `.gcc_except_table`.
//! 6. `debug` adds the sections of [`crate::dwarf`] with their relocations. Sections that the linker does not
//!    process may go to a second file.
//! 7. `assembled` merges the object that LLVM made of the CGU's assembly and vendor intrinsics: its sections
//!    and definitions before step 3, its relocations at the end.
//!
//! Each function has a section named `.text.<symbol>`, so that the linker can drop unused ones and name them
//! in messages. The same goes for data, except that small private constants share one section. With
//! [`SectionLayout::OnePerKind`], all functions share one `.text`, and data likewise.

mod assembled;
mod code;
mod data;
mod debug;
mod error;
mod lsda;
mod sections;
mod symbols;
mod unwind;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

#[cfg(doc)]
use crate::cgu::SectionLayout;

pub use error::ObjectError;
pub use writer::{CguBytes, write_cgu, write_cgu_with_assembly};

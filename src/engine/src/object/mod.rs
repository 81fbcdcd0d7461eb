//! A sealed CGU and its compiled functions -> the bytes of one ELF relocatable object.
//!
//! The order of work ([`write_cgu`], in `writer`):
//! 1. `data`: every data object gets its section and its place in it.
//! 2. `code`: every function likewise; references to this object's own symbols through the GOT become direct.
//! 3. `symbols`: definitions enter the symbol table; imports follow when something refers to them.
//! 4. Still `code`: Cranelift's relocations become those of ELF, as the [`crate::machine`] says; a kind
//!    without an equivalent is an error. Thread-locals are found in another model than Cranelift's, where
//!    that is asked for.
//! 5. `unwind` and `lsda`: `.eh_frame` and `.gcc_except_table`.
//! 6. `debug`: [`crate::dwarf`]'s sections are taken over, with their relocations; what the linker is not to
//!    see may become a second file.
//! 7. `assembled`: the object that LLVM made of the CGU's assembly and vendor intrinsics is taken over: its
//!    sections and definitions before step 3, its relocations at the end.
//!
//! Functions have a section each, called `.text.<symbol>`, so that the linker can drop what is not used and
//! say what that was; the same for data, except that small private constants share one section. With
//! [`SectionLayout::OnePerKind`] all functions are in one `.text`, and data likewise.

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

//! `clif_engine`: everything between lowered functions and finished object files that needs no compiler type.
//!
//! The order of work, and the module that does it:
//! 1. [`cgu`]: the data that lowering hands over: symbols, functions in CLIF, data objects, one codegen unit
//!    (CGU) at a time. [`clif`] helps to build the functions.
//! 2. [`coordinator`]: decides who works on what and when, and runs the worker threads.
//! 3. [`compile`]: one CLIF function -> machine code, relocations, call sites, frame layout.
//! 4. [`dwarf`]: line tables and debug information of the compiled functions, from their [`description`].
//! 5. [`object`]: a sealed CGU and its compiled functions -> the bytes of one ELF relocatable object.
//! 6. [`assembly`]: inline and global assembly, which LLVM compiles; merged into the CGU's object.
//! 7. [`llvm`]: what rustc's own LLVM does for us, in the process: assembling, and compiling vendor
//!    intrinsics.
//! 8. [`combine`]: LTO: combines many CGUs into one, without what nothing reaches; between 1 and 3.
//! 9. [`artifacts`]: what becomes of every output file: a plan computed first, then carried out.
//!
//! `machine` says what all of this has to know about a machine. What is true of one machine only is in its
//! folder: [`x86_64`], `aarch64`, `riscv64`.
//!
//! `routines` has the names of the library calls that Cranelift makes. [`time_trace`] writes who worked on
//! what. [`phases`] tells profilers which part of this is running.
//!
//! What must not happen here: no `rustc_*` type, no panic for anything a user can cause.

mod aarch64;
pub mod artifacts;
pub mod assembly;
pub mod cgu;
pub mod clif;
pub mod combine;
pub mod compile;
pub mod coordinator;
pub mod description;
mod dwarf;
pub mod llvm;
mod machine;
mod machines;
pub mod object;
pub mod phases;
mod riscv64;
mod routines;
mod symbols;
pub mod time_trace;
pub mod x86_64;

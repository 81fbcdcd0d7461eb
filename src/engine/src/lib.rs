//! Turns lowered functions into finished object files, without any type of the compiler.
//!
//! The steps, and the module of each:
//! 1. [`cgu`]: the data that lowering hands over, one codegen unit (CGU) at a time: symbols, functions in
//!    CLIF, data objects. [`clif`] helps to build the functions.
//! 2. [`coordinator`]: schedules the work and runs the worker threads.
//! 3. [`combine`]: with LTO, combines all CGUs into one and drops unreachable items.
//! 4. [`compile`]: compiles one CLIF function to machine code, relocations, call sites and a frame layout.
//! 5. [`llvm`]: calls rustc's own LLVM, in the same process, to compile assembly, vendor intrinsics and
//!    shims. [`assembly`] connects the assembly to the rest of the CGU.
//! 6. `dwarf`: writes line tables and debug information of the compiled functions, from their
//!    [`description`].
//! 7. [`object`]: writes a sealed CGU and its compiled functions as one ELF relocatable object.
//! 8. [`artifacts`]: plans which files become which outputs, then copies and removes them.
//!
//! [`machine`] has the type that describes a machine, and [`calls`] what the calling conventions of all
//! machines have in common. Everything that is true of one machine only is in that machine's folder
//! (`x86_64`, `aarch64`, `riscv64`), and [`machines`] is the table of these.
//!
//! `routines` has the names of the library functions that Cranelift calls. [`time_trace`] writes
//! `-Zllvm-time-trace`. [`phases`] tells profilers which part of a job is running.
//!
//! This crate uses no `rustc_*` type, and a user cannot make it panic.

mod aarch64;
pub mod artifacts;
pub mod assembly;
pub mod calls;
pub mod cgu;
pub mod clif;
pub mod combine;
pub mod compile;
pub mod coordinator;
pub mod description;
mod dwarf;
pub mod llvm;
pub mod machine;
pub mod machines;
pub mod object;
pub mod phases;
mod riscv64;
mod routines;
mod symbols;
pub mod time_trace;
mod x86_64;

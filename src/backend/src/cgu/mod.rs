//! Lowering one codegen unit (CGU), on the lowering thread.
//!
//! In order: [`lowering`] declares all items of the CGU and defines each; [`context`] is what they share
//! ([`CodegenCx`] of `rustc_codegen_ssa`); [`types`] and [`constants`] come from layouts and the compile-time
//! interpreter; [`statics`] are written as data. [`allocator`] makes the small CGU of the allocator shim.
//!
//! [`CodegenCx`]: context::CodegenCx

pub mod allocator;
pub mod constants;
pub mod context;
pub mod lowering;
pub mod statics;
pub mod types;

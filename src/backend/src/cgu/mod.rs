//! Lowers one codegen unit (CGU), on the lowering thread.
//!
//! [`lowering`] declares all items of the CGU, then defines each. They share a [`CodegenCx`] ([`context`]).
//! [`types`] translates layouts, [`constants`] the values of the compile-time interpreter, and [`statics`]
//! writes data objects. [`allocator`] lowers the small CGU of the allocator shim.
//!
//! [`CodegenCx`]: context::CodegenCx

pub mod allocator;
pub mod constants;
pub mod context;
pub mod lowering;
pub mod statics;
pub mod types;

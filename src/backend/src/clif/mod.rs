//! The lowest layer of the lowering: its types, values and the function under construction.
//!
//! Nothing here uses a type of the compiler: [`types`], [`values`] of these types and [`operations`] on them,
//! [`signatures`], and [`function`] with its blocks and stack slots.

pub mod function;
pub mod operations;
pub mod signatures;
pub mod types;
pub mod values;
